"""Each data set: real layout, its script, its config, a sample."""
from pathlib import Path

import pytest
from mmagic.registry import DATASETS
from mmengine.config import Config
from small_data_sets import write_small_data_sets

ROOT = Path(__file__).parents[1]
BASES = ROOT / 'configs/_base_/datasets'
CLEAN = [
    'celebahq_256', 'ffhq_256', 'imagenet_256', 'places_256', 'places_512'
]
PAIRED = ['istd_256', 'logo30k_256', 'raindrop_256']


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    return write_small_data_sets(tmp_path_factory.mktemp('paper'))


@pytest.fixture(params=['train', 'test'])
def split(request):
    return request.param


def build(name, split, data, monkeypatch):
    monkeypatch.chdir(data)
    config = Config.fromfile(BASES / f'{name}.py')
    return DATASETS.build(config[f'{split}_dataloader'].dataset)


@pytest.mark.parametrize('name', CLEAN)
def test_a_clean_photograph_is_damaged(data, monkeypatch, name, split):
    side = int(name[-3:])
    sample = build(name, split, data, monkeypatch)[0]
    packed = sample['data_samples']
    assert sample['inputs'].shape == (3, side, side)
    assert packed.mask.shape == (1, side, side)
    assert packed.mask.mean() == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize('name', PAIRED)
def test_a_damaged_photograph_comes_with_its_mask(data, monkeypatch, name,
                                                  split):
    sample = build(name, split, data, monkeypatch)[0]
    packed = sample['data_samples']
    assert sample['inputs'].shape == packed.gt_img.shape == (3, 256, 256)
    assert set(packed.mask.unique().tolist()) == {0, 1}
    differs = (sample['inputs'].float() - packed.gt_img.float()).abs() > 20
    assert (differs.any(0) == (packed.mask[0] > 0)).float().mean() > 0.98


@pytest.mark.parametrize('name', CLEAN + PAIRED)
def test_training_is_shuffled_and_tests_are_fixed(name):
    config = Config.fromfile(BASES / f'{name}.py')
    assert config.train_dataloader.sampler.type == 'SeededInfiniteSampler'
    for loader in (config.val_dataloader, config.test_dataloader):
        assert loader.dataset.test_mode and not loader.sampler.shuffle
