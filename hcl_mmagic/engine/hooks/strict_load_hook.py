"""Refuse a checkpoint of another model instead of loading parts of it."""
from collections.abc import Mapping
from typing import Optional

import torch
from mmagic.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from mmengine.runner.checkpoint import get_state_dict

from hcl_mmagic.errors import CheckpointError


@HOOKS.register_module()
class StrictLoadHook(Hook):
    """Stop when a checkpoint does not fit the model exactly.

    MMEngine only warns about missing, unexpected and misshapen weights and
    goes on with whatever fits.
    """

    # after hooks that rearrange the checkpoint, such as those that swap in
    # averaged weights
    priority = 'LOWEST'

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Compare the checkpoint with the model, before any weight is set.

        Args:
            runner (Runner): The runner that loads the checkpoint.
            checkpoint (dict): The loaded checkpoint.

        Raises:
            CheckpointError: If a key is missing, unexpected or of another
                shape; the first one, in the model's order, is named.
        """
        model = runner.model
        model = model.module if is_model_wrapper(model) else model
        weights = checkpoint.get('state_dict', checkpoint)
        mismatch = find_mismatch(get_state_dict(model), weights)
        if mismatch is not None:
            raise CheckpointError(
                f'The checkpoint does not fit {type(model).__name__}: '
                f'{mismatch}. Use the config that the checkpoint was trained '
                'with.')


def find_mismatch(expected: Mapping[str, torch.Tensor],
                  loaded: Mapping[str, torch.Tensor]) -> Optional[str]:
    """Describe the first difference between two sets of weights.

    Args:
        expected (Mapping[str, Tensor]): Weights of the model.
        loaded (Mapping[str, Tensor]): Weights of the checkpoint; a leading
            'module.' of their names is ignored, as MMEngine does.

    Returns:
        str or None: The first difference in words, None if there is none.
    """
    loaded = {
        key.removeprefix('module.'): value
        for key, value in loaded.items()
    }
    for key, value in expected.items():
        if key not in loaded:
            return f'{key} is missing in the checkpoint'
        if value.shape != loaded[key].shape:
            return (f'{key} has the shape {tuple(loaded[key].shape)} in the '
                    f'checkpoint but {tuple(value.shape)} in the model')
    for key in loaded:
        if key not in expected:
            return f'the model has no {key}'
    return None
