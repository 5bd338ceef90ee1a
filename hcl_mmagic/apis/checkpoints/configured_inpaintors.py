"""Loading an inpainting model from its config and its weights."""

import os
from pathlib import Path
from typing import Any, Mapping, NamedTuple, Optional, Tuple

from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch import Tensor, nn

from hcl_mmagic.errors import CheckpointError, ConfigError
from hcl_mmagic.models.blind import (KnownMaskInpaintor,
                                     StableDiffusionRepairer, find_convention)
from hcl_mmagic.weights import load_part_weights
from ..memory import CONTEXT, LARGEST_TILE
from ..networks import NetworkDemand
from ..torch_networks import TorchNetworks, largest_layer_bytes, weight_bytes
from .building import inference_config, without_training_parts
from .devices import choose_device, choose_dtype
from .locating import checked_sha256
from .scale import read_scale

# What MMagic's inpainting models need for training alone, beside everything
# whose name starts with 'loss_'. Weights come from the checkpoint only.
TRAINING_PARTS = ('disc', 'init_cfg', 'train_cfg')
# MMagic's own models and what they import.
MMAGIC_BYTES = 150 * 10**6
# Tensors that live at once, in sizes of what the largest layer reads and
# writes. Measured with MMagic's five inpainting models at 256 and 512 px: 2
# to 11.5. Contextual attention at 512 px takes most.
LAYER_FACTOR = 12
# They see as much at once as in training, but not less than this.
SMALLEST_TILE = 256


class InpaintorConfig(NamedTuple):
    """What a config says of an inpainting model."""
    model: Mapping[str, Any]
    input_convention: Optional[Mapping[str, Any]]  # see ``BlindInpaintor``
    checkpoint: Optional[str]  # file of its weights
    training_size: int  # shorter side of what it was trained on, in pixels


def load_configured(config: str,
                    checkpoint: Optional[str] = None,
                    device: str = 'cpu',
                    dtype: str = 'float32') -> TorchNetworks:
    """Load an inpainting model from its config and its weights, to repair what
    HCL, or a person, found.

    A config is Python code, **which is run**; no code in the checkpoint is,
    and nothing is downloaded.

    The config's model is an inpainting model of MMagic, an ``HCLRestorer``, or
    a ``BlindInpaintor``, whose inpaintor is taken. The checkpoint has the
    weights of the inpaintor, or of a whole ``BlindInpaintor``; None takes the
    ``inpaintor_checkpoint`` that the config names. That of a
    ``StableDiffusionRepairer`` is a folder, by default the config's
    ``folder``. Device and dtype are as of :func:`~.loading_models.load_model`.
    A ConfigError if the config cannot be read, is not of an inpainting model,
    or leads to no weights; a CheckpointError if the checkpoint is missing,
    damaged, holds code, or is of another model.
    """
    chosen_device = choose_device(device)
    chosen_dtype = choose_dtype(dtype, chosen_device)
    parts = read_inpaintor_config(config)
    model, path, sha256 = _build_with_weights(config, parts, checkpoint)
    model = model.to(chosen_device).eval().requires_grad_(False)
    known_mask = KnownMaskInpaintor(
        model, find_convention(model, parts.input_convention))
    # Tiles have at least the context around them that is of use.
    divisor = known_mask.size_divisor
    divisor = -(-CONTEXT // divisor) * divisor
    size = max(parts.training_size, SMALLEST_TILE)
    return TorchNetworks(
        model=known_mask,
        name=Path(config).stem,
        path=path,
        sha256=sha256,
        short_side=parts.training_size,
        reach=parts.training_size // 4,
        demand=NetworkDemand(
            MMAGIC_BYTES + weight_bytes(model),
            LAYER_FACTOR * _try_out(config, known_mask, divisor), divisor,
            min(size, LARGEST_TILE)),
        device=chosen_device,
        dtype=chosen_dtype)


def read_inpaintor_config(path: str) -> InpaintorConfig:
    """Read what a config says of an inpainting model; this runs its code.

    It is the inpaintor of a ``BlindInpaintor``, or the model itself, without
    what training needs. A ConfigError if it cannot be read or has none.
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


def _build_with_weights(
        config: str, parts: InpaintorConfig,
        checkpoint: Optional[str]) -> Tuple[nn.Module, Path, Optional[str]]:
    """The model, and the file or folder of its weights; a file's SHA-256."""
    weights = checkpoint or parts.checkpoint
    if parts.model['type'] == StableDiffusionRepairer.__name__:
        # Reads a folder by itself.
        folder = weights or str(parts.model.get('folder', ''))
        model = _build(config, dict(parts.model, folder=folder))
        return model, Path(folder).expanduser(), None
    path = _find_weights(config, weights)
    sha256 = checked_sha256(path)
    model = _build(config, parts.model)
    load_part_weights(model, str(path), 'inpaintor')
    return model, path, sha256


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


def _try_out(config: str, known_mask: KnownMaskInpaintor, side: int) -> float:
    """Repair a small picture; the bytes of the largest layer per pixel."""

    def look(picture: Tensor, mask: Tensor) -> None:
        image = known_mask.repair(picture, mask)
        if image.shape != picture.shape:
            raise ConfigError(
                'it turns a picture of the size '
                f'{tuple(picture.shape[1:])} into {tuple(image.shape[1:])}')

    try:
        return largest_layer_bytes(known_mask.model, look, side)
    # It may be a model of any kind.
    except Exception as error:
        raise ConfigError(f'the model of {config} cannot be used to repair '
                          f'photographs: {error}') from error
