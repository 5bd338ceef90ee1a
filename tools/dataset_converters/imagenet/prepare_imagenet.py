"""List the photographs of ImageNet (ILSVRC 2012).

``python tools/dataset_converters/imagenet/prepare_imagenet.py``
"""
import argparse
import sys
from pathlib import Path

# Shared by all data sets, and by all tools.
CONVERTERS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(CONVERTERS), str(CONVERTERS.parent)]
import cli  # noqa: E402
from preparing.options import build_parser  # noqa: E402

PUBLISHED = dict(train=1_281_167, val=50_000)


def parse_args() -> argparse.Namespace:
    parser = build_parser('ImageNet (ILSVRC 2012)', 'data/imagenet')
    parser.add_argument(
        '--train-folder',
        default='train',
        metavar='NAME',
        help='folder of synset folders (default: %(default)s)')
    parser.add_argument(
        '--val-folder',
        default='val',
        metavar='NAME',
        help='flat or with synset folders (default: %(default)s)')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    from preparing.listing import list_pictures
    from preparing.preparation import Preparation
    from preparing.samples import Sample
    folders = dict(train=args.train_folder, val=args.val_folder)
    splits = {
        split:
        [Sample(clean=name) for name in list_pictures(args.root, folder)]
        for split, folder in folders.items()
    }
    Preparation(args).run(splits, PUBLISHED)


if __name__ == '__main__':
    cli.run(main)
