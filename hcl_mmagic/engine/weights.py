"""Loading a checkpoint's weights, all of them or none."""
import pickle
from typing import Any

import torch
from torch import nn

from hcl_mmagic.engine.hooks.strict_load_hook import find_mismatch
from hcl_mmagic.errors import CheckpointError


def read_checkpoint(path: str) -> Any:
    """Read a checkpoint that may come from anywhere: no code in it is run.

    Args:
        path (str): A local file.

    Returns:
        Any: Its tensors and plain values, on the CPU.

    Raises:
        CheckpointError: If the file is missing, damaged or holds more.
    """
    try:
        return torch.load(path, map_location='cpu', weights_only=True)
    except (EOFError, OSError, RuntimeError, pickle.UnpicklingError) as error:
        reason = str(error).partition('\n')[0] or 'the file is empty'
        raise CheckpointError(
            f'{path} cannot be read as a checkpoint of tensors and plain '
            f'values: {reason}') from error


def load_weights(model: nn.Module, path: str) -> None:
    """Load the weights of a checkpoint outside of a runner.

    Args:
        model (nn.Module): Changed in place.
        path (str): File of MMEngine's layout, or of a state dict.

    Raises:
        CheckpointError: If the file cannot be read, or a weight is missing,
            unexpected or of another shape; the first one is named.
    """
    checkpoint = read_checkpoint(path)
    weights = checkpoint.get('state_dict', checkpoint)
    mismatch = find_mismatch(model.state_dict(), weights)
    if mismatch is not None:
        raise CheckpointError(f'{path} does not fit the config: {mismatch}')
    model.load_state_dict({
        name.removeprefix('module.'): weight
        for name, weight in weights.items()
    })
