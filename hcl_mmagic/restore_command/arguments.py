"""What can be said on the command line; imports nothing heavy."""
import argparse
import os
import re
from typing import Any, Dict, List, Optional, Sequence, Tuple

from ..inpaintor_names import CLASSICAL_METHODS
from ..photographs.finding import PHOTOGRAPH_ENDINGS
from ..version import __version__

EXTRAS = ('mask', 'confidence', 'panel')
EXIT_INTERRUPTED = 130
_DESCRIPTION = '''
Find the damage in photographs and restore them. Nothing has to be drawn:
damaged pixels are found, replaced, and everything else stays as it was, bit
by bit. A photograph without damage is copied unchanged. Originals are never
written to, except with --in-place.
'''
_EPILOG = '''
Exit code: 0 if all went well, 1 if a photograph failed (it is named, the
others are done), 2 for a wrong command line, 130 after Ctrl-C.
'''


def build_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = argparse.ArgumentParser(
        prog='hcl-restore', description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument(
        'inputs',
        nargs='+',
        metavar='IN',
        help='photograph, folder of photographs, or pattern such as '
        '"scans/**/*.tif"')
    parser.add_argument(
        '--version', action='version', version=f'hcl-restore {__version__}')
    _add_files(parser.add_argument_group('files'))
    _add_mask(parser.add_argument_group('what is replaced'))
    _add_verdict(parser.add_argument_group('clean, damaged, uncertain'))
    _add_network(parser.add_argument_group('network and machine'))
    return parser


class Options(argparse.Namespace):
    """What can be said, by the names of the arguments."""
    inputs: List[str]
    out: Optional[str]
    in_place: bool
    recursive: bool
    skip_existing: bool
    format: str
    save: Tuple[str, ...]
    save_to: Optional[str]
    report: Optional[str]
    mask: Optional[str]
    mask_mode: Optional[str]
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

    @property
    def masks_only(self) -> bool:
        """bool: Whether given masks replace the detected ones."""
        return bool(self.mask) and self.mask_mode in (None, 'replace')

    @property
    def verdict_thresholds(self) -> Optional[Tuple[float, float]]:
        """tuple[float, float], optional: Those of the weights if None."""
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
    if args.in_place == bool(args.out):
        parser.error('say either -o OUT or --in-place')
    if args.in_place and args.save and not args.save_to:
        parser.error(
            '--save with --in-place needs --save-to DIR: beside the originals '
            'the masks would be taken for photographs the next time')
    if args.in_place and args.skip_existing:
        parser.error('--skip-existing looks for results in OUT; with '
                     '--in-place there are none')
    if args.mask_mode and not args.mask:
        parser.error('--mask-mode needs --mask')
    if args.inpaintor_checkpoint and not args.inpaintor:
        parser.error('--inpaintor-checkpoint needs --inpaintor')
    if args.save_to and not args.save:
        parser.error('--save-to needs --save')
    if (args.clean_below is None) != (args.damaged_above is None):
        parser.error('--clean-below and --damaged-above belong together')
    verdict = args.verdict_thresholds
    if verdict is not None and verdict[0] > verdict[1]:
        parser.error('--clean-below must not be above --damaged-above')
    _check_folder(parser, '-o', args.out)
    _check_folder(parser, '--save-to', args.save_to)
    return args


def _check_folder(parser: argparse.ArgumentParser, name: str,
                  folder: Optional[str]) -> None:
    if folder is None or os.path.isdir(folder):
        return
    if os.path.lexists(folder):
        parser.error(f'{name} takes a folder, but {folder} is a file')
    if folder.lower().endswith(PHOTOGRAPH_ENDINGS):
        parser.error(f'{name} takes a folder, in which results keep their '
                     f'names; {folder} looks like a photograph')


def _add_files(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add('-o',
        '--out',
        metavar='OUT',
        help='folder for the results, which keep their names and relative '
        'paths; files of these names in it are replaced')
    add('--in-place',
        action='store_true',
        help='replace the originals instead, each in one step; clean and '
        'uncertain ones are left as they are')
    add('--recursive',
        action='store_true',
        help='look in the folders below, too; hidden files and folders are '
        'left out')
    add('--skip-existing',
        action='store_true',
        help='leave out photographs whose result is in OUT already')
    add('--format',
        choices=['lossless', 'keep'],
        default='lossless',
        help='lossless: PNG and TIFF files stay what they are, all others '
        'come back as PNG. keep: each in its own format; JPEG, lossy WebP '
        'and GIF files are encoded again, which changes untouched pixels a '
        'little; for them --in-place needs it (default: lossless)')
    add('--save',
        type=_extras,
        default=(),
        metavar='KIND,...',
        help='write beside each result: mask (NAME_mask.png, white = '
        'changed), confidence (NAME_confidence.png, 16 bit, white = surely '
        'damaged), panel (NAME_panel.png: input, mask over it, confidence, '
        'restored)')
    add('--save-to',
        metavar='DIR',
        help='folder for what --save writes (default: OUT)')
    add('--report',
        type=_report_file,
        metavar='FILE',
        help='list of all inputs and what became of them, FILE.json or '
        'FILE.csv')


def _add_mask(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add('--mask',
        metavar='FILE|DIR',
        help='mask of your own, of the size of the upright photograph, white '
        '= damaged; in a folder, NAME.png or NAME_mask.png')
    add('--mask-mode',
        choices=['replace', 'add', 'subtract'],
        help='take your mask alone, add it to the detected one, or take it '
        'away from it (default: replace)')
    add('--threshold',
        type=float,
        metavar='P',
        help='pixels are damaged above this confidence, 0 to 1, whatever the '
        'verdict (default: 0.5, in regions that are surely damaged); lower '
        'finds more')
    add('--min-area',
        type=int,
        metavar='PIXELS',
        help='leave smaller regions alone (default: 0)')
    for option, meaning in (('include', 'change only what lies in'),
                            ('exclude', 'change nothing in')):
        add(f'--{option}',
            type=_rectangle,
            action='append',
            metavar='X,Y,W,H',
            help=f'{meaning} this rectangle, in pixels from the upper left '
            'corner; can be given several times')
    add('--dilate',
        type=float,
        metavar='PIXELS',
        help='replace this much around the damage, too (default: little '
        'around thin damage, more around thick; nothing around --mask)')
    add('--feather',
        type=float,
        metavar='PIXELS',
        help='width of the soft edge beyond that (default: likewise)')


def _add_verdict(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add('--clean-below',
        type=_share,
        metavar='P',
        help='call a region clean if the probability that it is damaged is '
        'below P (default: that of the weights)')
    add('--damaged-above',
        type=_share,
        metavar='P',
        help='call it damaged above P; what lies between is uncertain: left '
        'as it is and named in the report (default: that of the weights)')
    add('--restore-uncertain',
        action='store_true',
        help='repair uncertain regions, too')


def _add_network(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add('--checkpoint',
        metavar='FILE',
        help='weights (default: those of the package)')
    add('--inpaintor',
        metavar='NAME|FILE',
        help='let something else repair what was found: '
        f'{", ".join(CLASSICAL_METHODS)}; LaMa as a TorchScript (.pt) or '
        'ONNX file; or the config of an inpainting model of MMagic or of a '
        'BlindInpaintor. Files are code, which is run: take only those that '
        'you trust. With --mask alone nothing is looked for then, and no '
        'other weights are needed')
    add('--inpaintor-checkpoint',
        metavar='FILE',
        help='weights of a config (default: those that it names), for Stable '
        'Diffusion their folder; no code in them is run')
    add('--reverse',
        action='store_true',
        help='swap damaged and intact: keep the damaged pixels and restore '
        'the picture that they come from')
    add('--device',
        type=_device,
        default='auto',
        metavar='NAME',
        help='auto, cpu, cuda, cuda:N or mps (default: auto)')
    add('--dtype',
        choices=['float32', 'float16', 'bfloat16'],
        default='float32',
        help='numbers the network computes with (default: float32)')
    add('--max-memory',
        default='3GB',
        metavar='SIZE',
        help='memory that one photograph may take, such as 3GB or 800MB '
        '(default: 3GB)')
    add('--batch-size',
        type=_count,
        default=1,
        metavar='N',
        help='photographs of equal size that go through the network '
        'together; changes no result (default: 1)')
    add('--workers',
        type=_count,
        default=1,
        metavar='N',
        help='photographs that are read ahead, and written behind, while the '
        'network runs; changes no result (default: 1)')


def _extras(text: str) -> Tuple[str, ...]:
    kinds = text.split(',')
    if not set(kinds) <= set(EXTRAS):
        raise argparse.ArgumentTypeError(
            f'expected some of {",".join(EXTRAS)}, got {text}')
    return tuple(kind for kind in EXTRAS if kind in kinds)


def _report_file(text: str) -> str:
    if not text.lower().endswith(('.json', '.csv')):
        raise argparse.ArgumentTypeError(
            f'expected FILE.json or FILE.csv, got {text}')
    return text


def _rectangle(text: str) -> Tuple[int, ...]:
    try:
        return tuple(map(int, text.split(',')))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'expected four whole numbers x,y,width,height, got {text}')


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f'expected 0 to 1, got {text}')
    return number


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f'expected a whole number from 1 on, got {text}')
    return int(text)


def _device(text: str) -> str:
    if not re.fullmatch(r'auto|cpu|mps|cuda(:\d+)?', text):
        raise argparse.ArgumentTypeError(
            f'expected auto, cpu, cuda, cuda:N or mps, got {text}')
    return text
