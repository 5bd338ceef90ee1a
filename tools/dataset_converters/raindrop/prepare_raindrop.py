"""List the raindrops of Qian et al. with their clean pictures.

``python tools/dataset_converters/raindrop/prepare_raindrop.py``
"""
import argparse
import sys
from pathlib import Path
from typing import Dict

# Shared by all data sets, and by all tools.
CONVERTERS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(CONVERTERS), str(CONVERTERS.parent)]
import cli  # noqa: E402
from preparing.options import build_parser  # noqa: E402

PUBLISHED = dict(train=861, test_a=58, test_b=249)


def parse_args() -> argparse.Namespace:
    parser = build_parser('Raindrop', 'data/raindrop')
    parser.add_argument(
        '--damaged-folder',
        default='data',
        metavar='NAME',
        help='in the folder of each split (default: %(default)s)')
    parser.add_argument(
        '--clean-folder',
        default='gt',
        metavar='NAME',
        help='in the folder of each split (default: %(default)s)')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    from preparing.listing import pair_files
    from preparing.preparation import Preparation
    preparation = Preparation(args)
    splits = {}
    for split in PUBLISHED:
        damaged = index_numbers(args, f'{split}/{args.damaged_folder}')
        clean = index_numbers(args, f'{split}/{args.clean_folder}')
        splits[split], alone = pair_files(damaged, clean)
        preparation.bad_files.update(alone)
    preparation.run(splits, PUBLISHED)


def index_numbers(args: argparse.Namespace, folder: str) -> Dict[str, str]:
    """The pictures of a folder by what stands before _rain or _clean."""
    from preparing.listing import index_pictures, stem
    return index_pictures(
        args.root,
        folder,
        key=lambda name: stem(name).removesuffix('_rain').removesuffix('_clean'
                                                                       ))


if __name__ == '__main__':
    cli.run(main)
