"""Running one method on all test sets."""
import sys
from typing import Any, Dict, Mapping, Optional, Sequence

import torch
from benchmarking.models import weight_bytes
from mmengine.dataset import BaseDataset
from mmengine.runner import set_random_seed
from tqdm import tqdm

from hcl_mmagic.errors import ConfigError, HCLError, one_line
from hcl_mmagic.visualization.hcl_visualizer import sample_to_row
from .kept_detections import ConfidenceFolder
from .measuring import measure_usage, spread_indices
from .models import Method
from .results import Result
from .scoring import Scorer
from .test_sets import FrozenSamples, read_batch

SEED = 0


class Bench:
    """Gives the same pixels to one method after the other.

    Args:
        test_sets (Sequence[FrozenSamples]): The test sets.
        pictures (Mapping[str, Sequence[int]]): Samples whose pictures are
            kept, by test set.
        scorer (Scorer): The metrics.
        device (torch.device): Where the methods run.
        num_timed (int): Pictures of each test set to time.
    """

    def __init__(self, test_sets: Sequence[FrozenSamples],
                 pictures: Mapping[str, Sequence[int]], scorer: Scorer,
                 device: torch.device, num_timed: int) -> None:
        self.test_sets = test_sets
        self.pictures = pictures
        self.scorer = scorer
        self.device = device
        self.num_timed = num_timed

    def run(
        self,
        method: Method,
        keep: Optional[Mapping[str, ConfidenceFolder]] = None,
        given: Optional[Mapping[str, ConfidenceFolder]] = None
    ) -> Dict[str, Result]:
        """Time a method, then score it.

        Args:
            method (Method): Built, but not run yet.
            keep (Mapping[str, ConfidenceFolder], optional): Where to keep
                what it finds, by test set.
            given (Mapping[str, ConfidenceFolder], optional): What a detector
                has found, by test set, for a method that needs it. Its masks
                are then neither scored nor drawn.

        Returns:
            dict[str, Result]: By test set.

        Raises:
            HCLError: The method cannot do with the samples, or a file shows
                other pixels than those that were frozen.
        """
        set_random_seed(SEED)
        # On a GPU the network of LPIPS is there already.
        others = (
            torch.cuda.memory_allocated(self.device) -
            weight_bytes(method.model) if self.device.type == 'cuda' else 0)
        datasets = {
            test_set.name: test_set.dataset(method.loader)
            for test_set in self.test_sets
        }
        batches = {
            test_set.name: [
                self._read(datasets, test_set.name, index, given)
                for index in spread_indices(self.num_timed, len(test_set))
            ]
            for test_set in self.test_sets
        }
        print(f'{method.name}: timing', file=sys.stderr)
        usages = measure_usage(lambda batch: _predict(method, batch),
                               method.model, batches, self.device, others)
        results = {}
        for test_set in self.test_sets:
            name = test_set.name
            pictures = {}
            for index in tqdm(
                    range(len(test_set)),
                    desc=f'{method.name}, {name}',
                    unit='picture'):
                sample = _predict(method,
                                  self._read(datasets, name, index, given))
                self.scorer.add(sample, with_mask=given is None)
                if keep is not None:
                    keep[name].keep(index, sample)
                if index in self.pictures[name]:
                    pictures[index] = sample_to_row(sample)
            results[name] = Result(self.scorer.finish(), usages[name],
                                   pictures)
        return results

    def _read(self, datasets: Mapping[str, BaseDataset], test_set: str,
              index: int, given: Optional[Mapping[str,
                                                  ConfidenceFolder]]) -> Any:
        batch = read_batch(datasets[test_set], index)
        if given is not None:
            given[test_set].attach(index, batch)
        return batch


def _predict(method: Method, batch: Any) -> Any:
    """The predicted sample of a batch of one picture."""
    try:
        with torch.no_grad():
            sample, = method.model.test_step(batch)
    except HCLError:
        raise
    # Whatever torch or a network says to a size it was not made for.
    except (RuntimeError, ValueError, AssertionError) as error:
        height, width = batch['inputs'][0].shape[-2:]
        raise ConfigError(
            f'{method.name} cannot take pictures of {width}x{height} px: '
            f'{one_line(error)}') from error
    output = sample.get('output') or {}
    for key in method.needed:
        if key not in output:
            raise ConfigError(
                f'{method.name}: the model of its config returns no {key}')
    return sample
