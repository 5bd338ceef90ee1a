"""Iteration-based training that resumes without replaying the data."""
import logging
from collections.abc import Iterator
from typing import Any, Optional, Union

import torch
from mmagic.registry import LOOPS
from mmengine.logging import print_log
from mmengine.runner import BaseLoop, IterBasedTrainLoop, Runner
from mmengine.runner.loops import _InfiniteDataloaderIterator
from torch.utils.data import DataLoader, Dataset

_SAMPLER_SEED = 'sampler_seed'


class _UnopenedLoader:
    """Stands in for a loader whose workers shall not start yet."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset

    def __iter__(self) -> Iterator:
        return iter(())


@LOOPS.register_module()
class ResumableIterBasedTrainLoop(IterBasedTrainLoop):
    """MMEngine's iteration-based loop, with data that can start late.

    The loader's iterator, and so its worker processes, start when training
    starts and the iteration to begin with is known. A sampler with a
    ``start_iteration(iteration, batch_size)`` method, such as
    :class:`SeededInfiniteSampler`, then begins at that iteration, so nothing
    is loaded only to be thrown away. Any other sampler is replayed up to that
    iteration, as MMEngine does, with a warning.

    Args:
        runner (Runner): The runner that owns the loop.
        dataloader (DataLoader or dict): The training loader or its config.
        max_iters (int): Number of training iterations. With gradient
            accumulation each batch still counts as one iteration.
        val_begin (int): First iteration after which validation may run.
        val_interval (int): Number of iterations between validations.
        dynamic_intervals (list[tuple[int, int]], optional): Pairs of a
            milestone and the ``val_interval`` that holds from there on.
    """

    dataloader: DataLoader

    def __init__(
            self,
            runner: Runner,
            dataloader: Union[DataLoader, dict],
            max_iters: int,
            val_begin: int = 1,
            val_interval: int = 1000,
            dynamic_intervals: Optional[list[tuple[int, int]]] = None) -> None:
        BaseLoop.__init__(self, runner, dataloader)
        loader = self.dataloader
        # MMEngine's constructor opens the loader, before a resumed iteration
        # can be known; it gets a stand-in to open.
        super().__init__(runner, _UnopenedLoader(loader.dataset), max_iters,
                         val_begin, val_interval, dynamic_intervals)
        self.dataloader = loader

    def run(self) -> torch.nn.Module:
        """Train up to ``max_iters``, validating at the intervals."""
        self.runner.call_hook('before_train')
        self.runner.call_hook('before_train_epoch')
        if self._iter < self._max_iters:
            self._open_data()
        while self._iter < self._max_iters and not self.stop_training:
            self.runner.model.train()
            self.run_iter(next(self.dataloader_iterator))
            self._decide_current_val_interval()
            if self._is_validation_due():
                self.runner.val_loop.run()
        self.runner.call_hook('after_train_epoch')
        self.runner.call_hook('after_train')
        return self.runner.model

    def _is_validation_due(self) -> bool:
        return (self.runner.val_loop is not None
                and self._iter >= self.val_begin
                and (self._iter % self.val_interval == 0
                     or self._iter == self._max_iters))

    def _open_data(self) -> None:
        """Start the loader at the current iteration."""
        batch_sampler: Any = self.dataloader.batch_sampler
        sampler: Any = getattr(batch_sampler, 'sampler', None)
        starts_late = hasattr(sampler, 'start_iteration')
        if starts_late:
            self._restore_sampler_seed(sampler)
            sampler.start_iteration(self._iter, batch_sampler.batch_size)
        self.dataloader_iterator = _InfiniteDataloaderIterator(self.dataloader)
        if self._iter > 0 and not starts_late:
            print_log(
                f'{type(sampler).__name__} cannot start at iteration '
                f'{self._iter}: loading and dropping that many batches. Use '
                'SeededInfiniteSampler to resume at once.',
                logger='current',
                level=logging.WARNING)
            for _ in range(self._iter):
                next(self.dataloader_iterator)

    def _restore_sampler_seed(self, sampler: Any) -> None:
        """Go on with the interrupted run's order of samples."""
        # The runner learns the seed of an interrupted run only after the
        # sampler was built, so the seed travels in the message hub.
        message_hub = self.runner.message_hub
        if self._iter > 0:
            sampler.seed = message_hub.get_info(_SAMPLER_SEED, sampler.seed)
        message_hub.update_info(_SAMPLER_SEED, sampler.seed)
