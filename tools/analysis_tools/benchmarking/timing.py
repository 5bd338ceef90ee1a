"""Timing a run and its parts."""
import sys
import time
from dataclasses import dataclass, field
from typing import Callable, Dict, List, Sequence, Tuple, Union

import torch
from mmengine.utils import ProgressBar

from .machine import synchronize
from .memory import PeakMemory
from .seams import REST, PartListener, Seam, listening

Mark = Union[float, torch.cuda.Event]


@dataclass
class Timings:
    """What the repeats took.

    Args:
        seconds (list[float]): Each repeat.
        parts (list[dict[str, float]]): The parts of each repeat, ``REST``
            included, so that they add up to its ``seconds``.
    """
    seconds: List[float] = field(default_factory=list)
    parts: List[Dict[str, float]] = field(default_factory=list)

    def add(self, seconds: float, parts: Dict[str, float]) -> None:
        """Add a repeat.

        Args:
            seconds (float): All of it.
            parts (dict[str, float]): Its parts without ``REST``.
        """
        self.seconds.append(seconds)
        self.parts.append({**parts, REST: seconds - sum(parts.values())})


class Stopwatch(PartListener):
    """Adds up the seconds of each part of one repeat.

    Args:
        device (torch.device): On a GPU the parts are timed there, by events
            that it passes, and nothing waits for it in between.
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
        """Seconds of each part; on a GPU all must have been waited for.

        Returns:
            dict[str, float]: By part, in the order of their first use.
        """
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
    """Run something again and again, with a progress bar on stderr.

    Args:
        run (Callable): One repeat.
        seams (Sequence[Seam]): Where its parts begin and end.
        device (torch.device): Where it runs.
        memory (PeakMemory): Watches the timed repeats.
        repeats (int): Timed repeats.
        warmup (int): Untimed repeats before them.

    Returns:
        Timings: Of the timed repeats.
    """
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
