"""List the shadows of ISTD or ISTD+ with their masks."""
import argparse
from pathlib import Path
from typing import List

from ..command_line import command
from .preparing_options import build_parser

PUBLISHED = dict(train=1_330, test=540)
# What is known of the folders of corrected clean pictures.
PLUS_FOLDERS = ['{}_C_fixed_official', '{}_C_fixed_ours']


def parse_args() -> argparse.Namespace:
    parser = build_parser('ISTD', 'data/istd')
    add = parser.add_argument
    add('--plus',
        action='store_true',
        help='ISTD+: take the corrected clean pictures, from '
        'train_C_fixed_official or train_C_fixed_ours (and test_...); the '
        'lists are called train_plus and test_plus')
    add('--clean-folder',
        metavar='NAME',
        help='folder of the clean pictures with {} for train or test '
        '(default: {}_C)')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    from .file_listing import index_pictures, pair_files
    from .preparation import Preparation
    preparation = Preparation(args)
    suffix = '_plus' if args.plus else ''
    clean = [args.clean_folder or '{}_C']
    if args.plus and not args.clean_folder:
        clean = PLUS_FOLDERS
    splits, published = {}, {}
    for split, count in PUBLISHED.items():
        parts = [
            index_pictures(args.root, find_folder(args.root, split, names))
            for names in (['{}_A'], clean, ['{}_B'])
        ]
        samples, alone = pair_files(*parts)
        preparation.bad_files.update(alone)
        splits[split + suffix] = samples
        published[split + suffix] = count
    preparation.run(splits, published)


def find_folder(root: str, split: str, names: List[str]) -> str:
    """The first folder there is, in the folder of the split or beside it."""
    folders = [
        folder for name in names
        for folder in (f'{split}/{name.format(split)}', name.format(split))
    ]
    there = [folder for folder in folders if (Path(root) / folder).is_dir()]
    return (there or folders)[0]
