"""Mixed precision on a CPU."""
from contextlib import contextmanager
from typing import Iterator

import torch
from mmagic.registry import OPTIM_WRAPPERS
from mmengine.optim import OptimWrapper
from torch import nn


@OPTIM_WRAPPERS.register_module()
class CPUAmpOptimWrapper(OptimWrapper):
    """Runs the forward pass in bfloat16 where there is no GPU.

    MMEngine's ``AmpOptimWrapper`` refuses to work without an accelerator.
    bfloat16 has the range of float32, so no loss scaling is needed and
    everything else is as in ``OptimWrapper``, whose arguments it takes.
    """

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Context of one forward pass of the module that is trained."""
        with super().optim_context(model), torch.autocast(
                'cpu', dtype=torch.bfloat16):
            yield
