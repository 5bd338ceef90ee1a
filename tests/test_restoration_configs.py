"""Configs of models that restore and detect nothing: each trains for two
iterations and is tested once, small, on packaged photographs."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmagic.registry import MODELS
from mmengine.config import Config
from mmengine.hub import get_config
from mmengine.runner import Runner

from hcl_mmagic.engine.launch import MetricsRecorder
from hcl_mmagic.engine.options import PACKING

ROOT = Path(__file__).parents[1]
CONFIGS = ROOT / 'configs'
CROP_SIZE = 32

tiny = dict(base_channels=4, window_size=4)
TINY_HCL = dict(
    encoder=dict(depths=(1, 1, 1), **tiny),
    decoder=dict(depths=(1, 1, 1), bottleneck_depth=1, **tiny),
    refiner=dict(base_channels=4, channel_mults=(1, 2)),
    discriminator=dict(base_channels=4),
    loss_perceptual=None)
TINY_MODELS = {
    'hcl_known-mask_places_256':
    TINY_HCL,
    'hcl_known-mask_places_512':
    TINY_HCL,
    'mprnet_places_256':
    dict(
        generator=dict(
            base_channels=8,
            level_channels=4,
            last_stage_channels=4,
            num_blocks=1)),
    'nafnet_places_256':
    dict(
        generator=dict(
            mid_channels=4,
            enc_blk_nums=[1, 1],
            dec_blk_nums=[1, 1],
            train_size=(1, 3, CROP_SIZE, CROP_SIZE))),
    'restormer_places_256':
    dict(
        generator=dict(
            dim=4,
            num_blocks=[1, 1, 1, 1],
            num_refinement_blocks=1,
            heads=[1, 1, 1, 1])),
}


def small_loader(loader, split, size):
    """The samples of a loader made of a few packaged photographs."""
    pipeline = [
        dict(type='LoadResizedPhotograph', short_side=40),
        dict(type='Crop', keys=['gt'], crop_size=size, random_crop=False),
        dict(type='RandomRectangleMask', ratio_range=(0.1, 0.4)),
        dict(
            type='CorruptImage', contents=[dict(type='ConstantColorContent')]),
        *(step for step in loader.dataset.pipeline if step.type in PACKING)
    ]
    loader.update(num_workers=0, persistent_workers=False)
    loader.dataset = dict(
        type='PackagedPhotographs',
        split=split,
        test_mode=split == 'test',
        pipeline=pipeline)


def small_config(name, work_dir):
    cfg = Config.fromfile(CONFIGS / f'{name}.py')
    cfg.merge_from_dict(
        dict(
            work_dir=str(work_dir),
            model=TINY_MODELS[name],
            train_dataloader=dict(batch_size=2),
            train_cfg=dict(max_iters=2, val_interval=2),
            default_hooks=dict(
                logger=dict(interval=1),
                checkpoint=dict(interval=2),
                sample_panel=dict(test_file='panel.png'))))
    small_loader(cfg.train_dataloader, 'train', (CROP_SIZE, CROP_SIZE))
    # No network divides these sides without padding.
    for loader in (cfg.val_dataloader, cfg.test_dataloader):
        small_loader(loader, 'test', (33, 39))
    return cfg


@pytest.mark.slow
@pytest.mark.parametrize('name', TINY_MODELS)
def test_a_shrunk_config_trains_and_is_tested(name, tmp_path):
    runner = Runner.from_cfg(small_config(name, tmp_path))
    runner.train()
    recorder = MetricsRecorder()
    runner.register_hook(recorder)
    runner.test()
    metrics = recorder.metrics
    assert np.isfinite([metrics['PSNR_inside'], metrics['SSIM_outside']]).all()
    assert metrics['num_images'] == len(
        runner.test_loop.dataloaders[0].dataset)
    assert 'IoU_corrupted' not in metrics
    assert list(tmp_path.glob('best_PSNR_inside_iter_2.pth'))
    assert (tmp_path / 'panel.png').is_file()


@pytest.mark.parametrize('name', [
    'hcl_known-mask_places_256', 'hcl_known-mask_places_512',
    'hcl_known-mask_bsds_64'
])
def test_a_known_mask_is_given_at_test_only(name):
    cfg = Config.fromfile(CONFIGS / f'{name}.py')
    loaders = cfg.test_dataloader
    loaders = loaders if isinstance(loaders, list) else [loaders]
    for loader in (cfg.val_dataloader, *loaders):
        assert loader.dataset.pipeline[-1].data_keys == ['given_mask']
    assert 'data_keys' not in cfg.train_dataloader.dataset.pipeline[-1]


@pytest.mark.parametrize('name, published', [
    ('nafnet_places_256',
     'nafnet/nafnet_c64eb11128mb1db1111_8xb8-lr1e-3-400k_gopro.py'),
    ('restormer_places_256', 'restormer/restormer_official_rain13k.py'),
])
def test_mmagics_published_weights_fit(name, published):
    models = (Config.fromfile(CONFIGS / f'{name}.py').model,
              get_config(f'mmagic::{published}').model)
    with torch.device('meta'):
        ours, mmagics = (MODELS.build(model).state_dict() for model in models)
    assert {key: weight.shape for key, weight in ours.items()} \
        == {key: weight.shape for key, weight in mmagics.items()}
