"""List the raindrops of Qian et al. with their clean pictures.

``python tools/dataset_converters/raindrop/prepare_raindrop.py``
"""
import argparse
import sys
from pathlib import Path

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
    from preparing.listing import index_pictures, pair_files, stem
    from preparing.preparation import Preparation
    preparation = Preparation(args)
    splits = {}
    for split in PUBLISHED:
        damaged, clean = (index_pictures(
            args.root,
            f'{split}/{folder}',
            key=lambda name: stem(name).removesuffix(ending))
                          for folder, ending in ((args.damaged_folder,
                                                  '_rain'), (args.clean_folder,
                                                             '_clean')))
        splits[split], alone = pair_files(damaged, clean)
        preparation.bad_files.update(alone)
    preparation.run(splits, PUBLISHED)


if __name__ == '__main__':
    cli.run(main)
