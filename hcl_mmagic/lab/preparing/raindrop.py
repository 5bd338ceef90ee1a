"""List the raindrops of Qian et al. with their clean pictures."""
import argparse
from typing import Dict

from ..command_line import command
from .preparing_options import build_parser

PUBLISHED = dict(train=861, test_a=58, test_b=249)


def parse_args() -> argparse.Namespace:
    parser = build_parser('Raindrop', 'data/raindrop')
    add = parser.add_argument
    add('--damaged-folder',
        default='data',
        metavar='NAME',
        help='in the folder of each split (default: %(default)s)')
    add('--clean-folder',
        default='gt',
        metavar='NAME',
        help='in the folder of each split (default: %(default)s)')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    from .file_listing import pair_files
    from .preparation import Preparation
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
    from .file_listing import index_pictures, stem
    return index_pictures(
        args.root,
        folder,
        key=lambda name: stem(name).removesuffix('_rain').removesuffix('_clean'
                                                                       ))
