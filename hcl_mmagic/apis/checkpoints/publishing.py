"""Writing what inference needs of a checkpoint, and nothing else."""

import io
import json

import torch
from torch import Tensor

from hcl_mmagic.errors import CheckpointError
from hcl_mmagic.version import __version__
from .building import build_model
from .checkpoint_contents import CheckpointContents


def to_published(contents: CheckpointContents, half: bool = False) -> bytes:
    """Turn the contents of a checkpoint into a self-contained small file.

    It has the layout of MMEngine's checkpoints, ``meta`` and ``state_dict``,
    with tensors and plain values only. The same contents give the same bytes.
    ``half`` stores the weights in float16, in half the size; they are loaded
    into float32 again. A CheckpointError if the weights do not fit the config,
    or float16.
    """
    build_model(contents.config, contents.weights)
    weights = {
        name: _stored(name, weight, half)
        for name, weight in contents.weights.items()
    }
    meta = dict(
        hcl_mmagic_version=__version__,
        name=contents.name,
        model=contents.config,
        short_side=contents.scale.short_side,
        crop_size=contents.scale.crop_size,
        calibration=contents.calibration)
    buffer = io.BytesIO()
    # Pickle writes an object once and refers to it after that: by way of
    # JSON, which objects are the same does not depend on where they are from.
    torch.save(
        dict(meta=json.loads(json.dumps(meta)), state_dict=weights), buffer)
    return buffer.getvalue()


def _stored(name: str, weight: Tensor, half: bool) -> Tensor:
    # A copy, as a view would bring the whole tensor that it is part of.
    stored = weight.detach().clone(memory_format=torch.contiguous_format)
    if half and stored.is_floating_point():
        stored = stored.half()
        if not stored.isfinite().all():
            raise CheckpointError(f'the weight {name} is too large for '
                                  'float16: publish it in float32')
    return stored
