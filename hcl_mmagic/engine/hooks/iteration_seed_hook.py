"""Random numbers that depend on the iteration, not on the history."""
import random

import numpy as np
import torch
from mmagic.registry import HOOKS
from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.hooks.hook import DATA_BATCH
from mmengine.runner import Runner

from hcl_mmagic.datasets.seeding import mix_seed


@HOOKS.register_module()
class IterationSeedHook(Hook):
    """Seed every training iteration from (run seed, rank, iteration).

    Covers ``random``, ``numpy.random`` and torch on the CPU and all CUDA
    devices. A resumed run, or one that validates at other iterations, thus
    draws the same numbers in the same training iteration.
    """

    priority = 'VERY_HIGH'

    def before_train_iter(self,
                          runner: Runner,
                          batch_idx: int,
                          data_batch: DATA_BATCH = None) -> None:
        """Seed the global generators."""
        seed = mix_seed(runner.seed, get_rank(), runner.iter)
        random.seed(seed)
        np.random.seed([seed & 0xFFFFFFFF, seed >> 32])
        # torch.manual_seed also queues calls, with a stack trace each, for
        # every kind of device that is not in use
        torch.default_generator.manual_seed(seed)
        if torch.cuda.is_initialized():
            torch.cuda.manual_seed_all(seed)
