"""Loading a model for inference."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional

import torch

from hcl_mmagic.errors import WeightsNotFoundError
from hcl_mmagic.models import HCLRestorer
from .building import build_restorer
from .contents import read_contents


@dataclass(frozen=True)
class LoadedModel:
    """A model, ready to restore.

    Args:
        model (HCLRestorer): In evaluation mode, on its device, float32.
        name (str): Its name.
        path (Path): File of its weights.
        sha256 (str): Hash of that file, 64 hexadecimal digits.
        calibration (dict, optional): Plain values that the verdict is made
            with, None where the checkpoint brings none.
        short_side (int): Shorter side, in pixels, of the photographs that it
            was trained on.
        crop_size (int): Shorter side, in pixels, of what it saw of them.
        device (torch.device): Where it is.
        dtype (torch.dtype): What its networks are to run in, under autocast
            where it is not float32.
    """
    model: HCLRestorer
    name: str
    path: Path
    sha256: str
    calibration: Optional[Dict[str, Any]]
    short_side: int
    crop_size: int
    device: torch.device
    dtype: torch.dtype


def load_model(checkpoint: Optional[str] = None,
               device: str = 'cpu',
               dtype: str = 'float32') -> LoadedModel:
    """Load a model from a checkpoint.

    Args:
        checkpoint (str, optional): File.
        device (str): 'auto', 'cpu', 'cuda', 'cuda:N' or 'mps'.
        dtype (str): 'float32', 'bfloat16' or 'float16'.

    Returns:
        LoadedModel: The model.
    """
    path = Path(checkpoint or 'work_dirs/quickstart/iter_500.pth')
    if not path.is_file():
        raise WeightsNotFoundError(
            f'there is no checkpoint {path}: `bash tools/quickstart.sh` makes '
            'one in 8 minutes')
    contents = read_contents(path)
    model = build_restorer(contents.config, contents.weights)
    return LoadedModel(
        model=model.to(device),
        name=contents.name,
        path=path,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        calibration=contents.calibration,
        short_side=contents.scale.short_side,
        crop_size=contents.scale.crop_size,
        device=torch.device(device),
        dtype=getattr(torch, dtype))
