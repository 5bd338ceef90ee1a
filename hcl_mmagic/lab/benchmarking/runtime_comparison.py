"""Measure restoring in several runtimes, side by side: the first photograph of
a process, a folder, a large photograph, at several numbers of threads."""
import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List, NamedTuple

from ..command_line import command, fail, parse_positive, write_json
from .restoring_cost import RESTORE, make_photograph

SMALL_SIDE = 512
ENDINGS = ('.pth', '.onnx')


class Run(NamedTuple):
    """What one run of the command took."""
    seconds: float  # from the start of its process to the end
    cpu_seconds: float  # of all its threads
    peak_bytes: int  # of its memory


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    add = parser.add_argument
    add('checkpoints',
        nargs='*',
        metavar='FILE',
        help='weights: those that end in .onnx run in ONNX Runtime, others '
        'in PyTorch (default: those of the package, as both)')
    add('--threads',
        type=parse_positive,
        nargs='+',
        default=[1, 2],
        help='in '
        'turn')
    add('--photographs', type=parse_positive, default=20, help='of a folder')
    add('--megapixels', type=float, default=24, help='of the large one')
    add('--repeats', type=parse_positive, default=3, help='the least counts')
    add('--json', metavar='FILE', help='the numbers as a file, too')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    from ...apis.checkpoints import find_checkpoint
    checkpoints = args.checkpoints or [
        str(find_checkpoint(endings=(ending, ))) for ending in ENDINGS
    ]
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        work = _make_inputs(Path(temporary), args)
        for threads in args.threads:
            for name, inputs in work.items():
                # In turn, so that what else runs here hits all alike.
                found = _measure(inputs, checkpoints, threads, args.repeats)
                for checkpoint, run in found.items():
                    count = len(inputs)
                    print(f'{threads} threads, {name}, {checkpoint}: '
                          f'{run.seconds:.2f} s, {count / run.seconds:.2f} '
                          f'photographs per second, {run.cpu_seconds:.2f} s '
                          f'of CPU, peak memory {run.peak_bytes / 1e9:.2f} GB',
                          flush=True)  # yapf: disable
                    rows.append(
                        dict(
                            threads=threads,
                            task=name,
                            checkpoint=checkpoint,
                            count=count,
                            **run._asdict()))
    if args.json:
        write_json(rows, args.json)


def _make_inputs(folder: Path,
                 args: argparse.Namespace) -> Dict[str, List[Path]]:
    """The photographs of each task."""
    import shutil
    make_photograph(folder, 'small', (SMALL_SIDE, SMALL_SIDE), 0.1)
    height = round((args.megapixels * 1e6 / 1.5)**0.5)
    make_photograph(folder, 'large', (height * 3 // 2, height), 0.1)
    small = [folder / f'{number}.png' for number in range(args.photographs)]
    for path in small:
        shutil.copy(folder / 'small.png', path)
    return {
        'first photograph': small[:1],
        'folder': small,
        f'{args.megapixels:g} megapixels': [folder / 'large.png']
    }


def _measure(inputs: List[Path], checkpoints: List[str], threads: int,
             repeats: int) -> Dict[str, Run]:
    """The least of several runs with each of the weights."""
    found: Dict[str, Run] = {}
    for _ in range(repeats):
        for checkpoint in checkpoints:
            run = _restore(inputs, checkpoint, threads)
            least = found.get(checkpoint, run)
            found[checkpoint] = Run(
                min(run.seconds, least.seconds),
                min(run.cpu_seconds, least.cpu_seconds),
                min(run.peak_bytes, least.peak_bytes))
    return found


def _restore(inputs: List[Path], checkpoint: str, threads: int) -> Run:
    """Restore in a process of its own, on so many cores."""
    import json
    import resource
    cores = sorted(os.sched_getaffinity(0))[:threads] if hasattr(
        os, 'sched_setaffinity') else []
    with tempfile.TemporaryDirectory() as out:
        report = Path(out) / 'report.json'
        code = (f'import os\nif {cores}: os.sched_setaffinity(0, {cores})\n'
                f'{RESTORE}')
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        run = subprocess.run(
            [sys.executable, '-W', 'ignore', '-c', code, *map(str, inputs),
             '-o', out, '--report', str(report), '--checkpoint', checkpoint,
             '--device', 'cpu'],
            env=dict(os.environ, OMP_NUM_THREADS=str(threads)),
            capture_output=True,
            text=True)  # yapf: disable
        seconds = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if run.returncode:
            fail(run.stderr.strip().splitlines()[-1])
        peak = json.loads(report.read_text())['peak_memory_bytes'] or 0
    cpu = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return Run(seconds, cpu, peak)
