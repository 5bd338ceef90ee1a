"""List the watermarks of LOGO-30K with their masks."""
import argparse

from ..command_line import command
from .preparing_options import build_parser

FOLDERS = dict(train='train_images', val='val_images')


def parse_args() -> argparse.Namespace:
    parser = build_parser('LOGO-30K', 'data/logo30k')
    parser.add_argument(
        '--set-folder',
        default='27kpng',
        metavar='NAME',
        help='folder in ROOT that was unpacked; 10kmid, 10khigh and 10kgray '
        'are LOGO-L, LOGO-H and LOGO-Gray (default: %(default)s)')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    from .file_listing import index_pictures, pair_files
    from .preparation import Preparation
    preparation = Preparation(args)
    photographs = index_pictures(args.root, f'{args.set_folder}/natural')
    shared = set(photographs.values())
    splits = {}
    for split, folder in FOLDERS.items():
        damaged, masks = (
            index_pictures(args.root, f'{args.set_folder}/{folder}/{part}')
            for part in ('image', 'mask'))
        # One photograph of COCO serves several watermarks, or none.
        clean = {
            key: photographs[coco_name(key)]
            for key in damaged if coco_name(key) in photographs
        }
        splits[split], alone = pair_files(damaged, clean, masks)
        preparation.bad_files.update({
            name: lack
            for name, lack in alone.items() if name not in shared
        })
    preparation.run(splits, published={})


def coco_name(key: str) -> str:
    """COCO_val2014_000000000042-Some_Logo-7: the part before the logo."""
    return key.split('-')[0]
