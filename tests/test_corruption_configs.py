"""The mixture of all patterns, in the config that takes it."""
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from mmagic.registry import DATASETS, TRANSFORMS
from mmengine.config import Config
from PIL import Image

from hcl_mmagic.datasets import SeededIndex
from hcl_mmagic.datasets.transforms import (CorruptionPattern, DrawnContent,
                                            corruption_name)

CONFIGS = Path(__file__).parents[1] / 'configs'
CONFIG = CONFIGS / 'hcl_places_256_mixed.py'
PHOTOGRAPH_DAMAGE = CONFIGS / '_base_/datasets/photograph_damage.py'


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
def test_the_mixtures_hold_every_pattern(split):
    pipeline = Config.fromfile(CONFIG)[f'{split}_dataloader'].dataset.pipeline
    everywhere = Config.fromfile(PHOTOGRAPH_DAMAGE).train_dataloader.dataset
    every = {
        name
        for name, transform in TRANSFORMS.module_dict.items()
        if issubclass(transform, (CorruptionPattern, DrawnContent))
    }
    assert every - set(_types(everywhere)) == {
        'RaindropCorruption', 'ShadowCorruption'
    }
    assert {'RaindropCorruption', 'ShadowCorruption',
            'ImageContent'} <= set(_types(pipeline))


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


@pytest.fixture(scope='module')
def small_data(tmp_path_factory):
    """The layout of photograph_damage.py, a few files of each source."""
    root = tmp_path_factory.mktemp('data')
    rng = np.random.default_rng(0)
    for name in ('bsds500/train', 'bsds500/test', 'bsds500/val', 'cid22',
                 'clic2025', 'clothing', 'faces', 'grocery', 'imagenet_sample',
                 'urban100', 'wallpapers'):
        (root / name).mkdir(parents=True)
        for index in range(3):
            small = rng.integers(256, size=(6, 7, 3), dtype=np.uint8)
            Image.fromarray(small).resize(
                (300, 280)).save(root / name / f'{index}.jpg')
    for kind in ('hair', 'stain'):
        (root / 'film_damage' / kind).mkdir(parents=True)
        for index in range(10):
            shape = np.zeros((100, 100), np.uint8)
            shape[45:55, 20:30 + 5 * index] = 255
            Image.fromarray(shape).save(root / 'film_damage' / kind /
                                        f'{index}.png')
    return root


def _photograph_damage(root):
    """The config, with content that two files suffice for."""
    text = PHOTOGRAPH_DAMAGE.read_text()
    text = text.replace("data_root = 'data'", f'data_root = {str(root)!r}')
    text = text.replace('num_train_contents = 900', 'num_train_contents = 2')
    return Config.fromstring(text, '.py')


def test_photographs_are_damaged_in_every_way(small_data):
    config = _photograph_damage(small_data).train_dataloader.dataset
    config.indices = None
    dataset = DATASETS.build(config)
    assert len(dataset) == 30
    names, opacities = [], []
    for draw in range(150):
        sample = dataset[SeededIndex(draw % 30, seed=draw)]
        packed = sample['data_samples']
        assert sample['inputs'].shape == (3, 192, 192)
        assert packed.gt_alpha.shape == packed.mask.shape == (1, 192, 192)
        untouched = packed.gt_alpha[0] == 0
        changed = (sample['inputs'] != packed.gt_img).any(0)
        assert not changed[untouched].any()
        names.append(packed.corruption)
        if packed.corruption != 'no':
            opacities.append(float(packed.gt_alpha.max()))
    assert len(set(names)) >= 15
    assert 0.08 < np.mean([name == 'no' for name in names]) < 0.3
    assert min(opacities) < 0.5 and max(opacities) > 0.99


def test_held_out_photographs_are_damaged_in_eight_ways(small_data):
    config = _photograph_damage(small_data)
    kinds = {}
    for kind, loader in zip(config.test_patterns, config.test_dataloader):
        dataset = DATASETS.build(loader.dataset)
        first = dataset[0]
        assert first['inputs'].shape == (3, 256, 256)
        assert Path(first['data_samples'].gt_path).parts[-3:-1] == (
            'bsds500', 'val')
        kinds[kind] = float(first['data_samples'].mask.mean())
    assert list(kinds) == [
        'photo', 'color', 'noise', 'text', 'badge', 'date', 'scratch', 'film',
        'clean'
    ]
    assert kinds.pop('clean') == 0 and min(kinds.values()) > 0
    trained = set(config.train_dataloader.dataset.data_prefix.gt)
    assert trained.isdisjoint(['faces', 'wallpapers', 'bsds500/val'])


def test_a_family_can_be_left_out(small_data):
    text = PHOTOGRAPH_DAMAGE.read_text()
    text = text.replace('left_out = ()', "left_out = ('noise', )")
    damage = Config.fromstring(text, '.py').train_dataloader
    types = set(_types(damage))
    assert not {name for name in types if 'NoiseContent' in name}
    assert {'ImageContent', 'DateStampCorruption'} <= types
