"""Compare methods on the same frozen test sets, side by side.

``python tools/analysis_tools/compare_methods.py --test-set DIR --method NAME
CONFIG CHECKPOINT --detector NAME CONFIG CHECKPOINT --inpaintor NAME CONFIG
CHECKPOINT -o OUT``

Every detector is combined with every inpaintor: docs/comparing_methods.md.
"""
import argparse
from pathlib import Path
from typing import Any, Dict

from ...inpaintor_names import CLASSICAL_METHODS
from ..command_line import command, fail, parse_bins, parse_positive
from . import method_sources


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Run methods on the same pixels of frozen test sets, and '
        'set detection, restoration, time and memory side by side.')
    add = parser.add_argument
    add('--test-set',
        dest='test_sets',
        action='append',
        required=True,
        metavar='DIR',
        help='frozen test set; once or several times, one table for each')
    source: Dict[str, Any] = dict(
        action='append', nargs='+', default=[], metavar='WORD')
    add('--method',
        help='NAME CONFIG CHECKPOINT of a whole model: one that restores, '
        'finds the damage, or both',
        **source)
    add('--detector',
        help='NAME CONFIG CHECKPOINT of a detector, or of an HCLRestorer of '
        'which only the detector is used; or just "true": the true mask',
        **source)
    add('--inpaintor',
        help='NAME CONFIG CHECKPOINT of an inpainting model, which gets the '
        'masks of every --detector; NAME FILE of LaMa (.pt or .onnx); or just '
        'the name of a classical method, which needs no training: '
        f'{", ".join(CLASSICAL_METHODS)}',
        **source)
    add('-o',
        '--out',
        dest='out_dir',
        type=Path,
        required=True,
        metavar='DIR',
        help='folder to make for the tables and pictures; must not exist')
    add('--num-samples',
        type=parse_positive,
        metavar='N',
        help='only the first samples of each test set (default: all)')
    add('--dilation',
        type=int,
        metavar='PIXELS',
        help='grow the masks to every side before the inpaintors repair them '
        '(default: what their configs say, else 0)')
    add('--bins',
        dest='ratio_bins',
        type=parse_bins,
        default=[],
        metavar='LOW-HIGH,...',
        help='also scores by the share of the pixels that is corrupted, in '
        'percent, such as 0-20,20-40')
    add('--pictures',
        type=int,
        nargs='+',
        metavar='INDEX',
        help='samples to draw, from 0 on (default: 6, evenly spread)')
    add('--timed',
        dest='num_timed',
        type=parse_positive,
        default=10,
        metavar='N',
        help='pictures of each test set that are timed, evenly spread '
        '(default: 10)')
    add('--device', default='cpu', help='cpu, cuda or cuda:1')
    add('--threads',
        type=parse_positive,
        metavar='N',
        help='CPU threads of torch')
    args = parser.parse_args()
    try:
        args.sources = [
            method_sources.read_source(role, words)
            for role in method_sources.ROLES for words in vars(args).pop(role)
        ]
        method_sources.check_names(args.sources)
    except ValueError as error:
        fail(str(error))
    return args


@command
def main() -> None:
    args = parse_args()
    from .comparison import Settings, compare
    print(compare(Settings(**vars(args))))
