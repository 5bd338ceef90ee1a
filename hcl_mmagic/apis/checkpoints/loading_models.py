"""Loading a model for inference."""

from typing import Optional

from hcl_mmagic.errors import CheckpointError
from ..memory import LARGEST_TILE
from ..networks import NetworkDemand
from ..torch_networks import TorchNetworks, largest_layer_bytes, weight_bytes
from .building import build_model
from .checkpoint_contents import read_contents
from .devices import choose_device, choose_dtype
from .locating import checked_sha256, find_checkpoint

# Tensors that live at once, in sizes of what the largest layer reads and
# writes. Measured with the recipes of 16, 32 and 64 channels: 2 to 5.5.
LAYER_FACTOR = 6


def load_model(checkpoint: Optional[str] = None,
               device: str = 'cpu',
               dtype: str = 'float32') -> TorchNetworks:
    """Load a model from a checkpoint of a training, a published or an official
    one.

    No code in the file is run and nothing is downloaded, see
    ``docs/weights.md``.

    The checkpoint is a file, or a name in the cache folder or the package;
    None takes ``hcl_small``, see
    :func:`~hcl_mmagic.apis.checkpoints.find_checkpoint`. The device is 'auto'
    (a GPU where there is one), 'cpu', 'cuda', 'cuda:N' or 'mps'; the dtype
    'float32', 'bfloat16' or, on a GPU only, 'float16'. A ConfigError if the
    device is not there or cannot do the dtype, a WeightsNotFoundError if there
    is no such checkpoint, a CheckpointError if it is damaged, holds code, or
    is of another model.
    """
    chosen_device = choose_device(device)
    chosen_dtype = choose_dtype(dtype, chosen_device)
    path = find_checkpoint(checkpoint)
    sha256 = checked_sha256(path)
    contents = read_contents(path)
    try:
        model = build_model(contents.config, contents.weights)
        layer_bytes = largest_layer_bytes(model, model.restore,
                                          model.size_divisor)
    # Parts that were built may still not fit each other.
    except Exception as error:
        raise CheckpointError(f'{path}: {error}') from error
    return TorchNetworks(
        model=model.to(chosen_device),
        name=contents.name,
        path=path,
        sha256=sha256,
        short_side=contents.scale.short_side,
        reach=contents.scale.crop_size // 4,
        demand=NetworkDemand(
            weight_bytes(model), LAYER_FACTOR * layer_bytes,
            model.size_divisor, LARGEST_TILE),
        device=chosen_device,
        dtype=chosen_dtype,
        calibration=contents.calibration)
