"""The mixture of all patterns, in the config that takes it."""
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from mmagic.registry import DATASETS, TRANSFORMS
from mmengine.config import Config
from PIL import Image

from hcl_mmagic.datasets.transforms import (CorruptionPattern, DrawnContent,
                                            corruption_name)

CONFIG = Path(__file__).parents[1] / 'configs/hcl_places_256_mixed.py'


def _types(config: object) -> Iterator[str]:
    """Every type named anywhere in a config."""
    if isinstance(config, dict):
        if 'type' in config:
            yield config['type']
        config = config.values()
    if isinstance(config, (list, type({}.values()))):
        for part in config:
            yield from _types(part)


@pytest.mark.parametrize('split', ['train', 'val', 'test'])
def test_the_mixture_holds_every_pattern(split):
    pipeline = Config.fromfile(CONFIG)[f'{split}_dataloader'].dataset.pipeline
    every = {
        name
        for name, transform in TRANSFORMS.module_dict.items()
        if issubclass(transform, (CorruptionPattern, DrawnContent))
    }
    assert every | {'ImageContent'} <= set(_types(pipeline))


def test_samples_carry_the_name_of_their_pattern(tmp_path):
    rng = np.random.default_rng(0)
    for name in ('clean/a.jpg', 'other/b.jpg'):
        (tmp_path / name).parent.mkdir()
        small = rng.integers(256, size=(6, 7, 3), dtype=np.uint8)
        Image.fromarray(small).resize((300, 280)).save(tmp_path / name)
    config = Config.fromfile(CONFIG).val_dataloader.dataset
    config.data_root = str(tmp_path)
    config.data_prefix = dict(gt='clean')
    config.repeats, config.indices = 24, None
    config.pipeline[2].transforms[0][1].contents[0].folder = str(tmp_path /
                                                                 'other')
    dataset = DATASETS.build(config)
    names = set()
    for index in range(24):
        sample = dataset[index]
        assert sample['inputs'].shape == (3, 256, 256)
        assert sample['data_samples'].mask.max() == 1
        names.add(sample['data_samples'].corruption)
    known = {corruption_name(t) for t in TRANSFORMS.module_dict.values()}
    assert len(names) >= 6 and names <= known
