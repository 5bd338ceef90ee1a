"""Timing a run and its parts."""
import sys
import time
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Sequence, Tuple

import torch
from mmengine.utils import ProgressBar

from .machine import synchronize
from .peak_memory import PeakMemory
from .seams import REST, PartListener, Seam, listening

Mark = Any  # seconds on a CPU, an event on a GPU


@dataclass
class Timings:
    """Seconds of each repeat and of its parts, ``REST`` included, so that they
    add up."""
    seconds: List[float] = field(default_factory=list)
    parts: List[Dict[str, float]] = field(default_factory=list)

    def add(self, seconds: float, parts: Dict[str, float]) -> None:
        """Add a repeat, ``parts`` without ``REST``."""
        self.seconds.append(seconds)
        self.parts.append({**parts, REST: seconds - sum(parts.values())})


class Stopwatch(PartListener):
    """Adds up the seconds of each part of one repeat. On a GPU the parts are
    timed there, by events that it passes, and nothing waits for it in between.
    """

    def __init__(self, device: torch.device) -> None:
        self.on_gpu = device.type == 'cuda'
        self._intervals: List[Tuple[str, Mark, Mark]] = []

    def begin(self) -> None:
        """Note when the part begins."""
        self._begun = self._mark()

    def end(self) -> None:
        """Note when the part ends."""
        self._intervals.append((self.part, self._begun, self._mark()))

    def _mark(self) -> Mark:
        if not self.on_gpu:
            return time.perf_counter()
        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event

    def read(self) -> Dict[str, float]:
        """Seconds of each part; on a GPU all must have been waited for."""
        seconds: Dict[str, float] = {}
        for part, begun, ended in self._intervals:
            if self.on_gpu:
                duration = begun.elapsed_time(ended) / 1000  # milliseconds
            else:
                duration = ended - begun
            seconds[part] = seconds.get(part, 0.) + duration
        return seconds


def time_repeats(run: Callable[[], object], seams: Sequence[Seam],
                 device: torch.device, memory: PeakMemory, repeats: int,
                 warmup: int) -> Timings:
    """Run something again and again, with a progress bar on stderr; the memory
    is watched in the timed repeats."""
    timings = Timings()
    bar = ProgressBar(warmup + repeats, file=sys.stderr)
    for _ in range(warmup):
        run()
        bar.update()
    with memory.watching():
        for _ in range(repeats):
            stopwatch = Stopwatch(device)
            with listening(seams, stopwatch):
                synchronize(device)
                start = time.perf_counter()
                run()
                synchronize(device)
                seconds = time.perf_counter() - start
            timings.add(seconds, stopwatch.read())
            bar.update()
    print(file=sys.stderr)
    return timings
