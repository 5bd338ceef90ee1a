"""Loading an inpainting model that repairs what HCL, or a person, found."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, NamedTuple, Optional

import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch import Tensor, nn

from hcl_mmagic.errors import CheckpointError, ConfigError, PhotographError
from hcl_mmagic.models.blind import KnownMaskInpaintor, find_convention
from hcl_mmagic.weights import load_part_weights
from ..memory import (CONTEXT, INPAINTOR_LAYER_FACTOR, LARGEST_TILE,
                      SMALLEST_TILE, NetworkDemand, largest_layer_bytes)
from .building import inference_config, without_training_parts
from .devices import choose_device
from .locating import checked_sha256
from .scale import read_scale

# What MMagic's inpainting models need for training alone, beside everything
# whose name starts with 'loss_'. Weights come from the checkpoint only.
TRAINING_PARTS = ('disc', 'init_cfg', 'train_cfg')


class InpaintorConfig(NamedTuple):
    """What a config says of an inpainting model.

    Args:
        model (Mapping): Config of the model.
        input_convention (Mapping, optional): See ``BlindInpaintor``.
        checkpoint (str, optional): File of its weights.
        training_size (int): Shorter side of what it was trained on, in
            pixels.
    """
    model: Mapping[str, Any]
    input_convention: Optional[Mapping[str, Any]]
    checkpoint: Optional[str]
    training_size: int


@dataclass(frozen=True)
class LoadedInpaintor:
    """An inpainting model, ready to repair.

    Args:
        known_mask (KnownMaskInpaintor): The model, in evaluation mode, on its
            device, float32.
        name (str): That of its config.
        path (Path): File of its weights.
        sha256 (str): Hash of that file, 64 hexadecimal digits.
        training_size (int): Shorter side of what it was trained on, in
            pixels.
        layer_bytes (float): What its largest layer reads and writes per pixel
            of a picture, in float32.
        device (torch.device): Where it is.
    """
    known_mask: KnownMaskInpaintor
    name: str
    path: Path
    sha256: str
    training_size: int
    layer_bytes: float
    device: torch.device

    @property
    def model(self) -> nn.Module:
        """nn.Module: The inpainting model itself."""
        return self.known_mask.model

    @property
    def reach(self) -> int:
        """int: Pixels that it can fill from the edge of the damage inwards."""
        return self.training_size // 4

    def demand(self, resident_bytes: int) -> NetworkDemand:
        """What it takes of the memory.

        Args:
            resident_bytes (int): Memory of the libraries and of all weights.

        Returns:
            NetworkDemand: For planning.
        """
        size = max(self.training_size, SMALLEST_TILE)
        return NetworkDemand(resident_bytes,
                             INPAINTOR_LAYER_FACTOR * self.layer_bytes,
                             tile_divisor(self.known_mask),
                             min(size, LARGEST_TILE))

    def repair(self, picture: Tensor, mask: Tensor) -> Tensor:
        """Repair one picture of any size.

        Args:
            picture (Tensor): RGB in [-1, 1], ``(1, 3, H, W)``.
            mask (Tensor): 1 = corrupted, 0 = intact, ``(1, 1, H, W)``, float.

        Returns:
            Tensor: RGB in [-1, 1], ``(1, 3, H, W)``, on the model's device.

        Raises:
            PhotographError: If the model has no answer.
        """
        image = self.known_mask.repair(
            picture.to(self.device), mask.to(self.device))
        # It may be a model of any kind, with weights of any kind.
        if not image.isfinite().all():
            raise PhotographError(
                f'{self.name} gives values that are not numbers: too much of '
                'a part of this photograph is damaged for it, or its weights '
                'are broken')
        return image


def load_inpaintor(config: str,
                   checkpoint: Optional[str] = None,
                   device: str = 'cpu') -> LoadedInpaintor:
    """Load an inpainting model from its config and its weights.

    A config is Python code, **which is run**; no code in the checkpoint is,
    and nothing is downloaded.

    Args:
        config (str): File of MMEngine's configs. Its model is an inpainting
            model of MMagic, an ``HCLRestorer``, or a ``BlindInpaintor``,
            whose inpaintor is taken.
        checkpoint (str, optional): File with the weights of the inpaintor, or
            of a whole ``BlindInpaintor``. None takes the
            ``inpaintor_checkpoint`` that the config names.
        device (str): 'auto', 'cpu', 'cuda', 'cuda:N' or 'mps'.

    Returns:
        LoadedInpaintor: The model with what is known of it.

    Raises:
        ConfigError: If the config cannot be read, is not of an inpainting
            model, or leads to no weights.
        CheckpointError: If the checkpoint is missing, damaged, holds code, or
            is of another model.
    """
    chosen_device = choose_device(device)
    parts = read_inpaintor_config(config)
    path = _find_weights(config, checkpoint or parts.checkpoint)
    sha256 = checked_sha256(path)
    model = _build(config, parts.model)
    load_part_weights(model, str(path), 'inpaintor')
    model = model.to(chosen_device).eval().requires_grad_(False)
    known_mask = KnownMaskInpaintor(
        model, find_convention(model, parts.input_convention))
    return LoadedInpaintor(
        known_mask=known_mask,
        name=Path(config).stem,
        path=path,
        sha256=sha256,
        training_size=parts.training_size,
        layer_bytes=_try_out(config, known_mask),
        device=chosen_device)


def read_inpaintor_config(path: str) -> InpaintorConfig:
    """Read what a config says of an inpainting model; this runs its code.

    Args:
        path (str): File of MMEngine's configs.

    Returns:
        InpaintorConfig: The inpaintor of a ``BlindInpaintor``, or the model
        itself, without what training needs.

    Raises:
        ConfigError: If it cannot be read or has no such model.
    """
    if not os.path.isfile(path):
        raise ConfigError(
            f'--inpaintor: there is no config file {path}: give one of this '
            "project's configs/, of MMagic's, or your own")
    try:
        cfg = Config.fromfile(path)
    # It is code, so anything may go wrong.
    except Exception as error:
        raise ConfigError(f'the config {path} cannot be read: '
                          f'{type(error).__name__}: {error}') from error
    model = cfg.get('model') or {}
    convention = checkpoint = None
    if model.get('type') == 'BlindInpaintor':
        convention = model.get('input_convention')
        checkpoint = model.get('inpaintor_checkpoint')
        model = model.get('inpaintor') or {}
    if 'type' not in model:
        raise ConfigError(
            f'the config {path} has no inpainting model: expected model = '
            'dict(type=...) of an inpainting model of MMagic, an HCLRestorer '
            'or a BlindInpaintor')
    if model['type'] == 'HCLRestorer':
        model = inference_config(model)
    return InpaintorConfig(
        model=without_training_parts(model, TRAINING_PARTS),
        input_convention=convention,
        checkpoint=checkpoint,
        # A crop may be larger than the size that it is resized to.
        training_size=min(read_scale(cfg)))


def tile_divisor(known_mask: KnownMaskInpaintor) -> int:
    """What the sides of tiles are multiples of: at least the context that a
    tile has around it.

    Args:
        known_mask (KnownMaskInpaintor): The model.

    Returns:
        int: In pixels.
    """
    divisor = known_mask.size_divisor
    return -(-CONTEXT // divisor) * divisor


def _find_weights(config: str, checkpoint: Optional[str]) -> Path:
    if checkpoint is None:
        raise ConfigError(
            f'the config {config} names no weights: say which to take with '
            '--inpaintor-checkpoint FILE, as an untrained network would only '
            'spoil photographs')
    path = Path(checkpoint).expanduser()
    if not path.is_file():
        raise CheckpointError(
            f'there is no checkpoint file {checkpoint}: say with '
            '--inpaintor-checkpoint FILE where the weights of the inpaintor '
            'are; nothing is downloaded')
    return path


def _build(config: str, model: Mapping[str, Any]) -> nn.Module:
    # Asking this registry imports MMagic's models, which takes seconds.
    from mmagic.registry import MODELS
    try:
        with DefaultScope.overwrite_default_scope('mmagic'):
            return MODELS.build(dict(model))
    except Exception as error:
        raise ConfigError(f'the inpaintor of {config} cannot be built: '
                          f'{error}') from error


def _try_out(config: str, known_mask: KnownMaskInpaintor) -> float:
    """Repair a small picture; the bytes of the largest layer per pixel."""

    def look(picture: Tensor, mask: Tensor) -> None:
        image = known_mask.repair(picture, mask)
        if image.shape != picture.shape:
            raise ConfigError(
                'it turns a picture of the size '
                f'{tuple(picture.shape[1:])} into {tuple(image.shape[1:])}')

    try:
        return largest_layer_bytes(known_mask.model, look,
                                   tile_divisor(known_mask))
    # It may be a model of any kind.
    except Exception as error:
        raise ConfigError(f'the model of {config} cannot be used to repair '
                          f'photographs: {error}') from error
