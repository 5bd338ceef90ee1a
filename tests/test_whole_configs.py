"""Every config trains, validates and tests, on the data that it names.

Everything is what tools/train.py and tools/test.py make of the config: loops,
samplers, data sets and their transforms, evaluators, hooks, optimizers. Only
the network is hollow, for a full one takes seconds: it has shapes, but no
numbers, is not trained, and predicts the truth.
"""
import gc
from pathlib import Path
from typing import Any, Dict, List

import pytest
import torch
from mmagic.structures import DataSample
from mmengine.config import Config
from mmengine.optim import OptimWrapperDict
from mmengine.runner import Runner
from small_data_sets import write_small_data_sets
from tiny_diffusion import write_tiny_diffusion
from torch import nn

from hcl_mmagic.datasets.photograph_dataset import PhotographDataset
from hcl_mmagic.engine.launch import MetricsRecorder, running
from hcl_mmagic.engine.options import load_config
from hcl_mmagic.engine.runner import ResumableIterBasedTrainLoop

CONFIGS = sorted((Path(__file__).parents[1] / 'configs').glob('*.py'))
BUILD_MODEL = Runner.build_model


@pytest.fixture(scope='module')
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_small_data_sets(tmp_path_factory.mktemp('data_sets'))
    write_tiny_diffusion(folder / 'data/stable-diffusion-inpainting')
    return folder


def _build_hollow(runner: Runner, config: Dict[str, Any]) -> nn.Module:
    # A vision transformer of mmsegmentation reads numbers while it is built,
    # Stable Diffusion its weights.
    reads = any(
        name in str(config)
        for name in ('VisionTransformer', 'StableDiffusion'))
    with torch.device('cpu' if reads else 'meta'):
        model = BUILD_MODEL(runner, config)
    model.val_step = model.test_step = _predict_truth
    return model


def _predict_truth(batch: Dict[str, List[Any]]) -> List[DataSample]:
    for damaged, sample in zip(batch['inputs'], batch['data_samples']):
        sample.input = damaged
        sample.output = DataSample(
            pred_img=sample.gt_img,
            pred_mask=sample.mask,
            mask_prob=sample.mask,
            stage_mask_prob=sample.mask)
    return batch['data_samples']


def _train_hollow(loop: ResumableIterBasedTrainLoop) -> None:
    """What comes before the first iteration, its batch, and a validation."""
    loop.runner.call_hook('before_train')
    batch = next(iter(loop.dataloader))
    assert batch['inputs'][0].shape == batch['data_samples'][0].gt_img.shape
    loop.runner.val_loop.run()


@pytest.fixture
def hollow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks without numbers, data sets of one photograph."""
    monkeypatch.setattr(Runner, 'build_model', _build_hollow)
    monkeypatch.setattr(Runner, 'wrap_model', lambda runner, _, model: model)
    for method in ('_init_model_weights', 'save_checkpoint'):
        monkeypatch.setattr(Runner, method, lambda *_, **options: None)
    monkeypatch.setattr(ResumableIterBasedTrainLoop, 'run', _train_hollow)
    monkeypatch.setattr(PhotographDataset, '__len__', lambda dataset: 1)
    # These take longer than everything else: each data set collects, each
    # runner formats its config, spectral norms iterate.
    monkeypatch.setattr(gc, 'collect', lambda: None)
    monkeypatch.setattr(Config, 'pretty_text', property(str))
    monkeypatch.setattr(
        'torch.nn.utils.parametrizations._SpectralNorm._power_method',
        lambda *_: None)


def _simplify(config: Config) -> None:
    """No processes, and no fused kernels, which want numbers."""
    for split in ('train', 'val', 'test'):
        loaders = config[f'{split}_dataloader']
        for loader in loaders if isinstance(loaders, list) else [loaders]:
            if loader is None:  # it is not trained
                continue
            loader.update(num_workers=0, persistent_workers=False)
            loader.pop('prefetch_factor', None)
    optim_wrapper: Any = config.optim_wrapper or {}
    for part in [optim_wrapper, *optim_wrapper.values()]:
        if isinstance(part, dict) and 'optimizer' in part:
            part['optimizer'].pop('fused', None)


def _left_out(runner: Runner) -> List[str]:
    """Weights to train that no optimizer has: MMagic passes over the names of
    modules that are not there."""
    optimizers = runner.optim_wrapper
    if optimizers is None:
        return []
    several = isinstance(optimizers, OptimWrapperDict)
    trained = {
        id(parameter)
        for optimizer in (optimizers.values() if several else [optimizers])
        for group in optimizer.param_groups
        for parameter in group['params']
    }
    return [
        name for name, parameter in runner.model.named_parameters()
        if parameter.requires_grad and id(parameter) not in trained
    ]


@pytest.mark.parametrize('path', CONFIGS, ids=lambda path: path.stem)
def test_a_config_trains_validates_and_tests(
        path: Path, data: Path, tmp_path: Path, hollow: None,
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(data)
    config = load_config(str(path), [], str(tmp_path))
    config.load_from = None  # weights of another run
    _simplify(config)
    recorder = MetricsRecorder()
    with running(config) as runner:
        runner.register_hook(recorder)
        if config.train_cfg:
            runner.train()
        runner.test()
    assert recorder.metrics
    assert not _left_out(runner)
