"""List the faces of FFHQ, split as its authors do."""
import argparse
import re
from typing import TYPE_CHECKING, Dict, List, Optional

from ..command_line import command
from .preparing_options import build_parser

if TYPE_CHECKING:  # importing them costs seconds
    from .sample_examining import Finding

NUM_TRAIN = 60_000
PUBLISHED = dict(train=NUM_TRAIN, val=10_000)


def parse_args() -> argparse.Namespace:
    parser = build_parser('FFHQ', 'data/ffhq')
    parser.add_argument(
        '--images-folder',
        default='images1024x1024',
        metavar='NAME',
        help='flat or with folders of 1,000 (default: %(default)s); a size '
        'in its name is checked')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    from .file_listing import Sample, list_pictures, stem
    from .preparation import Preparation
    preparation = Preparation(args)
    splits: Dict[str, List[Sample]] = dict(train=[], val=[])
    for name in list_pictures(args.root, args.images_folder):
        if stem(name).isdecimal():
            split = 'train' if int(stem(name)) < NUM_TRAIN else 'val'
            splits[split].append(Sample(clean=name))
        else:
            preparation.bad_files[name] = 'its name is not a number'
    named_size = re.search(r'(\d+)x(\d+)', args.images_folder)
    size = tuple(map(int, named_size.groups())) if named_size else None

    def find_fault(finding: 'Finding') -> Optional[str]:
        width, height = finding.size
        if size is not None and finding.size != size:
            return f'{width}x{height} pixels'
        return None if width == height else f'{width}x{height}: not a square'

    preparation.run(splits, PUBLISHED, find_fault)
