"""Stop a training whose loss is no longer a number."""
import math
from typing import Optional

import torch
from mmagic.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.hooks.hook import DATA_BATCH
from mmengine.runner import Runner

from hcl_mmagic.errors import HCLError


@HOOKS.register_module()
class NonFiniteLossHook(Hook):
    """Stop with one line when a logged loss is NaN or infinite.

    Runs before the checkpoint is written, so the newest checkpoint stays
    usable.
    """

    def after_train_iter(self,
                         runner: Runner,
                         batch_idx: int,
                         data_batch: DATA_BATCH = None,
                         outputs: Optional[dict] = None) -> None:
        """Check the logged scalars with 'loss' in their name; an HCLError if
        one is not finite."""
        for name, value in (outputs or {}).items():
            number = torch.as_tensor(value).item() if 'loss' in name else 0.
            if not math.isfinite(number):
                raise HCLError(
                    f'{name} is {number} at iteration '
                    f'{runner.iter + 1}. Training stops here; resume from the '
                    'last checkpoint with a lower learning rate, or look at '
                    'the images of this batch.')
