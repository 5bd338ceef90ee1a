"""Split NVIDIA's irregular masks and sort them by their size."""
import argparse
from typing import TYPE_CHECKING, Dict, List

from ..command_line import command
from .preparing_options import build_parser

if TYPE_CHECKING:  # importing them costs seconds
    from .file_listing import Sample

# Upper ends of the six groups, in percent of the mask.
GROUPS = (10, 20, 30, 40, 50, 60)
# 400 of each 2,000 are held out for testing.
HOLD_OUT_EVERY = 5
PUBLISHED = dict(train=9_600, test=2_400)
PUBLISHED_IN_GROUP = 400


def parse_args() -> argparse.Namespace:
    parser = build_parser("NVIDIA's irregular masks", 'data/irregular_masks')
    add = parser.add_argument
    add('--masks-folder',
        default='testing_mask_dataset',
        metavar='NAME',
        help='folder of the 12,000 masks in ROOT (default: %(default)s)')
    add('--invert',
        action='store_true',
        help='black is the hole; a config then needs invert=True of '
        'MaskFromFolder')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    from .file_listing import Sample, list_pictures
    from .preparation import Preparation
    preparation = Preparation(args)
    findings = preparation.check([
        Sample(mask=name)
        for name in list_pictures(args.root, args.masks_folder)
    ])
    # Rounded, for 100 * (1 - 0.7) is a little more than 30.
    percents = {
        mask:
        round(100 * (1 - finding.white if args.invert else finding.white), 6)
        for mask, finding in findings.items() if finding.white is not None
    }
    refuse_inverted(args, list(percents.values()))
    for mask, percent in list(percents.items()):
        if not 0 < percent <= GROUPS[-1]:
            del percents[mask]
            preparation.bad_files[mask.mask] = (
                f'the hole is {percent:.1f} % of it, expected up to '
                f'{GROUPS[-1]} %')
    splits = split_masks(percents)
    published = dict.fromkeys(splits, PUBLISHED_IN_GROUP)
    preparation.write(splits, {**published, **PUBLISHED})


def split_masks(percents: Dict['Sample', float]) -> Dict[str, List['Sample']]:
    """Hold out every fifth mask of each group of sizes, given how much of each
    mask is hole in percent: 'train', 'test' and the groups of the latter, from
    'test_00-10' (up to 10 %) to 'test_50-60'."""
    splits: Dict[str, List['Sample']] = dict(train=[], test=[])
    for high in GROUPS:
        group = [
            mask for mask, percent in percents.items()
            if high - 10 < percent <= high
        ]
        held_out = group[::HOLD_OUT_EVERY]
        splits['train'] += [
            mask for number, mask in enumerate(group)
            if number % HOLD_OUT_EVERY
        ]
        splits['test'] += held_out
        if held_out:
            splits[f'test_{high - 10:02d}-{high}'] = held_out
    return splits


def refuse_inverted(args: argparse.Namespace, percents: List[float]) -> None:
    """Most masks of the other polarity are more than 60 % hole."""
    from ...errors import DataMismatchError
    num_large = sum(percent > GROUPS[-1] for percent in percents)
    if num_large > len(percents) / 2:
        color, option = ('black', 'without') if args.invert else ('white',
                                                                  'with')
        raise DataMismatchError(
            f'{num_large:,} of {len(percents):,} masks in '
            f'{args.root}/{args.masks_folder} are more than {GROUPS[-1]} % '
            f'{color}, which should be the hole. If it is the other way '
            f'round, run this {option} --invert.')
