"""Seconds and memory of a method, picture by picture."""
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping

import numpy as np
import torch
from benchmarking.memory import PeakMemory
from benchmarking.timing import time_repeats
from torch import nn

from hcl_mmagic.apis.torch_networks import weight_bytes


@dataclass(frozen=True)
class Usage:
    """What one picture takes.

    Args:
        seconds (float): Median.
        peak_bytes (int): The most memory, weights included.
        weight_bytes (int): Size of the weights.
    """
    seconds: float
    peak_bytes: int
    weight_bytes: int

    def then(self, other: 'Usage') -> 'Usage':
        """Usage of two models that run one after the other.

        Args:
            other (Usage): Of the second.

        Returns:
            Usage: The seconds of both, and the memory of the one that needs
            more beside the weights of the other.
        """
        return Usage(
            self.seconds + other.seconds,
            max(self.peak_bytes + other.weight_bytes,
                other.peak_bytes + self.weight_bytes),
            self.weight_bytes + other.weight_bytes)


def spread_indices(number: int, size: int) -> List[int]:
    """Indices that are evenly spread over a test set.

    Args:
        number (int): How many.
        size (int): Of the test set.

    Returns:
        list[int]: At most ``size``, in order, the first and the last among
        them if there are several.
    """
    return np.linspace(0, size - 1, min(number,
                                        size)).round().astype(int).tolist()


def measure_usage(predict: Callable[[Any], object], model: nn.Module,
                  batches: Mapping[str, List[Any]], device: torch.device,
                  others_bytes: int) -> Dict[str, Usage]:
    """Time a model that has not run yet.

    Args:
        predict (Callable): Runs the model on a batch of one picture.
        model (nn.Module): The model.
        batches (Mapping[str, list]): Batches by test set, in memory. The
            first one of each also serves for warming up.
        device (torch.device): Where it runs.
        others_bytes (int): What torch had allocated on the GPU before the
            model came; 0 on a CPU.

    Returns:
        dict[str, Usage]: By test set.
    """
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
