"""What a benchmark found, as JSON and as a table."""
from typing import Any, Dict, List, Mapping, Optional

import numpy as np
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from .benchmark_settings import Settings
from .machine import Rates, describe_machine
from .operation_counting import Count
from .seams import REST
from .timing import Timings

TABLE_WIDTH = 100
# Title and format of each column of the table.
COLUMNS = dict(
    seconds=('seconds', '.4g'),
    share=('share', '.1%'),
    gflop=('GFLOP', '.4g'),
    gbytes=('GB', '.4g'),
    gflops_per_second=('GFLOP/s', '.4g'),
    roofline_seconds=('roofline s', '.4g'),
    roofline_share=('roofline', '.1%'))


def make_report(settings: Settings, size: int, timings: Timings,
                peak_memory_bytes: int, counts: Optional[Dict[str, Count]],
                rates: Optional[Rates]) -> Dict[str, Any]:
    """Put together what ``--json`` writes. ``counts``, of one repeat by part,
    and ``rates`` are None where nothing was counted; numbers that follow from
    them are then None."""
    median = float(np.median(timings.seconds))
    lower, upper = np.percentile(timings.seconds, [25, 75])
    flop = None if counts is None else sum(c.flop for c in counts.values())
    flop_rate = rates.flop_per_second if rates else None
    return dict(
        images_per_second=settings.batch / median,
        seconds_median=median,
        seconds_spread=float(upper - lower),
        seconds_all=timings.seconds,
        peak_memory_bytes=peak_memory_bytes,
        gflop=_giga(flop),
        gflops_per_second=_giga(_ratio(flop, median)),
        matmul_gflops_per_second=_giga(flop_rate),
        share_of_matmul_rate=_ratio(_ratio(flop, median), flop_rate),
        bandwidth_bytes_per_second=rates and rates.bytes_per_second,
        parts=_parts(timings, counts),
        task=settings.task,
        size=size,
        batch=settings.batch,
        device=settings.device,
        dtype=settings.dtype,
        compile=settings.compile,
        config=settings.config,
        cfg_options=list(settings.cfg_options),
        checkpoint=settings.checkpoint,
        machine=describe_machine(settings.torch_device))


def _parts(timings: Timings,
           counts: Optional[Dict[str, Count]]) -> Dict[str, Dict[str, Any]]:
    """Median seconds, mean share and count of each part, the longest first,
    the rest last. The shares, unlike the medians, add up."""
    names = {name for repeat in timings.parts for name in repeat}
    parts: Dict[str, Dict[str, Any]] = {}
    for name in names:
        repeats = [repeat.get(name, 0.) for repeat in timings.parts]
        seconds = float(np.median(repeats))
        count = None if counts is None else counts.get(name, Count())
        flop = count.flop if count else None
        roofline = count.roofline_seconds if count else None
        parts[name] = dict(
            seconds=seconds,
            share=float(np.mean(np.divide(repeats, timings.seconds))),
            gflop=_giga(flop),
            gbytes=_giga(count.num_bytes if count else None),
            gflops_per_second=_giga(_ratio(flop, seconds)),
            roofline_seconds=roofline,
            roofline_share=_ratio(roofline, seconds))
    order = sorted(
        names, key=lambda name: (name == REST, -parts[name]['seconds']))
    return {name: parts[name] for name in order}


def _giga(number: Optional[float]) -> Optional[float]:
    return None if number is None else number / 1e9


def _ratio(number: Optional[float],
           divisor: Optional[float]) -> Optional[float]:
    """None where either is unknown, or where nothing was measured."""
    return number / divisor if number is not None and divisor else None


def print_report(report: Mapping[str, Any], notes: List[str]) -> None:
    """Print the report and what its reader has to know."""
    table = Table('part', box=SIMPLE, pad_edge=False)
    for title, _ in COLUMNS.values():
        table.add_column(title, justify='right')
    for part, values in report['parts'].items():
        table.add_row(
            part,
            *(_format(values[name], spec)
              for name, (_, spec) in COLUMNS.items()))
    scalars = {**report, **report['machine']}
    for name in ('parts', 'machine', 'seconds_all'):
        scalars.pop(name)
    for name, value in scalars.items():
        print(f'{name:28}{_format(value, ".5g")}')
    # Wide enough for every part's name, also where a file takes the output.
    Console(width=TABLE_WIDTH).print(table)
    for note in notes:
        print(f'Note: {note}')


def _format(value: Any, spec: str) -> str:
    if value is None:
        return '-'
    return format(value, spec) if isinstance(value, float) else str(value)
