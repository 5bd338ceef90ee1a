"""Running one method on all test sets."""
import sys
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

import torch
from mmengine.dataset import BaseDataset, pseudo_collate
from mmengine.runner import set_random_seed
from tqdm import tqdm

from ...apis.torch_networks import weight_bytes
from ...errors import ConfigError, HCLError, one_line
from ...visualization.hcl_visualizer import sample_to_row
from ...visualization.panel import PanelRow
from .frozen_samples import FrozenSamples
from .method_building import Method
from .method_results import Result, measure_usage, spread_indices
from .scorer import Scorer
from .stand_ins import ConfidenceFolder

SEED = 0
NOTHING: Mapping[str, ConfidenceFolder] = MappingProxyType({})


@dataclass(frozen=True)
class Bench:
    """Gives the same pixels to one method after the other, keeps the pictures
    of some samples by test set, and times the first ``num_timed``."""

    test_sets: Sequence[FrozenSamples]
    pictures: Mapping[str, Sequence[int]]
    scorer: Scorer
    device: torch.device
    num_timed: int

    def run(self,
            method: Method,
            keep: Mapping[str, ConfidenceFolder] = NOTHING,
            given: Mapping[str,
                           ConfidenceFolder] = NOTHING) -> Dict[str, Result]:
        """Time a method that has not run yet, then score it, by test set.

        What it finds is kept in ``keep``; ``given`` is what a detector has
        found for a method that needs it, whose masks are then neither scored
        nor drawn.
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
                _read(datasets[test_set.name], index, given.get(test_set.name))
                for index in spread_indices(self.num_timed, len(test_set))
            ]
            for test_set in self.test_sets
        }
        print(f'{method.name}: timing', file=sys.stderr)
        usages = measure_usage(lambda batch: _predict(method, batch),
                               method.model, batches, self.device, others)
        return {
            test_set.name:
            Result(
                *self._score(method, test_set, datasets[test_set.name],
                             keep.get(test_set.name),
                             given.get(test_set.name)),
                usage=usages[test_set.name])
            for test_set in self.test_sets
        }

    def _score(
        self, method: Method, test_set: FrozenSamples, dataset: BaseDataset,
        keep: Optional[ConfidenceFolder], given: Optional[ConfidenceFolder]
    ) -> Tuple[Dict[str, float], Dict[int, PanelRow]]:
        """Scores of a test set, and the pictures to draw."""
        pictures = {}
        name = f'{method.name}, {test_set.name}'
        for index in tqdm(range(len(test_set)), desc=name, unit='picture'):
            sample = _predict(method, _read(dataset, index, given))
            self.scorer.add(sample, with_mask=given is None)
            if keep is not None:
                keep.keep(index, sample)
            if index in self.pictures[test_set.name]:
                pictures[index] = sample_to_row(sample)
        return self.scorer.finish(), pictures


def _read(dataset: BaseDataset, index: int,
          given: Optional[ConfidenceFolder]) -> Dict[str, Any]:
    """A batch of one sample, with what a detector has found in it."""
    batch = pseudo_collate([dataset[index]])
    if given is not None:
        given.attach(index, batch)
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
    if not any(key in output for key in method.needed):
        raise ConfigError(f'{method.name}: the model of its config returns no '
                          f'{" or ".join(method.needed)}')
    return sample
