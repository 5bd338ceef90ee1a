"""VCNet's configs through the training tool, both stages."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config
from PIL import Image

ROOT = Path(__file__).parents[4]


@pytest.fixture
def data(tmp_path):
    """A folder laid out like the photographs of the 64 px configs."""
    rng = np.random.default_rng(0)
    folders = [f'bsds500/{split}' for split in ('train', 'test', 'val')]
    for folder in (*folders, 'imagenet_sample'):
        path = tmp_path / 'data' / folder
        path.mkdir(parents=True)
        for index in range(2):
            picture = rng.integers(256, size=(96, 120, 3), dtype=np.uint8)
            Image.fromarray(picture).save(path / f'{index}.png')
    return tmp_path


@pytest.mark.slow
def test_both_stages_train_and_validate(data):
    content = 'dataset.pipeline.4.contents.0'
    result = subprocess.run([
        sys.executable, '-W', 'ignore', ROOT / 'tools/train.py',
        ROOT / 'configs/vcnet_bsds_64.py', '--work-dir', 'run',
        '--cfg-options', f'train_dataloader.{content}.start=0',
        f'val_dataloader.{content}.stop=2', 'train_dataloader.batch_size=2',
        'train_dataloader.num_workers=0',
        'train_dataloader.persistent_workers=False',
        'val_dataloader.dataset.repeats=1',
        'model.mask_network.base_channels=4',
        'model.inpainting_network.base_channels=4',
        'model.inpainting_network.mask_feature_channels=8',
        'train_cfg.max_iters=2', 'train_cfg.val_interval=2',
        'custom_hooks.0.switch_iteration=1', 'custom_hooks.1.begin_iter=0',
        'default_hooks.logger.interval=1', 'log_processor.window_size=1'
    ],
                            cwd=data,
                            capture_output=True,
                            text=True)
    assert result.returncode == 0, result.stderr
    log, = data.glob('run/*/vis_data/scalars.json')
    first, second, *_ = map(json.loads, log.read_text().splitlines())
    assert 'loss_image' in first and 'loss_adversarial' not in first
    assert 'loss_image' in second and 'loss_adversarial' in second
    output = result.stdout + result.stderr
    assert 'Training goes on without ConsistencyLoss' in output
    assert 'IoU_corrupted' in output and 'PSNR' in output


def test_rate_falls_when_the_second_stage_begins():
    config = Config.fromfile(ROOT / 'configs/vcnet_places_256.py')
    switch = config.custom_hooks[0].switch_iteration
    assert config.param_scheduler.milestones == [switch]
    assert config.train_cfg.max_iters == 2 * switch


def test_mask_network_trains_at_the_same_rate_alone():
    whole, alone = (
        Config.fromfile(ROOT / f'configs/{name}_places_256.py')
        for name in ('vcnet', 'vcnet-mask'))
    assert alone.optim_wrapper.optimizer == (
        whole.optim_wrapper.generator.optimizer)
    assert alone.train_cfg.max_iters == whole.custom_hooks[0].switch_iteration
    assert alone.model.mask_network == whole.model.mask_network
