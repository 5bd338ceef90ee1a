"""What can be said on the command line; imports nothing heavy."""
import argparse
import os
from typing import Any, Dict, List, Optional, Sequence, Tuple

from ..jobs.share import Share
from ..photographs.finding import PHOTOGRAPH_ENDINGS
from ..version import __version__
from .argument_groups import add_files, add_mask, add_network, add_verdict

EXIT_INTERRUPTED = 130
_DESCRIPTION = '''
Find the damage in photographs and restore them. Nothing has to be drawn:
damaged pixels are found, replaced, and everything else stays as it was, bit
by bit. A photograph without damage is copied unchanged. Originals are never
written to, except with --in-place.
'''
_EPILOG = '''
hcl-restore review REPORT.json makes a page of a report, to be looked at;
hcl-restore doctor says what is installed, and how to mend what is wrong;
hcl-restore weights list, or download NAME, are for published weights;
hcl-restore receipts OUT says what is done of a manifest, and what is left.
Exit code: 0 if all went well, 1 if a photograph failed (it is named, the
others are done), 2 for a wrong command line, 130 after Ctrl-C.
'''


def build_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = argparse.ArgumentParser(
        prog='hcl-restore', description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument(
        'inputs',
        nargs='*',
        metavar='IN',
        help='photograph, folder of photographs, or pattern such as '
        '"scans/**/*.tif"')
    parser.add_argument(
        '--version', action='version', version=f'hcl-restore {__version__}')
    add_files(parser.add_argument_group('files'))
    add_mask(parser.add_argument_group('what is replaced'))
    add_verdict(parser.add_argument_group('clean, damaged, uncertain'))
    add_network(parser.add_argument_group('network and machine'))
    return parser


class Options(argparse.Namespace):
    """What can be said, by the names of the arguments."""
    inputs: List[str]
    out: Optional[str]
    in_place: bool
    recursive: bool
    manifest: Optional[str]
    shard: Optional[Share]
    skip_existing: bool
    watch: Optional[float]
    dry_run: bool
    format: str
    save: Tuple[str, ...]
    save_to: Optional[str]
    refuse: Tuple[str, ...]
    report: Optional[str]
    mask: Optional[str]
    infrared: bool
    mask_mode: Optional[str]
    detections: Optional[str]
    same_mark: bool
    clean_below: Optional[float]
    damaged_above: Optional[float]
    restore_uncertain: bool
    checkpoint: Optional[str]
    inpaintor: Optional[str]
    inpaintor_checkpoint: Optional[str]
    reverse: bool
    device: str
    dtype: str
    max_memory: str
    batch_size: int
    workers: int
    said: Dict[str, Any]  # what differs from the defaults, without the inputs

    @property
    def masks_only(self) -> bool:
        """bool: Whether given masks replace the detected ones."""
        return bool(self.mask
                    or self.infrared) and self.mask_mode in (None, 'replace')

    @property
    def verdict_thresholds(self) -> Optional[Tuple[float, float]]:
        """tuple[float, float], optional: Those of the weights if None, also if
        one only was given."""
        if self.clean_below is None or self.damaged_above is None:
            return None
        return self.clean_below, self.damaged_above

    @property
    def mask_options(self) -> Dict[str, Any]:
        """dict: Options of the mask, as far as they were given."""
        names = ('threshold', 'restore_uncertain', 'min_area', 'include',
                 'exclude', 'dilate', 'feather')
        return {
            name: getattr(self, name)
            for name in names if getattr(self, name) is not None
        }


def parse_args(parser: argparse.ArgumentParser,
               arguments: Optional[Sequence[str]] = None) -> Options:
    """Read the command line, that of the process if None, and check what does
    not fit together."""
    args = parser.parse_args(arguments, Options())
    args.said = {
        name: value
        for name, value in vars(args).items()
        if name != 'inputs' and value != parser.get_default(name)
    }
    if bool(args.inputs) == bool(args.manifest):
        parser.error('say which photographs: IN, or --manifest LIST')
    if args.in_place == bool(args.out):
        parser.error('say either -o OUT or --in-place')
    if args.in_place and args.save and not args.save_to:
        parser.error(
            '--save with --in-place needs --save-to DIR: beside the originals '
            'the masks would be taken for photographs the next time')
    if args.in_place and args.skip_existing:
        parser.error('--skip-existing looks for results in OUT; with '
                     '--in-place there are none')
    if args.watch is not None:
        if args.dry_run:
            parser.error('--dry-run says what would be done now, so not what '
                         '--watch will find')
        if args.in_place:
            parser.error('--watch restores into OUT; with --in-place it would '
                         'take its own results for arrivals')
        if args.out in args.inputs:
            parser.error('--watch needs an OUT that it does not watch')
        args.skip_existing = True
    _check_same_mark(parser, args)
    _check_manifest(parser, args)
    if args.mask_mode and not (args.mask or args.infrared):
        parser.error('--mask-mode needs --mask or --infrared')
    if args.mask and args.infrared:
        parser.error('--mask and --infrared are two masks: say one of them')
    if args.inpaintor_checkpoint and not args.inpaintor:
        parser.error('--inpaintor-checkpoint needs --inpaintor')
    if args.save_to and not args.save:
        parser.error('--save-to needs --save')
    verdict = args.verdict_thresholds
    if verdict is not None and verdict[0] > verdict[1]:
        parser.error('--clean-below must not be above --damaged-above')
    _check_folder(parser, '-o', args.out)
    _check_folder(parser, '--save-to', args.save_to)
    return args


def _check_same_mark(parser: argparse.ArgumentParser, args: Options) -> None:
    """Refuse what does not go together with a comparison of photographs."""
    if not args.same_mark:
        return
    reasons = {
        '--watch':
        args.watch is not None and 'photographs that arrive one by one '
        'cannot be compared',
        '--mask or --infrared alone':
        args.masks_only and 'nothing is looked for then; say --mask-mode add '
        'or subtract',
        '--detections':
        args.detections is not None and 'they are of photographs that still '
        'have the mark',
        '--save detection':
        'detection' in args.save and 'it could not be used for the '
        'photograph with the mark',
        '--reverse':
        args.reverse and 'it would keep the mark and repair the rest',
    }
    for option, reason in reasons.items():
        if reason:
            parser.error(f'--same-mark does not go with {option}: {reason}')


def _check_manifest(parser: argparse.ArgumentParser, args: Options) -> None:
    """Refuse what needs to see all photographs, or more than themselves."""
    if args.shard and not args.manifest:
        parser.error('--shard needs --manifest')
    if not args.manifest:
        return
    reasons = {
        'in_place': 'receipts stand beside results in OUT',
        'skip_existing': 'receipts say what is done',
        'watch': 'a manifest is what is there now',
        'dry_run': 'hcl-restore receipts OUT --manifest LIST says what is '
        'left',
        'report': 'receipts are the report; hcl-restore receipts OUT --merged '
        'FILE.jsonl puts them together',
        'save_to': 'a receipt is of files in OUT',
        'same_mark': 'it compares all photographs, and a share has some',
        'mask': 'a receipt would not say whether the mask has changed',
        'detections': 'a receipt would not say whether they have changed',
        'recursive': 'all folders below one are searched anyway',
    }
    for name, reason in reasons.items():
        if name in args.said:
            parser.error(f'--{name.replace("_", "-")} does not go with '
                         f'--manifest: {reason}')


def _check_folder(parser: argparse.ArgumentParser, name: str,
                  folder: Optional[str]) -> None:
    if folder is None or os.path.isdir(folder):
        return
    if os.path.lexists(folder):
        parser.error(f'{name} takes a folder, but {folder} is a file')
    if folder.lower().endswith(PHOTOGRAPH_ENDINGS):
        parser.error(f'{name} takes a folder, in which results keep their '
                     f'names; {folder} looks like a photograph')
