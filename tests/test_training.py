"""HCL in MMagic's runner: training, resuming, processes, mixed precision.

Everything runs through the command line tools, on a model of a few channels
and on photographs that come with the installed packages.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_restorer import TINY_CONFIG

ROOT = Path(__file__).parents[1]
# 14 test samples in batches of 3: the last batch is not full.
CONFIG = TINY_CONFIG + """
custom_imports = dict(
    imports=['hcl_mmagic', 'extra_hooks'], allow_failed_imports=False)
train_dataloader = dict(
    batch_size=2, num_workers=0, persistent_workers=False)
test_dataloader = dict(batch_size=3, dataset=dict(repeats=7))
train_cfg = dict(max_iters=4, val_interval=100)
default_hooks = dict(
    logger=dict(interval=1), checkpoint=dict(interval=2, max_keep_ckpts=-1))
custom_hooks = [
    dict(type='PhaseSwitchHook', switch_iteration=3),
    dict(type='EMAHook', momentum=0.1),
    dict(type='SaveEachRank'),
    dict(type='KillHook')
]
"""
EXTRA_HOOKS = """
import os
import signal

import torch
from mmagic.registry import HOOKS
from mmengine.hooks import Hook

@HOOKS.register_module()
class SaveEachRank(Hook):
    def after_train(self, runner):
        torch.save(runner.model.state_dict(), f'rank_{runner.rank}.pt')

@HOOKS.register_module()
class KillHook(Hook):
    def before_train_iter(self, runner, batch_idx, data_batch=None):
        if os.environ.get('KILL_BEFORE') == str(runner.iter + 1):
            os.kill(os.getpid(), signal.SIGKILL)
"""


def write_config(folder):
    (folder / 'extra_hooks.py').write_text(EXTRA_HOOKS)
    path = folder / 'tiny.py'
    path.write_text(CONFIG)
    return path


@pytest.fixture
def config(tmp_path):
    return write_config(tmp_path)


@pytest.fixture(scope='module')
def trained_config(tmp_path_factory):
    """A config that has been trained, unbroken, into the folder 'whole'."""
    config = write_config(tmp_path_factory.mktemp('trained'))
    tool('train.py', config, '--work-dir', 'whole', folder=config.parent)
    return config


def run(*command, folder):
    result = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={
            **os.environ, 'PYTHONPATH': str(folder),
            'CUDA_VISIBLE_DEVICES': '',
            'OMP_NUM_THREADS': '1',
            'PYTHONWARNINGS': 'ignore'
        },
        capture_output=True,
        text=True)
    assert result.returncode == 0, (
        f'returned {result.returncode}\n{result.stderr}')
    return result


def tool(name, *arguments, folder):
    return run(
        sys.executable, ROOT / 'tools' / name, *arguments, folder=folder)


def logged_losses(folder):
    """Loss of each iteration, the latest one where a run was resumed."""
    entries = [
        json.loads(line)
        for path in sorted(folder.rglob('vis_data/scalars.json'))
        for line in path.read_text().splitlines()
    ]
    return {
        entry['step']: entry['loss']
        for entry in entries if 'loss' in entry
    }


@pytest.mark.slow
def test_a_killed_and_resumed_run_equals_an_unbroken_one(
        trained_config, monkeypatch):
    """Killed after a checkpoint, the switch of phases and one more step."""
    config, folder = trained_config, trained_config.parent
    monkeypatch.setenv('KILL_BEFORE', '4')
    with pytest.raises(AssertionError, match='returned -9'):
        tool('train.py', config, '--work-dir', 'part', folder=folder)
    assert not (folder / 'part/iter_4.pth').exists()
    monkeypatch.delenv('KILL_BEFORE')
    tool('train.py', config, '--work-dir', 'part', '--resume', folder=folder)
    assert logged_losses(folder / 'part') == logged_losses(folder / 'whole')
    whole, part = (
        torch.load(folder / name / 'iter_4.pth', weights_only=True)
        for name in ('whole', 'part'))
    for name, weight in whole['state_dict'].items():
        assert torch.equal(part['state_dict'][name], weight), name


@pytest.mark.slow
def test_two_processes_train_one_model_and_score_as_one_does(
        config, unused_port, monkeypatch):
    folder = config.parent
    monkeypatch.setenv('PORT', unused_port)
    config = folder / 'two.py'
    config.write_text("""
_base_ = 'tiny.py'
custom_hooks = [
    dict(type='PhaseSwitchHook', switch_iteration=3),
    dict(type='SaveEachRank')
]
""")
    run('bash', ROOT / 'tools/dist_train.sh', config, 2, folder=folder)
    first, second = (
        torch.load(folder / f'rank_{rank}.pt', weights_only=True)
        for rank in (0, 1))
    assert any('discriminator' in name for name in first)
    for name, weight in first.items():
        torch.testing.assert_close(second[name], weight, rtol=0, atol=0)
    checkpoint = folder / 'work_dirs/two/iter_4.pth'
    run('bash',
        ROOT / 'tools/dist_test.sh',
        config,
        checkpoint,
        2,
        '--out',
        'two.json',
        folder=folder)
    tool('test.py', config, checkpoint, '--out', 'one.json', folder=folder)
    two, one = (
        json.loads((folder / name).read_text())
        for name in ('two.json', 'one.json'))
    assert {'IoU_corrupted', 'PSNR', 'PSNR_input'} <= set(one)
    # What cannot be computed, such as a bin without pictures, is null.
    assert set(two) == set(one)
    assert _numbers(two) == pytest.approx(_numbers(one), rel=1e-5)


@pytest.mark.slow
def test_mixed_precision_and_accumulation_train(config):
    folder = config.parent
    result = tool(
        'train.py',
        config,
        '--amp',
        '--auto-scale-lr',
        '--cfg-options',
        'optim_wrapper.generator.accumulative_counts=2',
        'optim_wrapper.refiner.accumulative_counts=2',
        'optim_wrapper.discriminator.accumulative_counts=2',
        folder=folder)
    # The base batch of the config is 8, the batch is 2.
    assert 'Scaling the original LR by 0.25' in result.stdout + result.stderr
    losses = logged_losses(folder / 'work_dirs')
    assert len(losses) == 4 and np.isfinite(list(losses.values())).all()


@pytest.mark.slow
def test_a_test_leaves_metrics_and_a_panel(trained_config):
    folder = trained_config.parent
    tool(
        'test.py',
        trained_config,
        'whole/iter_4.pth',
        '--out',
        'm.json',
        folder=folder)
    metrics = json.loads((folder / 'm.json').read_text())
    assert {
        'IoU_corrupted', 'IoU_intact_s2', 'OrientationAccuracy', 'PSNR',
        'PSNR_inside', 'PSNR_inside_mean_fill', 'SSIM', 'MAE'
    } <= set(metrics)
    panel = Image.open(folder / 'work_dirs/tiny/panel.png')
    assert panel.width > 6 * 64 and panel.height > 6 * 64


def _numbers(metrics):
    return {
        name: number
        for name, number in metrics.items() if number is not None
    }
