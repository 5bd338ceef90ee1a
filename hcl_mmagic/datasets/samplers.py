"""A training sampler whose every draw is a function of its number."""
from collections.abc import Iterator, Sized
from typing import Optional

import torch
from mmagic.registry import DATA_SAMPLERS
from mmengine.dist import get_dist_info, sync_random_seed
from torch.utils.data import Sampler

from .seeding import SeededIndex, mix_seed

# tells the seed of a permutation from the seed of a draw
_PERMUTATION = 1


@DATA_SAMPLERS.register_module()
class SeededInfiniteSampler(Sampler):
    """Endless draws of one training run, numbered across all its processes.

    Draw ``d`` takes position ``d % len(dataset)`` of pass
    ``d // len(dataset)`` and carries the seed ``mix_seed(seed, d)``. Rank
    ``r`` of ``W`` processes takes the draws ``r, r + W, r + 2W, ...``. So a
    sample and its random numbers depend on the draw alone: not on the number
    of worker processes, nor on whether the run was interrupted before it.

    Args:
        dataset (Sized): The training dataset, with at least one sample.
        seed (int, optional): Seed of the run. None draws one that all
            processes share. The runner passes its own seed.
        shuffle (bool): Whether each pass goes through the dataset in an order
            of its own. Otherwise every pass keeps the dataset's order.

    Raises:
        ValueError: If the dataset is empty.
    """

    def __init__(self,
                 dataset: Sized,
                 *,
                 seed: Optional[int] = None,
                 shuffle: bool = True) -> None:
        if len(dataset) == 0:
            raise ValueError('SeededInfiniteSampler expects a dataset with at '
                             'least one sample, but got an empty one.')
        self.num_samples = len(dataset)
        self.seed = sync_random_seed() if seed is None else int(seed)
        self.shuffle = shuffle
        self.rank, self.world_size = get_dist_info()
        self._first_draw = 0

    def start_iteration(self, iteration: int, batch_size: int) -> None:
        """Let the next iterator begin where this training iteration (from 0;
        one batch of ``batch_size`` samples per process) begins."""
        self._first_draw = iteration * batch_size * self.world_size

    def __iter__(self) -> Iterator[SeededIndex]:
        """Yield the draws of this process, without end."""
        draw = self._first_draw + self.rank
        order, order_pass = torch.empty(0), -1
        while True:
            current_pass, position = divmod(draw, self.num_samples)
            if current_pass != order_pass:
                order, order_pass = self._order(current_pass), current_pass
            yield SeededIndex(
                int(order[position]), seed=mix_seed(self.seed, draw))
            draw += self.world_size

    def __len__(self) -> int:
        """Number of samples in one pass over the dataset."""
        return self.num_samples

    def _order(self, current_pass: int) -> torch.Tensor:
        """Indices of the dataset in the order of one pass."""
        if not self.shuffle:
            return torch.arange(self.num_samples)
        generator = torch.Generator()
        generator.manual_seed(mix_seed(self.seed, current_pass, _PERMUTATION))
        return torch.randperm(self.num_samples, generator=generator)
