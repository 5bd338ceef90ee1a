"""Loading a model for inference."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional

import torch
from torch import Tensor

from hcl_mmagic.errors import CheckpointError
from hcl_mmagic.models import HCLRestorer
from ..memory import LAYER_FACTOR, NetworkDemand, largest_layer_bytes
from .building import build_restorer
from .contents import read_contents
from .devices import choose_device, choose_dtype
from .locating import checked_sha256, find_checkpoint


@dataclass(frozen=True)
class LoadedModel:
    """A model, ready to restore.

    Args:
        model (HCLRestorer): In evaluation mode, on its device, float32. Takes
            RGB pixels of [0, 255] that were brought to [-1, 1].
        name (str): Its name.
        path (Path): File of its weights.
        sha256 (str): Hash of that file, 64 hexadecimal digits.
        calibration (dict, optional): Plain values that the verdict is made
            with, None where the checkpoint brings none.
        short_side (int): Shorter side, in pixels, of the photographs that it
            was trained on.
        crop_size (int): Shorter side, in pixels, of what it saw of them.
        layer_bytes (float): What its largest layer reads and writes per pixel
            of a picture, in float32.
        device (torch.device): Where it is.
        dtype (torch.dtype): What it is to run in: under autocast, unless it
            is float32.
    """
    model: HCLRestorer
    name: str
    path: Path
    sha256: str
    calibration: Optional[Dict[str, Any]]
    short_side: int
    crop_size: int
    layer_bytes: float
    device: torch.device
    dtype: torch.dtype

    @property
    def reach(self) -> int:
        """int: Pixels that it can fill from the edge of the damage inwards."""
        return self.crop_size // 4

    def demand(self, resident_bytes: int) -> NetworkDemand:
        """What it takes of the memory.

        Args:
            resident_bytes (int): Memory of the libraries and of all weights.

        Returns:
            NetworkDemand: For planning.
        """
        return NetworkDemand(resident_bytes, LAYER_FACTOR * self.layer_bytes,
                             self.model.size_divisor)

    def repair(self, picture: Tensor, mask: Tensor) -> Tensor:
        """Repair one picture of any size.

        Args:
            picture (Tensor): RGB in [-1, 1], ``(1, 3, H, W)``.
            mask (Tensor): 1 = corrupted, 0 = intact, ``(1, 1, H, W)``, float.

        Returns:
            Tensor: RGB in [-1, 1], ``(1, 3, H, W)``, on the model's device.
        """
        return self.model.repair(picture.to(self.device), mask.to(self.device))


def load_model(checkpoint: Optional[str] = None,
               device: str = 'cpu',
               dtype: str = 'float32') -> LoadedModel:
    """Load a model from a checkpoint of a training, a published or an
    official one.

    No code in the file is run and nothing is downloaded, see
    ``docs/weights.md``.

    Args:
        checkpoint (str, optional): File, or name in the cache folder or the
            package. None takes ``hcl_small``, see
            :func:`~hcl_mmagic.apis.checkpoints.find_checkpoint`.
        device (str): 'auto' (a GPU where there is one), 'cpu', 'cuda',
            'cuda:N' or 'mps'.
        dtype (str): 'float32', 'bfloat16' or, on a GPU only, 'float16'.

    Returns:
        LoadedModel: The model with what is known of it.

    Raises:
        ConfigError: If the device is not there or cannot do the dtype.
        WeightsNotFoundError: If there is no such checkpoint.
        CheckpointError: If it is damaged, holds code, or is of another model.
    """
    chosen_device = choose_device(device)
    chosen_dtype = choose_dtype(dtype, chosen_device)
    path = find_checkpoint(checkpoint)
    sha256 = checked_sha256(path)
    contents = read_contents(path)
    try:
        model = build_restorer(contents.config, contents.weights)
        layer_bytes = largest_layer_bytes(model, model.restore,
                                          model.size_divisor)
    # Parts that were built may still not fit each other.
    except Exception as error:
        raise CheckpointError(f'{path}: {error}') from error
    return LoadedModel(
        model=model.to(chosen_device),
        name=contents.name,
        path=path,
        sha256=sha256,
        calibration=contents.calibration,
        short_side=contents.scale.short_side,
        crop_size=contents.scale.crop_size,
        layer_bytes=layer_bytes,
        device=chosen_device,
        dtype=chosen_dtype)
