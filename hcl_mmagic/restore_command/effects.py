"""Options that were given and change nothing."""
import os
from typing import List, Sequence

from .arguments import Options
from .report import Entry

# What is made of confidences, which a given mask alone replaces.
_OF_DETECTION = 'threshold', 'min_area', 'clean_below', 'damaged_above'


def idle_options(args: Options) -> List[str]:
    """What has no effect whatever the photographs show, in words."""
    notes = []
    if args.masks_only:
        said = [name for name in _OF_DETECTION if name in args.said]
        if args.inpaintor and args.checkpoint:
            said.append('checkpoint')
        if said:
            mask = '--infrared' if args.infrared else '--mask'
            notes.append(f'{typed(said)} has no effect with {mask} alone: '
                         'nothing is looked for')
    if args.detections:
        said = [name for name in ('reverse', 'batch_size')
                if name in args.said]  # yapf: disable
        if said:
            notes.append(f'{typed(said)} has no effect with --detections: '
                         'nothing is looked for')
        if args.masks_only:
            notes.append('--detections has no effect with a mask of your own '
                         'alone')
    if args.recursive and not any(map(os.path.isdir, args.inputs)):
        notes.append('--recursive has no effect: no folder was named')
    if args.dry_run and args.same_mark:
        notes.append('--same-mark has no effect with --dry-run: marks are '
                     'looked for when photographs are restored')
    if args.dry_run and args.report:
        notes.append('--report has no effect with --dry-run: nothing is '
                     'written')
    return notes


def idle_on_clean(args: Options, entries: Sequence[Entry]) -> List[str]:
    """What had no effect because of the verdict 'clean', in words."""
    clean = sum(entry.verdict == 'clean' and not entry.changed_share
                for entry in entries)  # yapf: disable
    options = args.mask_options
    said = [name for name in ('min_area', 'dilate', 'feather')
            if name in options]  # yapf: disable
    if not clean or not said or args.masks_only or {'threshold', 'include'
                                                    } & set(options):
        return []
    return [
        f'{typed(said)} had no effect on {clean} of the photographs: they '
        'were called clean; --threshold 0.5 restores what is found in them'
    ]


def typed(names: Sequence[str]) -> str:
    """Names of options as they are typed."""
    return ', '.join('--' + name.replace('_', '-') for name in names)
