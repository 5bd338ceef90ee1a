"""Compare methods on the same frozen test sets, side by side.

``python tools/analysis_tools/compare_methods.py --test-set DIR --method NAME
CONFIG CHECKPOINT --detector NAME CONFIG CHECKPOINT --inpaintor NAME CONFIG
CHECKPOINT -o OUT``

Every detector is combined with every inpaintor: docs/comparing_methods.md.
"""
import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # for cli and method_comparison
import cli  # noqa: E402
from method_comparison import sources  # noqa: E402


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Run methods on the same pixels of frozen test sets, and '
        'set detection, restoration, time and memory side by side.')
    parser.add_argument(
        '--test-set',
        action='append',
        required=True,
        metavar='DIR',
        help='frozen test set; once or several times, one table for each')
    source = dict(action='append', nargs='+', default=[], metavar='WORD')
    parser.add_argument(
        '--method',
        help='NAME CONFIG CHECKPOINT of a whole model: one that restores, '
        'finds the damage, or both',
        **source)
    parser.add_argument(
        '--detector',
        help='NAME CONFIG CHECKPOINT of a detector, or of an HCLRestorer of '
        'which only the detector is used; or just "true": the true mask',
        **source)
    parser.add_argument(
        '--inpaintor',
        help='NAME CONFIG CHECKPOINT of an inpainting model, which gets the '
        'masks of every --detector; or just "telea" or "navier-stokes": '
        'OpenCV\'s, which need no training',
        **source)
    parser.add_argument(
        '-o',
        '--out',
        required=True,
        metavar='DIR',
        help='folder to make for the tables and pictures; must not exist')
    parser.add_argument(
        '--num-samples',
        type=cli.parse_positive,
        metavar='N',
        help='only the first samples of each test set (default: all)')
    parser.add_argument(
        '--dilation',
        type=int,
        metavar='PIXELS',
        help='grow the masks to every side before the inpaintors repair them '
        '(default: what their configs say, else 0)')
    parser.add_argument(
        '--bins',
        type=cli.parse_bins,
        default=[],
        metavar='LOW-HIGH,...',
        help='also scores by the share of the pixels that is corrupted, in '
        'percent, such as 0-20,20-40')
    parser.add_argument(
        '--pictures',
        type=int,
        nargs='+',
        metavar='INDEX',
        help='samples to draw, from 0 on (default: 6, evenly spread)')
    parser.add_argument(
        '--timed',
        type=cli.parse_positive,
        default=10,
        metavar='N',
        help='pictures of each test set that are timed, evenly spread '
        '(default: 10)')
    parser.add_argument('--device', default='cpu', help='cpu, cuda or cuda:1')
    parser.add_argument(
        '--threads',
        type=cli.parse_positive,
        metavar='N',
        help='CPU threads of torch')
    args = parser.parse_args()
    try:
        args.sources = [
            sources.read_source(role, words) for role in sources.ROLES
            for words in getattr(args, role)
        ]
        sources.check_names(args.sources)
    except ValueError as error:
        cli.fail(str(error))
    return args


def main() -> None:
    args = parse_args()

    from method_comparison.comparison import Settings, compare
    settings = Settings(
        sources=args.sources,
        test_sets=args.test_set,
        out_dir=Path(args.out),
        num_samples=args.num_samples,
        ratio_bins=args.bins,
        pictures=args.pictures,
        num_timed=args.timed,
        device=args.device,
        threads=args.threads,
        dilation=args.dilation)
    print(compare(settings))


if __name__ == '__main__':
    cli.run(main)
