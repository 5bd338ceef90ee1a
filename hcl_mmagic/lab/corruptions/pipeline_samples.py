"""Samples of a config's data pipeline, as arrays."""
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from mmagic.registry import DATASETS
from mmengine.registry import init_default_scope
from mmengine.structures import BaseDataElement
from tqdm import tqdm

from ...datasets import SeededIndex, mix_seed
from ...engine.options import load_config
from ...errors import ConfigError


class PipelineSample(NamedTuple):
    """One damaged photograph: ``img`` and ``gt`` uint8 RGB ``(H, W, 3)``,
    ``mask`` ``(H, W)`` with 1 = corrupted, 0 = intact, the ``name`` that tells
    photographs apart, and that of the pattern, '' where the config's
    ``PackInputs`` does not carry it."""

    img: np.ndarray
    mask: np.ndarray
    gt: np.ndarray
    name: str
    corruption: str


def draw_samples(config: str, options: list[str], split: str, count: int,
                 seed: int) -> Iterator[PipelineSample]:
    """Draw the first samples of a data set, the same ones each time.

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
        yield PipelineSample(
            to_rgb(sample['inputs'], data_sample, 'img'),
            data_sample.mask[0].numpy(),
            to_rgb(data_sample.gt_img, data_sample, 'gt'),
            data_sample.metainfo.get('gt_path', str(int(index))),
            data_sample.metainfo.get('corruption', ''))


def to_rgb(image: torch.Tensor, data_sample: BaseDataElement,
           key: str) -> np.ndarray:
    """A picture of a packed sample, ``(3, H, W)`` in 0 to 255, as uint8 RGB
    ``(H, W, 3)``; ``key``, 'img' or 'gt', is what the pipeline called it."""
    picture = image.permute(1, 2, 0).numpy().astype(np.uint8)
    if data_sample.get(f'{key}_channel_order') != 'rgb':
        picture = picture[..., ::-1]
    return np.ascontiguousarray(picture)
