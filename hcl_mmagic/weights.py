"""Reading weights that may come from anywhere; loading all of them or none."""

import os
import pickle
import re
import zipfile
from collections.abc import Mapping
from typing import Any, Optional

import torch
from torch import nn

from hcl_mmagic.errors import CheckpointError

# What torch.save writes begins so: a zip archive, or a pickle before 1.6.
FIRST_BYTES = (b'PK', b'\x80')


def read_checkpoint(path: str) -> Any:
    """Read a checkpoint that may come from anywhere: no code in it is run.

    Args:
        path (str): A local file.

    Returns:
        Any: Its tensors and plain values, on the CPU.

    Raises:
        CheckpointError: If the file is missing, damaged, unpacks to more than
            its size, or holds anything else.
    """
    try:
        _check_container(path)
        return torch.load(path, map_location='cpu', weights_only=True)
    # The bytes of a damaged file may mislead the reader to any error.
    except Exception as error:
        # What torch says to that recommends to run the code.
        refused = re.search(r'GLOBAL (\S+)', str(error))
        if refused is not None:
            reason = f'it holds {refused[1]}'
        elif isinstance(error, pickle.UnpicklingError):
            reason = 'its contents are damaged'
        else:
            reason = str(error).partition('\n')[0] or type(error).__name__
        raise CheckpointError(
            f'{path} cannot be read as a checkpoint of tensors and plain '
            f'values: {reason}') from error


def _check_container(path: str) -> None:
    with open(path, 'rb') as file:
        first_bytes = file.read(16)
    if not first_bytes:
        raise EOFError('the file is empty')
    if not first_bytes.startswith(FIRST_BYTES):
        raise ValueError('it is no file of torch.save, as it begins with '
                         f'{first_bytes!r}')
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        # torch.save does not compress.
        if unpacked > os.path.getsize(path):
            raise ValueError(f'it unpacks to {unpacked} bytes, which is more '
                             'than it has')


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
