"""Samples of a config's data pipeline, as arrays."""
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from mmagic.registry import DATASETS
from mmengine.registry import init_default_scope
from mmengine.structures import BaseDataElement
from tqdm import tqdm

from hcl_mmagic.datasets import SeededIndex, mix_seed
from hcl_mmagic.engine.options import load_config
from hcl_mmagic.errors import ConfigError


class PipelineSample(NamedTuple):
    """One damaged photograph.

    Attributes:
        img (np.ndarray): Damaged picture, uint8 ``(H, W, 3)``, RGB.
        mask (np.ndarray): ``(H, W)``, 1 = corrupted, 0 = intact.
        gt (np.ndarray): Clean picture, like ``img``.
        name (str): What tells photographs apart.
        corruption (str): Name of the pattern, '' where the config's
            ``PackInputs`` does not carry it.
    """

    img: np.ndarray
    mask: np.ndarray
    gt: np.ndarray
    name: str
    corruption: str


def draw_samples(config: str, options: list[str], split: str, count: int,
                 seed: int) -> Iterator[PipelineSample]:
    """Draw the first samples of a data set, the same ones each time.

    Args:
        config (str): Config file.
        options (list[str]): Overrides as ``KEY=VALUE``.
        split (str): 'train', 'val' or 'test'.
        count (int): Number of samples; beyond the end of the data set its
            photographs come again, damaged in another way if it is a
            training set.
        seed (int): What the damage of a training set depends on.

    Yields:
        PipelineSample: One after the other.

    Raises:
        ConfigError: The config has no such split, or its samples are not
            damaged photographs.
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
    """A picture of a packed sample as people look at it.

    Args:
        image (torch.Tensor): ``(3, H, W)``, 0 to 255.
        data_sample (DataSample): Knows the order of its channels; BGR, as in
            MMagic, unless it says otherwise.
        key (str): What the pipeline called the picture, 'img' or 'gt'.

    Returns:
        np.ndarray: uint8 ``(H, W, 3)``, RGB.
    """
    picture = image.permute(1, 2, 0).numpy().astype(np.uint8)
    if data_sample.get(f'{key}_channel_order') != 'rgb':
        picture = picture[..., ::-1]
    return np.ascontiguousarray(picture)
