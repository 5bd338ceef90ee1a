"""Samples of a config's data pipeline, as arrays."""
from collections.abc import Iterator

import numpy as np
import torch
from mmagic.registry import DATASETS
from mmengine.registry import init_default_scope
from mmengine.structures import BaseDataElement
from tqdm import tqdm

from ...datasets import SeededIndex, mix_seed
from ...engine.options import load_config
from ...errors import ConfigError
from ...visualization.panel import PanelRow


def draw_samples(config: str, options: list[str], split: str, count: int,
                 seed: int) -> Iterator[tuple[str, PanelRow]]:
    """Draw the first samples of a data set, the same ones each time, each with
    what tells its photograph apart.

    Beyond the end of a training set its photographs come again, damaged in
    another way; ``seed`` is what that damage depends on.
    """
    loader = load_config(config, options).get(f'{split}_dataloader')
    if loader is None:
        raise ConfigError(f'{config} has no {split}_dataloader')
    init_default_scope('mmagic')
    dataset = DATASETS.build(loader.dataset)
    for number in tqdm(range(count), 'samples', disable=None):
        index = SeededIndex(number % len(dataset), mix_seed(seed, number))
        sample = dataset[index]
        data_sample = sample['data_samples']
        missing = {'mask', 'gt_img'} - set(data_sample.keys())
        if missing:
            raise ConfigError(f'{config}: the samples of {split} have no '
                              f'{missing.pop()}')
        name = data_sample.metainfo.get('gt_path', str(int(index)))
        yield name, to_row(sample)


def to_row(sample: dict) -> PanelRow:
    """Damaged picture, mask and clean picture of a packed sample; the title
    is its pattern, where the config's ``PackInputs`` carries it."""
    truth = sample['data_samples']
    return PanelRow(
        corrupted=_to_rgb(sample['inputs'], truth, 'img'),
        mask=truth.mask[0].float().numpy(),
        gt_img=_to_rgb(truth.gt_img, truth, 'gt'),
        title=truth.metainfo.get('corruption') or None)


def _to_rgb(image: torch.Tensor, data_sample: BaseDataElement,
            key: str) -> np.ndarray:
    """``(3, H, W)`` in 0 to 255 as uint8 RGB ``(H, W, 3)``."""
    picture = image.permute(1, 2, 0).numpy().astype(np.uint8)
    if data_sample.get(f'{key}_channel_order') != 'rgb':
        picture = picture[..., ::-1]
    return np.ascontiguousarray(picture)
