"""Tests of hcl_mmagic/datasets/freezing.py."""
from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np
import pytest
from mmagic.registry import DATASETS, TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine import Config
from PIL import Image

from hcl_mmagic.datasets import FrozenTestSet
from hcl_mmagic.datasets.freezing import freeze_test_set, verify_test_set
from hcl_mmagic.errors import ConfigError, FrozenTestSetError


@pytest.fixture
def cfg(save_images: Callable[..., Path]) -> Config:
    """Five photographs with a random crop, mask and colour each."""
    folder = save_images('photographs', 5)
    pipeline = [
        dict(type='LoadImageFromFile', key='gt', channel_order='rgb'),
        dict(type='Crop', keys=['gt'], crop_size=(32, 32)),
        dict(type='RandomRectangleMask'),
        dict(
            type='CorruptImage', contents=[dict(type='ConstantColorContent')]),
        dict(type='PackInputs', keys=['img'])
    ]
    dataset = dict(
        type='CleanImageDataset',
        data_root=str(folder.parent),
        data_prefix=dict(gt=folder.name),
        test_mode=True,
        pipeline=pipeline)
    path = folder.parent / 'config.py'
    path.write_text(f'test_dataloader = dict(dataset={dataset})')
    return Config.fromfile(path)


def _replace(cfg: Config, position: int, transform: Any) -> None:
    pipeline = list(cfg.test_dataloader.dataset.pipeline)
    pipeline[position] = transform
    cfg.test_dataloader.dataset.pipeline = pipeline


def test_what_is_read_back_is_what_the_config_makes(cfg: Config,
                                                    tmp_path: Path) -> None:
    freeze_test_set(cfg, 'test', tmp_path / 'frozen')
    live = DATASETS.build(cfg.test_dataloader.dataset)
    frozen = FrozenTestSet(data_root=str(tmp_path / 'frozen'))
    assert len(frozen) == len(live) == 5
    for index in range(5):
        expected, sample = live[index], frozen[index]
        assert (sample['inputs'] == expected['inputs']).all()
        for key in ('gt_img', 'mask'):
            values = sample['data_samples'].get(key)
            assert (values == expected['data_samples'].get(key)).all()


@pytest.mark.parametrize('num_workers', [0, 2])
def test_two_runs_give_the_same_manifest(cfg: Config, tmp_path: Path,
                                         num_workers: int) -> None:
    first = freeze_test_set(cfg, 'test', tmp_path / 'first')
    second = freeze_test_set(
        cfg, 'test', tmp_path / 'second', num_workers=num_workers)
    assert first == second
    texts = {(tmp_path / name / 'manifest.json').read_text()
             for name in ('first', 'second')}
    assert len(texts) == 1


def test_another_seed_gives_another_fingerprint(cfg: Config,
                                                tmp_path: Path) -> None:
    manifests = []
    for seed in (0, 1):
        cfg.test_dataloader.dataset.seed = seed
        manifests.append(
            freeze_test_set(cfg, 'test', tmp_path / str(seed), num_samples=1))
    assert [manifest['seed'] for manifest in manifests] == [0, 1]
    assert manifests[0]['fingerprint'] != manifests[1]['fingerprint']


def test_the_manifest_tells_where_a_sample_comes_from(cfg: Config,
                                                      tmp_path: Path) -> None:
    manifest = freeze_test_set(cfg, 'test', tmp_path / 'plain', num_samples=2)
    assert manifest['config'] == 'config.py'
    assert manifest['dataset']['data_root'] == str(tmp_path)
    assert manifest['dataset']['pipeline'][1]['crop_size'] == [32, 32]
    entry = manifest['samples'][1]
    assert (entry['name'], entry['gt']) == ('000001', 'photographs/001.jpg')
    mask = np.asarray(Image.open(tmp_path / 'plain/mask/000001.png'))
    assert entry['mask_ratio'] == pytest.approx((mask == 255).mean(), abs=1e-6)


@TRANSFORMS.register_module()
class FreezingTestChange(BaseTransform):
    """Changes a sample the way a test wants it."""

    def __init__(self, key: str, value: Any) -> None:
        self.key = key
        self.value = value

    def transform(self, results: dict) -> dict:
        if self.value is None:
            results.pop(self.key)
        elif self.key == 'img':
            results['img'] = results['img'] + self.value
        else:
            results[self.key] = self.value
        return results


def _change(key: str, value: Any) -> dict:
    return dict(type='FreezingTestChange', key=key, value=value)


def test_the_name_of_the_corruption_is_kept(cfg: Config,
                                            tmp_path: Path) -> None:
    _replace(cfg, -1, _change('corruption', 'Scratch'))
    freeze_test_set(cfg, 'test', tmp_path / 'frozen', num_samples=1)
    frozen = FrozenTestSet(data_root=str(tmp_path / 'frozen'), pipeline=[])
    assert frozen[0]['corruption'] == 'Scratch'


@pytest.mark.parametrize('key, value, message', [
    ('mask', None, "makes no 'mask'"),
    ('img', 0.5, "'img' of .*000.jpg has values .* cannot hold"),
    ('img', np.int64(256), 'cannot hold'),
    ('mask', np.full((32, 32, 1), 0.2), "'mask' of .* those of a mask"),
    ('gt_channel_order', 'bgr', "'gt' in the order bgr"),
])
def test_what_files_cannot_hold_is_refused_without_a_trace(
        cfg: Config, tmp_path: Path, key: str, value: Any,
        message: str) -> None:
    _replace(cfg, -1, _change(key, value))
    with pytest.raises(ConfigError, match=message):
        freeze_test_set(cfg, 'test', tmp_path / 'frozen')
    assert not list(tmp_path.glob('frozen*'))


@pytest.mark.parametrize('name', ['frozen', 'frozen.incomplete'])
def test_an_existing_folder_is_never_touched(cfg: Config, tmp_path: Path,
                                             name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / 'precious').touch()
    with pytest.raises(ConfigError, match=f'{name} exists'):
        freeze_test_set(cfg, 'test', tmp_path / 'frozen')
    assert [path.name for path in (tmp_path / name).iterdir()] == ['precious']


@pytest.mark.parametrize('number', [0, 6])
def test_there_must_be_so_many_samples(cfg: Config, tmp_path: Path,
                                       number: int) -> None:
    with pytest.raises(ConfigError, match=f'{number} samples .* there are 5'):
        freeze_test_set(cfg, 'test', tmp_path / 'frozen', num_samples=number)


def test_samples_that_are_drawn_anew_are_refused(cfg: Config,
                                                 tmp_path: Path) -> None:
    cfg.test_dataloader.dataset.test_mode = False
    with pytest.raises(ConfigError, match='test_mode=True'):
        freeze_test_set(cfg, 'test', tmp_path / 'frozen')


def test_of_several_data_loaders_one_is_chosen(cfg: Config,
                                               tmp_path: Path) -> None:
    loader = cfg.test_dataloader
    other = Config(dict(loader=loader)).loader
    other.dataset.seed = 7
    cfg.test_dataloader = [loader, other]
    manifest = freeze_test_set(
        cfg, 'test', tmp_path / 'frozen', num_samples=1, loader_index=1)
    assert manifest['seed'] == 7
    with pytest.raises(ConfigError, match='has 2 data loaders'):
        freeze_test_set(cfg, 'test', tmp_path / 'other')


@pytest.mark.parametrize('split, index, message', [
    ('val', None, 'val_dataloader of the config has 0 data loaders'),
    ('test', 1, 'has 1 data loaders: .* got 1'),
    ('test', -1, 'got -1'),
])
def test_the_data_loader_must_be_there(cfg: Config, tmp_path: Path, split: str,
                                       index: Optional[int],
                                       message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        freeze_test_set(cfg, split, tmp_path / 'frozen', loader_index=index)


@pytest.mark.parametrize('num_workers', [0, 1])
def test_verification_reads_every_pixel(cfg: Config, tmp_path: Path,
                                        num_workers: int) -> None:
    folder = tmp_path / 'frozen'
    manifest = freeze_test_set(cfg, 'test', folder)
    assert verify_test_set(str(folder), num_workers) == manifest
    mask = np.array(Image.open(folder / 'mask/000004.png'))
    mask[-1, -1] = 255 - mask[-1, -1]
    Image.fromarray(mask).save(folder / 'mask/000004.png')
    with pytest.raises(FrozenTestSetError, match='mask/000004.png'):
        verify_test_set(str(folder), num_workers)
