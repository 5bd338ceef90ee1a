"""Reading weights that may come from anywhere; loading all of them or none."""

import os
import pickle
import re
import zipfile
from collections.abc import Mapping
from typing import Any, Dict, Optional

import torch
from torch import nn

from hcl_mmagic.errors import CheckpointError

# What names the clusters had another name until 0.1.
FORMER_NAME = re.compile(r'(?<![^.])detector\.orientation\.')
# What torch.save writes begins so: a zip archive, or a pickle before 1.6.
FIRST_BYTES = (b'PK', b'\x80')


def read_checkpoint(path: str) -> Any:
    """Tensors and plain values of a local checkpoint that may come from
    anywhere, on the CPU: no code in it is run.

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
    """Describe the first difference between the weights of a model and those
    of a checkpoint, None if there is none. A leading 'module.' of the
    checkpoint's names is ignored, as MMEngine does."""
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


def with_present_names(
        weights: Mapping[str, torch.Tensor]) -> Dict[str, torch.Tensor]:
    """Weights of any version of an ``HCLRestorer``, or of a model that has
    one, under the names of this one, in the same order."""
    return {
        FORMER_NAME.sub('detector.split.naming.', name): weight
        for name, weight in weights.items()
    }


def load_weights(model: nn.Module, path: str) -> None:
    """Load the weights of a checkpoint of MMEngine's layout, or of a state
    dict, outside of a runner.

    Raises:
        CheckpointError: If the file cannot be read, or a weight is missing,
            unexpected or of another shape; the first one is named.
    """
    weights = read_weights(path)
    mismatch = find_mismatch(model.state_dict(), weights)
    if mismatch is not None:
        raise CheckpointError(f'{path} does not fit the config: {mismatch}')
    model.load_state_dict(weights)


def load_part_weights(part: nn.Module, path: str, name: str) -> None:
    """Load the weights of a part of a ``BlindInpaintor``, 'detector' or
    'inpaintor', from a checkpoint of the part, of a model that has more than
    the part, or of the whole.

    Everything that the part has must be there, except that a checkpoint may
    leave out a whole network that only training needs. Nothing more may be
    there, except networks that the part does not have at all.

    Raises:
        CheckpointError: If the file is missing, cannot be read, or does not
            fit; the first weight that does not is named.
    """
    # Imports the runner, which mere inference does without.
    from mmengine.runner.checkpoint import get_state_dict, load_state_dict
    if not os.path.isfile(path):
        raise CheckpointError(
            f'there is no checkpoint file {path}: set model.{name}_checkpoint '
            'to a file on this machine, or give a checkpoint of the whole '
            'model')
    weights = read_weights(path)
    if any(key.startswith('inpaintor.') for key in weights):
        weights = {
            key.removeprefix(f'{name}.'): weight
            for key, weight in weights.items() if key.startswith(f'{name}.')
        }
    own = get_state_dict(part)
    networks = {_network(key) for key in own}
    weights = {
        key: weight
        for key, weight in weights.items() if _network(key) in networks
    }
    missing = networks - {_network(key) for key in weights}
    expected = {
        key: weight
        for key, weight in own.items()
        if not (_network(key) in missing and is_for_training(_network(key)))
    }
    mismatch = find_mismatch(expected, weights)
    if mismatch is not None:
        raise CheckpointError(f'{path} does not fit the {name}: {mismatch}')
    load_state_dict(part, {**own, **weights}, strict=True)


def read_weights(path: str) -> Dict[str, torch.Tensor]:
    """Weights of a checkpoint of MMEngine's layout, or of a state dict, by
    their names in the model, on the CPU, without a leading 'module.'.

    Raises:
        CheckpointError: If the file cannot be read, or holds anything else.
    """
    checkpoint = read_checkpoint(path)
    if isinstance(checkpoint, Mapping):
        checkpoint = checkpoint.get('state_dict', checkpoint)
    if not isinstance(checkpoint, Mapping) or not all(
            isinstance(weight, torch.Tensor)
            for weight in checkpoint.values()):
        raise CheckpointError(f'{path} holds no weights of a model')
    return with_present_names({
        key.removeprefix('module.'): weight
        for key, weight in checkpoint.items()
    })


def _network(key: str) -> str:
    """The first-level part of a model that a weight belongs to."""
    return key.partition('.')[0]


def is_for_training(network: str) -> bool:
    """Whether a first-level part of a model, here or in MMagic, is a loss or a
    discriminator, which its use does without."""
    return network.startswith('loss_') or network in ('disc', 'discriminator')
