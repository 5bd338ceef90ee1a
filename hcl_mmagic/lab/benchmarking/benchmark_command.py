"""Time a model or its data: ``python tools/analysis_tools/benchmark.py CFG``.

Prints images per second, peak memory and, per part, seconds, operations and
how near they come to what the machine can do; ``--json`` writes the same.
"""
import argparse

from ..command_line import add_cfg_options, command, write_json


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Time a model or its data.')
    add = parser.add_argument
    add('config', help='config file')
    add('--task',
        choices=['infer', 'train', 'data', 'detect'],
        default='infer',
        help='restore pictures, train on them, load them, or only cluster '
        'their projections')
    add('--size',
        type=int,
        metavar='PX',
        help='side of the pictures (default: 256); for data the pipeline of '
        'the config decides')
    add('--batch', type=int, default=1, metavar='N', help='pictures at once')
    add('--device', default='cpu', help='cpu, cuda or cuda:1')
    add('--dtype',
        choices=['fp32', 'tf32', 'bf16', 'fp16'],
        default='fp32',
        help='number format; bf16 and fp16 are mixed precision')
    _add_measurement_options(parser)
    add('--checkpoint', metavar='FILE', help='weights')
    add_cfg_options(parser)
    add('--json', metavar='FILE', help='write the result')
    return parser.parse_args()


def _add_measurement_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add('--compile',
        action='store_true',
        help='torch.compile encoder, decoder and refiner')
    add('--repeats', type=int, default=5, metavar='N', help='timed repeats')
    add('--warmup', type=int, default=2, metavar='N', help='untimed repeats')
    add('--threads',
        type=int,
        metavar='N',
        help="CPU threads (default: torch's choice; data: 1)")


@command
def main() -> None:
    options = vars(parse_args())
    path = options.pop('json')

    from ...engine.launch import prepare_output
    from .benchmark_report import print_report
    from .benchmark_run import run_benchmark
    from .benchmark_settings import Settings
    settings = Settings(**options)
    settings.check()
    if path:
        prepare_output(path)
    report, notes = run_benchmark(settings)
    print_report(report, notes)
    if path:
        write_json(report, path)


if __name__ == '__main__':
    main()
