"""List the photographs of Places365."""
import argparse
from typing import TYPE_CHECKING, Optional

from ..command_line import command
from .preparing_options import build_parser

if TYPE_CHECKING:  # importing them costs seconds
    from .sample_examining import Finding

NUM_TRAIN = dict(standard=1_803_460, challenge=8_026_628)
NUM_VAL = 36_500


def parse_args() -> argparse.Namespace:
    parser = build_parser('Places365', 'data/places365')
    add = parser.add_argument
    add('--variant',
        choices=list(NUM_TRAIN),
        default='standard',
        help='which training set it is (default: %(default)s)')
    add('--size',
        choices=['large', '256'],
        default='large',
        help='data_large and val_large, or data_256 and val_256, whose lists '
        'are called train_256 and val_256 (default: %(default)s)')
    add('--train-folder',
        metavar='NAME',
        help='instead of data_large or data_256')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    from .file_listing import list_clean
    from .preparation import Preparation
    suffix = '' if args.size == 'large' else f'_{args.size}'
    train = args.train_folder or f'data_{args.size}'
    folders = {f'train{suffix}': train, f'val{suffix}': f'val_{args.size}'}
    published = {
        f'train{suffix}': NUM_TRAIN[args.variant],
        f'val{suffix}': NUM_VAL
    }
    find_fault = find_fault_of_small if args.size == '256' else None
    Preparation(args).run(
        list_clean(args.root, folders), published, find_fault)


def find_fault_of_small(finding: 'Finding') -> Optional[str]:
    """The small pictures were resized to squares of 256 pixels."""
    if finding.size == (256, 256):
        return None
    return 'expected 256x256 pixels, got {}x{}'.format(*finding.size)
