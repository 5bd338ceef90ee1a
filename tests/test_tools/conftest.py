"""A toy adversarial model in a config, and a way to run the tools on it."""
import runpy
import sys
from pathlib import Path
from typing import Callable

import pytest
from tiny_restorer import TINY_CONFIG

TOOLS = Path(__file__).resolve().parents[2] / 'tools'
CONFIG = """
default_scope = 'mmagic'
custom_imports = dict(
    imports=['hcl_mmagic', 'toy_gan'], allow_failed_imports=False)
model = dict(type='ToyGAN')
model_wrapper_cfg = dict(type='MMSeparateDistributedDataParallel')
train_dataloader = dict(
    batch_size=2,
    num_workers=0,
    dataset=dict(type='ToyDataset', length=16),
    sampler=dict(type='InfiniteSampler', shuffle=True))
train_cfg = dict(type='IterBasedTrainLoop', max_iters=3)
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper', optimizer=dict(type='Adam', lr=1e-2)),
    discriminator=dict(
        type='OptimWrapper', optimizer=dict(type='Adam', lr=2e-2)))
test_dataloader = dict(
    batch_size=2,
    num_workers=0,
    dataset=dict(type='ToyDataset', length=7),
    sampler=dict(type='DefaultSampler', shuffle=False))
test_evaluator = dict(type='ToyMetric')
test_cfg = dict(type='TestLoop')
default_hooks = dict(
    checkpoint=dict(type='CheckpointHook', by_epoch=False, interval=3),
    logger=dict(type='LoggerHook', interval=1))
log_processor = dict(by_epoch=False)
auto_scale_lr = dict(enable=False, base_batch_size=8)
randomness = dict(seed=0)
custom_hooks = [dict(type='SaveEachRank')]
"""


@pytest.fixture
def tiny_config(tmp_path: Path) -> Path:
    """Config file of a whole HCLRestorer of a few channels."""
    path = tmp_path / 'tiny.py'
    path.write_text(TINY_CONFIG)
    return path


@pytest.fixture
def toy_config(tmp_path: Path) -> Path:
    """Config file of a model that trains in a moment."""
    path = tmp_path / 'toy.py'
    path.write_text(CONFIG)
    return path


@pytest.fixture
def run_tool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable:
    """Runs a tool in this process, in an empty current folder."""

    def run(name: str, *arguments: object) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, 'argv', [name, *map(str, arguments)])
        runpy.run_path(str(TOOLS / name), run_name='__main__')

    return run
