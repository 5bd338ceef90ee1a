"""List the faces of CelebA-HQ, split as CelebA is."""
import argparse
from pathlib import Path
from typing import Dict, List, Optional

from ..command_line import command
from .preparing_options import build_parser

# The last number of each part in CelebA's list_eval_partition.txt.
LAST_NUMBERS = dict(train=162_770, val=182_637, test=202_599)
PUBLISHED = dict(train=24_183, val=2_993, test=2_824)
MAPPING = 'CelebA-HQ-to-CelebA-mapping.txt'


def parse_args() -> argparse.Namespace:
    parser = build_parser('CelebA-HQ', 'data/celebahq')
    add = parser.add_argument
    add('--images-folder',
        default='CelebA-HQ-img',
        metavar='NAME',
        help='folder of the pictures (default: %(default)s)')
    add('--mapping',
        default=MAPPING,
        metavar='FILE',
        help='in ROOT; not read if the pictures have CelebA\'s names of six '
        'digits (default: %(default)s)')
    add('--first-index',
        type=int,
        default=0,
        metavar='N',
        help='number of the first picture; 1 for copies called 00001 to '
        '30000 (default: %(default)s)')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    from .file_listing import Sample, list_pictures, stem
    from .preparation import Preparation
    preparation = Preparation(args)
    names = list_pictures(args.root, args.images_folder)
    renamed = all(
        len(stem(name)) == 6 and stem(name).isdecimal() for name in names)
    mapping = {} if renamed else read_mapping(Path(args.root) / args.mapping)
    splits: Dict[str, List[Sample]] = {split: [] for split in LAST_NUMBERS}
    for name in names:
        number = int(stem(name)) if stem(name).isdecimal() else -1
        celeba = number if renamed else mapping.get(number - args.first_index)
        split = split_of(celeba)
        if split is None:
            preparation.bad_files[name] = 'no such number in ' + (
                'CelebA' if renamed else args.mapping)
        else:
            splits[split].append(Sample(clean=name))
    preparation.run(splits, PUBLISHED)


def split_of(celeba: Optional[int]) -> Optional[str]:
    """The part of CelebA that its picture of this number belongs to."""
    for split, last in LAST_NUMBERS.items():
        if celeba is not None and 0 < celeba <= last:
            return split
    return None


def read_mapping(path: Path) -> Dict[int, int]:
    """The number in the name of CelebA's file, 1 to 202,599, by the index in
    CelebA-HQ, 0 to 29,999; the text file has the columns idx, orig_idx and
    orig_file below a heading."""
    from ...errors import DataMismatchError, DataNotFoundError
    if not path.is_file():
        raise DataNotFoundError(
            f'The file {path} does not exist: it comes with CelebAMask-HQ.')
    mapping = {}
    lines = path.read_text(encoding='utf-8').splitlines()
    for number, line in enumerate(lines[1:], start=2):
        try:
            index, _, file = line.split()
            mapping[int(index)] = int(file.removesuffix('.jpg'))
        except ValueError:
            raise DataMismatchError(
                f'{path}, line {number}: expected an index, an index in '
                f'CelebA and a file of CelebA, got {line!r}.')
    return mapping
