"""List the photographs of ImageNet (ILSVRC 2012)."""
import argparse

from ..command_line import command
from .preparing_options import build_parser

PUBLISHED = dict(train=1_281_167, val=50_000)


def parse_args() -> argparse.Namespace:
    parser = build_parser('ImageNet (ILSVRC 2012)', 'data/imagenet')
    add = parser.add_argument
    add('--train-folder',
        default='train',
        metavar='NAME',
        help='folder of synset folders (default: %(default)s)')
    add('--val-folder',
        default='val',
        metavar='NAME',
        help='flat or with synset folders (default: %(default)s)')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    from .file_listing import list_clean
    from .preparation import Preparation
    folders = dict(train=args.train_folder, val=args.val_folder)
    Preparation(args).run(list_clean(args.root, folders), PUBLISHED)
