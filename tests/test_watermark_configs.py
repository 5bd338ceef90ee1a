"""Configs of networks that remove watermarks: each trains for two iterations
and is tested once, small, on packaged photographs."""
from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config
from mmengine.runner import Runner
from test_restoration_configs import small_loader

from hcl_mmagic.engine.launch import MetricsRecorder

CONFIGS = Path(__file__).parents[1] / 'configs'
unet = dict(widths=(8, 16, 32), num_blocks=1, num_shared=1)
dilated = dict(channels=8, hypercolumns=False)
TINY_NETWORKS = dict(
    zip(('bvmr', 'split-then-refine', 'bs2am', 'dhan', 'sirf'),
        (unet, unet, dict(base_channels=4, num_levels=5), dilated, dilated)))


def small_config(name, work_dir):
    cfg = Config.fromfile(CONFIGS / f'{name}_logo30k_256.py')
    model = dict(network=TINY_NETWORKS[name])
    if 'discriminator' in cfg.model:
        model.update(discriminator=dict(base_channels=4))
    cfg.merge_from_dict(
        dict(
            work_dir=str(work_dir),
            model=model,
            train_dataloader=dict(batch_size=2),
            train_cfg=dict(max_iters=2, val_interval=2),
            default_hooks=dict(
                logger=dict(interval=1),
                checkpoint=dict(interval=2),
                sample_panel=dict(test_file='panel.png'))))
    small_loader(cfg.train_dataloader, 'train', (32, 32))
    # No network divides these sides without padding.
    for loader in (cfg.val_dataloader, cfg.test_dataloader):
        small_loader(loader, 'test', (33, 39))
    return cfg


@pytest.mark.slow
@pytest.mark.parametrize('name', TINY_NETWORKS)
def test_a_shrunk_config_trains_and_is_tested(name, tmp_path, monkeypatch):
    monkeypatch.setenv('TORCH_HOME', str(tmp_path))  # has no VGG
    runner = Runner.from_cfg(small_config(name, tmp_path))
    runner.train()
    recorder = MetricsRecorder()
    runner.register_hook(recorder)
    runner.test()
    metrics = recorder.metrics
    assert np.isfinite([metrics['PSNR_inside'], metrics['SSIM_outside']]).all()
    assert ('IoU_corrupted' in metrics) == (name != 'sirf')
    assert (tmp_path / 'panel.png').is_file()
