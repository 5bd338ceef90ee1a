"""The model of a config, ready to be measured."""
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import List

import torch
from mmagic.registry import MODELS
from mmengine.config import Config
from torch import Tensor
from torchvision.models.vgg import cfgs, make_layers

from hcl_mmagic.engine.options import restorer_config
from hcl_mmagic.errors import WeightsNotFoundError
from hcl_mmagic.models import HCLRestorer
from hcl_mmagic.weights import load_weights
from .photographs import damaged_batch
from .settings import Settings

RANDOM_VGG = ('loss_perceptual: random VGG-19 weights, as there is no file of '
              'them; the losses mean nothing, the times are the same')


def build_model(cfg: Config, settings: Settings) -> HCLRestorer:
    """Build a model on the device, with a checkpoint's weights if named.

    Args:
        cfg (Config): A complete config.
        settings (Settings): Device, layout, checkpoint.

    Returns:
        HCLRestorer: The model, in training mode.

    Raises:
        ConfigError: The config is one of another model.
        CheckpointError: The checkpoint does not fit.
    """
    model = MODELS.build(restorer_config(cfg, settings.config))
    if settings.checkpoint is None:
        model.init_weights()
    else:
        load_weights(model, settings.checkpoint)
    if settings.channels_last:
        model.to(memory_format=torch.channels_last)
    return model.to(settings.torch_device)


def load_perceptual_loss(model: HCLRestorer) -> List[str]:
    """Load the VGG of the perceptual loss, a random one in need.

    Args:
        model (HCLRestorer): Changed in place.

    Returns:
        list[str]: What a reader of the result has to know.
    """
    loss = model.loss_perceptual
    if loss is None:
        return []
    notes = []
    try:
        loss.load()
    except WeightsNotFoundError:
        notes.append(RANDOM_VGG)
        with TemporaryDirectory() as folder:
            loss.checkpoint = str(Path(folder, 'vgg19.pth'))
            layers = make_layers(cfgs['E'])
            torch.save(layers.state_dict(), loss.checkpoint)
            loss.load()
    loss.to(next(model.parameters()).device)
    return notes


def damaged_inputs(model: HCLRestorer, settings: Settings) -> Tensor:
    """Damaged pictures as the model's networks get them.

    Args:
        model (HCLRestorer): Has the data preprocessor.
        settings (Settings): Size, batch and layout.

    Returns:
        Tensor: RGB in [-1, 1], ``(N, 3, size, size)``, on the device.
    """
    batch = damaged_batch(settings.side, settings.batch)
    inputs = model.data_preprocessor(batch)['inputs']
    if settings.channels_last:
        inputs = inputs.contiguous(memory_format=torch.channels_last)
    return inputs
