"""Loading a model for PyTorch."""

from pathlib import Path

import torch

from hcl_mmagic.errors import CheckpointError
from ..memory import LARGEST_TILE
from ..networks import NetworkDemand
from ..torch_networks import TorchNetworks, largest_layer_bytes, weight_bytes
from .building import build_model
from .checkpoint_contents import CheckpointContents, read_contents
from .devices import choose_device, choose_dtype
from .locating import checked_sha256

# Tensors that live at once, in sizes of what the largest layer reads and
# writes. Measured with the recipes of 16, 32 and 64 channels: 2 to 5.5.
LAYER_FACTOR = 6


def load_torch_model(path: Path, device: str, dtype: str) -> TorchNetworks:
    """Load the model of a ``.pth`` or ``.pt`` file, see
    :func:`~.loading_models.load_model`."""
    chosen_device = choose_device(device)
    chosen_dtype = choose_dtype(dtype, chosen_device)
    sha256 = checked_sha256(path)
    return networks_of(
        read_contents(path), path, sha256, chosen_device, chosen_dtype)


def networks_of(contents: CheckpointContents,
                path: Path,
                sha256: str,
                device: torch.device = torch.device('cpu'),
                dtype: torch.dtype = torch.float32) -> TorchNetworks:
    """The networks of what a checkpoint holds; a CheckpointError if they
    cannot be built."""
    try:
        model = build_model(contents.config, contents.weights)
        layer_bytes = largest_layer_bytes(model, model.restore,
                                          model.size_divisor)
    # Parts that were built may still not fit each other.
    except Exception as error:
        raise CheckpointError(f'{path}: {error}') from error
    return TorchNetworks(
        model=model.to(device),
        name=contents.name,
        path=path,
        sha256=sha256,
        short_side=contents.scale.short_side,
        reach=contents.scale.crop_size // 4,
        demand=NetworkDemand(
            weight_bytes(model), LAYER_FACTOR * layer_bytes,
            model.size_divisor, LARGEST_TILE),
        device=device,
        dtype=dtype,
        calibration=contents.calibration)
