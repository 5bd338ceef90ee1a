"""The model of a config and damaged photographs, ready to be measured."""
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List

import numpy as np
import torch
from mmagic.registry import MODELS, TRANSFORMS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from torch import Tensor
from torchvision.models.vgg import cfgs, make_layers

from ...datasets.sample_photographs import packaged_photographs
from ...datasets.seeding import seeded_rng
from ...datasets.transforms.corruption import blend, feather
from ...engine.options import restorer_config
from ...errors import WeightsNotFoundError
from ...models import HCLRestorer
from ...photographs.eight_bits import read_image
from ...weights import load_weights
from .benchmark_settings import Settings

RANDOM_VGG = ('loss_perceptual: random VGG-19 weights, as there is no file of '
              'them; the losses mean nothing, the times are the same')
FEATHER_RADIUS = 3.  # pixels, as in the recipes


def build_model(cfg: Config, settings: Settings) -> HCLRestorer:
    """Build the config's model on the device, in training mode, with a
    checkpoint's weights if one is named."""
    model = MODELS.build(restorer_config(cfg, settings.config))
    if settings.checkpoint is None:
        model.init_weights()
    else:
        load_weights(model, settings.checkpoint)
    return model.to(settings.torch_device)


def load_perceptual_loss(model: HCLRestorer) -> List[str]:
    """Load the VGG of the model's perceptual loss, a random one in need;
    returns what a reader of the result has to know."""
    loss: Any = model.loss_perceptual
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
    """Damaged pictures as the model's networks get them: RGB in [-1, 1], ``(N,
    3, size, size)``, on the device."""
    batch = damaged_batch(settings.side, settings.batch)
    return model.data_preprocessor(batch)['inputs']


def damaged_batch(size: int, batch: int) -> Dict:
    """Paste parts of photographs into others, the same at every call: what a
    data loader yields, uint8 ``inputs`` of ``(3, size, size)`` and
    ``data_samples`` with ``gt_img`` and ``mask`` (1 = corrupted, 0 = intact,
    ``(1, size, size)``)."""
    clean = packaged_photographs(['train', 'test'])
    contents = packaged_photographs('noise_train')
    # Strokes as thick, compared to the picture, as in the quickstart.
    draw_mask = TRANSFORMS.build(
        dict(
            type='RandomStrokeMask',
            thickness=(6, 15),
            reference_size=64,
            ratio_range=(0.1, 0.4)))
    pack = TRANSFORMS.build(dict(type='PackInputs', keys=['img']))
    samples = []
    for index in range(batch):
        with seeded_rng(index):
            results = draw_mask(
                dict(
                    gt=square_of(clean[index % len(clean)], size),
                    gt_channel_order='rgb',
                    img_channel_order='rgb'))
            content = square_of(contents[index % len(contents)], size)
        soft = feather(results['mask'], FEATHER_RADIUS)
        results['img'] = blend(results['gt'], content, soft)
        samples.append(pack(results))
    return pseudo_collate(samples)


def square_of(path: str, size: int) -> np.ndarray:
    """A random square of a photograph, which is mirrored at its edges where
    it is too small; uint8 ``(size, size, 3)``."""
    image = read_image(path)
    missing = [max(size - side, 0) for side in image.shape[:2]]
    image = np.pad(image, [(0, rows) for rows in missing] + [(0, 0)],
                   'symmetric')
    top, left = (
        np.random.randint(side - size + 1) for side in image.shape[:2])
    return image[top:top + size, left:left + size]
