"""Time a model or its data: ``python tools/analysis_tools/benchmark.py CFG``.

Prints images per second, peak memory and, per part, seconds, operations and
how near they come to what the machine can do; ``--json`` writes the same.
"""
import argparse
import sys
from pathlib import Path

# The modules shared by all tools lie one folder up, those of this one here.
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import cli  # noqa: E402


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Time a model or its data.')
    parser.add_argument('config', help='config file')
    parser.add_argument(
        '--task',
        choices=['infer', 'train', 'data', 'detect'],
        default='infer',
        help='restore pictures, train on them, load them, or only cluster '
        'their projections')
    parser.add_argument(
        '--size',
        type=int,
        metavar='PX',
        help='side of the pictures (default: 256); for data the pipeline of '
        'the config decides')
    parser.add_argument(
        '--batch', type=int, default=1, metavar='N', help='pictures at once')
    parser.add_argument('--device', default='cpu', help='cpu, cuda or cuda:1')
    parser.add_argument(
        '--dtype',
        choices=['fp32', 'tf32', 'bf16', 'fp16'],
        default='fp32',
        help='number format; bf16 and fp16 are mixed precision')
    _add_measurement_options(parser)
    parser.add_argument('--checkpoint', metavar='FILE', help='weights')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        default=[],
        metavar='KEY=VALUE',
        help='settings that override the config')
    parser.add_argument('--json', metavar='FILE', help='write the result')
    return parser.parse_args()


def _add_measurement_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--compile',
        action='store_true',
        help='torch.compile encoder, decoder and refiner')
    parser.add_argument(
        '--channels-last',
        action='store_true',
        help='keep weights and pictures in the channels-last layout')
    parser.add_argument(
        '--repeats', type=int, default=5, metavar='N', help='timed repeats')
    parser.add_argument(
        '--warmup', type=int, default=2, metavar='N', help='untimed repeats')
    parser.add_argument(
        '--threads',
        type=int,
        metavar='N',
        help="CPU threads (default: torch's choice; data: 1)")


def main() -> None:
    options = vars(parse_args())
    path = options.pop('json')

    from benchmarking import Settings, print_report, run_benchmark, write_json

    from hcl_mmagic.engine.launch import prepare_output
    settings = Settings(**options)
    settings.check()
    if path:
        prepare_output(path)
    report, notes = run_benchmark(settings)
    print_report(report, notes)
    if path:
        write_json(report, path)


if __name__ == '__main__':
    cli.run(main)
