"""What a comparison finds: scores, pictures, seconds and memory."""
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional

import numpy as np
import torch
from torch import nn

from ...apis.torch_networks import weight_bytes
from ...visualization.panel import PanelRow
from ..benchmarking.peak_memory import PeakMemory
from ..benchmarking.timing import time_repeats


@dataclass(frozen=True)
class Usage:
    """Median seconds that one picture takes, the most memory, weights
    included, and the size of the weights."""
    seconds: float
    peak_bytes: int
    weight_bytes: int

    def then(self, other: 'Usage') -> 'Usage':
        """The seconds of two models that run one after the other, and the
        memory of the one that needs more beside the weights of the other."""
        return Usage(
            self.seconds + other.seconds,
            max(self.peak_bytes + other.weight_bytes,
                other.peak_bytes + self.weight_bytes),
            self.weight_bytes + other.weight_bytes)


@dataclass
class Result:
    """Scores of a method on one test set by key, see docs/evaluation.md, what
    it made of some samples, and what it took, None where nothing runs."""
    scores: Dict[str, float]
    pictures: Dict[int, PanelRow]
    usage: Optional[Usage]


@dataclass
class Line:
    """A line of the tables: a method's results by test set, and the name of
    the detector whose masks it repairs, None for what finds its own."""
    name: str
    results: Dict[str, Result]
    detector: Optional[str] = None


def spread_indices(number: int, size: int) -> List[int]:
    """At most ``number`` indices that are evenly spread over a test set, the
    first and the last among them if there are several."""
    return np.linspace(0, size - 1, min(number,
                                        size)).round().astype(int).tolist()


def measure_usage(predict: Callable[[Any], object], model: nn.Module,
                  batches: Mapping[str, List[Any]], device: torch.device,
                  others_bytes: int) -> Dict[str, Usage]:
    """Time a model that has not run yet on batches of one picture, by test
    set; the first of each also serves for warming up. ``others_bytes`` is what
    torch had allocated on the GPU before the model came."""
    weights = weight_bytes(model)
    # All before the first run: nothing that a run leaves behind is missed.
    memories = {name: PeakMemory(device, weights) for name in batches}
    usages = {}
    for name, of_set in batches.items():
        memory = memories[name]
        pictures = iter([of_set[0], *of_set])
        timings = time_repeats(
            lambda: predict(next(pictures)), (),
            device,
            memory,
            repeats=len(of_set),
            warmup=1)
        usages[name] = Usage(
            float(np.median(timings.seconds)),
            memory.peak_bytes - others_bytes, weights)
    return usages
