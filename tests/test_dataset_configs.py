"""Each data set: real layout, its script, its config, a sample."""
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from mmagic.registry import DATASETS
from mmengine.config import Config
from PIL import Image

ROOT = Path(__file__).parents[1]
BASES = ROOT / 'configs/_base_/datasets'
CLEAN = [
    'celebahq_256', 'ffhq_256', 'imagenet_256', 'places_256', 'places_512'
]
PAIRED = ['istd_256', 'logo30k_256', 'raindrop_256']
FACES = 'CelebA-HQ-img'


def save(name, size=(40, 30), value=100, box=None):
    pixels = np.full((*size[::-1], 3), value, np.uint8)
    if box:
        pixels[:size[1] // 2, :size[0] // 2] = box
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    """Every data set of the paper in small, prepared by its script."""
    folder = tmp_path_factory.mktemp('paper')
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        _save_clean()
        _save_pairs()
        for script in ROOT.glob('tools/dataset_converters/*/prepare_*.py'):
            patch.setattr(sys, 'argv', [str(script), '--workers', '1'])
            runpy.run_path(str(script), run_name='__main__')
    return folder


def _save_clean():
    for name in ('places365/data_large/a/airfield/00000001.jpg',
                 'places365/val_large/Places365_val_00000001.jpg',
                 'imagenet/train/n01440764/n01440764_10026.JPEG',
                 'imagenet/val/ILSVRC2012_val_00000001.JPEG'):
        save(f'data/{name}')
    for number in ('00000', '60000'):
        save(f'data/ffhq/images1024x1024/{number}/{number}.png', (1024, ) * 2)
    for index in range(3):
        save(f'data/celebahq/{FACES}/{index}.jpg', (64, 64))
    Path('data/celebahq/CelebA-HQ-to-CelebA-mapping.txt').write_text(
        'idx orig_idx orig_file\n0 0 000001.jpg\n1 162770 162771.jpg\n'
        '2 182637 182638.jpg\n')
    for number in range(6):
        name = f'irregular_masks/testing_mask_dataset/{number:05d}.png'
        save(f'data/{name}', (64, 64), value=0, box=255)


def _save_pairs():
    istd = ['istd/{0}/{0}_%s/1-1.png' % part for part in 'ACB']
    logo = [
        f'logo30k/27kpng/{part}'
        for part in ('{0}_images/image/COCO_1-A-1.png', 'natural/COCO_1.jpg',
                     '{0}_images/mask/COCO_1-A-1.png')
    ]
    rain = [
        f'raindrop/{{0}}/{part}.png' for part in ('data/0_rain', 'gt/0_clean')
    ]
    for names, splits in ((istd, ('train', 'test')), (logo, ('train', 'val')),
                          (rain, ('train', 'test_a', 'test_b'))):
        for split in splits:
            damaged, clean, *masks = (f'data/{name}'.format(split)
                                      for name in names)
            save(damaged, box=200)
            save(clean)
            for mask in masks:
                save(mask, value=0, box=255)


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
