"""List the watermarks of LOGO-30K with their masks.

``python tools/dataset_converters/logo30k/prepare_logo30k.py``
"""
import argparse
import sys
from pathlib import Path

# Shared by all data sets, and by all tools.
CONVERTERS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(CONVERTERS), str(CONVERTERS.parent)]
import cli  # noqa: E402
from preparing.options import build_parser  # noqa: E402

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


def main() -> None:
    args = parse_args()
    from preparing.listing import index_pictures, pair_files
    from preparing.preparation import Preparation
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


if __name__ == '__main__':
    cli.run(main)
