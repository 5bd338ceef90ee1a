"""Tests of the switch from detection to restoration."""
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
import torch
from mmengine.hooks import EMAHook

from hcl_mmagic.engine.hooks.task_switch_hook import TaskSwitchHook
from hcl_mmagic.errors import ConfigError


def build_runner(**parts: object) -> SimpleNamespace:
    model = torch.nn.Module()
    for name in ('encoder', 'detector', 'decoder'):
        setattr(model, name, torch.nn.BatchNorm2d(2))
    model.trained_task = 'both'
    for name, part in parts.items():
        setattr(model, name, part)
    return SimpleNamespace(iter=0, model=model, hooks=[], logger=MagicMock())


def go_to(runner: SimpleNamespace, hook: TaskSwitchHook,
          iteration: int) -> None:
    runner.iter = iteration
    runner.model.train()
    hook.before_train_iter(runner, batch_idx=iteration)


def averaging(runner: SimpleNamespace) -> EMAHook:
    """An EMAHook whose averages are 7."""
    hook = EMAHook()
    hook.before_run(SimpleNamespace(model=runner.model))
    for average in hook.ema_model.module.state_dict().values():
        average.fill_(7)
    return hook


def test_detection_before_and_restoration_from_the_switch_on():
    runner, hook = build_runner(), TaskSwitchHook(switch_iteration=2)
    hook.before_train(runner)
    tasks = []
    for iteration in range(4):
        go_to(runner, hook, iteration)
        tasks.append(runner.model.trained_task)
    assert tasks == ['detection'] * 2 + ['restoration'] * 2


def test_statistics_of_encoder_and_detector_stop_at_the_switch():
    runner, hook = build_runner(), TaskSwitchHook(switch_iteration=2)
    for iteration, training in ((1, True), (2, False), (3, False)):
        go_to(runner, hook, iteration)
        assert runner.model.encoder.training == training
        assert runner.model.detector.training == training
        assert runner.model.decoder.training


def test_the_averages_are_taken_at_the_switch_only():
    runner, hook = build_runner(), TaskSwitchHook(switch_iteration=2)
    runner.hooks = [averaging(runner)]
    go_to(runner, hook, 1)
    assert (runner.model.encoder.weight == 1).all()
    go_to(runner, hook, 2)
    assert (runner.model.encoder.weight == 7).all()
    runner.model.encoder.weight.data.fill_(3)
    go_to(runner, hook, 3)  # as after a resume
    assert (runner.model.encoder.weight == 3).all()


@pytest.mark.parametrize('part', ['detector', 'decoder', 'trained_task'])
def test_a_model_without_two_tasks_is_refused(part):
    runner = build_runner(**{part: None})
    with pytest.raises(ConfigError, match='a detector and a decoder'):
        TaskSwitchHook(switch_iteration=2).before_train(runner)
