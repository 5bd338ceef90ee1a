"""How time and memory grow with the pictures and with the batch.

``python tools/analysis_tools/benchmark_scaling.py CFG.py --plot FILE.png``
runs benchmark.py once per size and batch, each in a process of its own, so
that no run finds the memory of another.
"""
import argparse
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List

from ..command_line import command, fail, write_json

BENCHMARK = 'hcl_mmagic.lab.benchmarking.benchmark_command'


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog='Options that are not listed go to benchmark.py.')
    add = parser.add_argument
    add('config', help='config file')
    add('--sizes',
        type=int,
        nargs='*',
        default=[128, 256, 512, 1024],
        metavar='PX',
        help='sides of the pictures, one picture at once')
    add('--batches',
        type=int,
        nargs='*',
        default=[1, 2, 4, 8, 16],
        metavar='N',
        help='pictures at once, of --batch-size-px')
    add('--batch-size-px', type=int, default=128, metavar='PX')
    add('--json', metavar='FILE', help='write all reports')
    add('--plot', metavar='FILE.png', help='draw the growth')
    args, forwarded = parser.parse_known_args()
    args.forwarded = forwarded
    if not Path(args.config).is_file():
        fail(f'there is no config file {args.config}')
    return args


@command
def main() -> None:
    args = parse_args()
    reports = dict(
        size=[_measure(args, size, 1) for size in args.sizes],
        batch=[
            _measure(args, args.batch_size_px, batch) for batch in args.batches
        ])
    for kind, rows in reports.items():
        _print_rows(kind, rows)
    if args.json:
        write_json(reports, args.json)
    if args.plot:
        _plot(reports, args.plot)


def _measure(args: argparse.Namespace, size: int,
             batch: int) -> Dict[str, Any]:
    with TemporaryDirectory() as folder:
        out = Path(folder, 'report.json')
        command = [
            sys.executable, '-m', BENCHMARK, args.config, '--size',
            str(size), '--batch',
            str(batch), '--json',
            str(out), *args.forwarded
        ]
        print(f'{size} px, batch {batch}', file=sys.stderr, flush=True)
        run = subprocess.run(command, stdout=subprocess.DEVNULL)
        if run.returncode:
            fail(f'benchmark.py failed at {size} px, batch {batch}')
        return json.loads(out.read_text())


def _pixels(row: Dict[str, Any]) -> int:
    return row['batch'] * row['size']**2


def _print_rows(kind: str, rows: List[Dict[str, Any]]) -> None:
    """Time and memory of each run, also per pixel."""
    if rows:
        print(f'{kind:>6}  seconds  spread  ns/pixel   MiB  bytes/pixel')
    for row in rows:
        seconds, memory = row['seconds_median'], row['peak_memory_bytes']
        print(f'{row[kind]:6}  {seconds:7.3f}  {row["seconds_spread"]:6.3f}  '
              f'{seconds / _pixels(row) * 1e9:8.0f}  {memory / 2**20:4.0f}  '
              f'{memory / _pixels(row):11.0f}')


def _plot(reports: Dict[str, List[Dict[str, Any]]], path: str) -> None:
    """Time and memory over the number of pixels, with a line of slope 1."""
    import matplotlib
    matplotlib.use('Agg')
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.6))
    for axis, key, scale, label in ((axes[0], 'seconds_median', 1, 'seconds'),
                                    (axes[1], 'peak_memory_bytes', 2**20,
                                     'peak memory in MiB')):
        for kind, rows in reports.items():
            if rows:
                axis.loglog([_pixels(row) for row in rows],
                            [row[key] / scale for row in rows],
                            'o-',
                            label=f'growing {kind}')
        _draw_linear_growth(axis)
        axis.set(xlabel='pixels (pictures x side x side)', ylabel=label)
        axis.legend()
    figure.tight_layout()
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def _draw_linear_growth(axis: Any) -> None:
    """Dashed line through the last point of the first curve."""
    x, y = axis.lines[0].get_data()
    axis.loglog(x, y[-1] * x / x[-1], 'k--', linewidth=1, label='linear')
