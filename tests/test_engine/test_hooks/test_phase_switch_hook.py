"""Tests of the hook that changes what guides the restoration."""
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
import torch
from mmengine.hooks import Hook
from mmengine.optim import OptimWrapper, OptimWrapperDict

from hcl_mmagic.engine.hooks import PhaseSwitchHook
from hcl_mmagic.errors import ConfigError


def go_to(runner: SimpleNamespace, hook: Hook, iteration: int) -> None:
    runner.iter = iteration
    hook.before_train_iter(runner, batch_idx=iteration)


def adam_with_state() -> OptimWrapper:
    weight = torch.nn.Parameter(torch.ones(2))
    wrapper = OptimWrapper(torch.optim.Adam([weight], lr=0.1))
    wrapper.update_params(weight.square().sum())
    return wrapper


def phase_runner(optim_wrapper: object = None) -> SimpleNamespace:
    return SimpleNamespace(
        iter=0,
        model=SimpleNamespace(mask_source='unset'),
        optim_wrapper=optim_wrapper or adam_with_state(),
        logger=MagicMock())


def test_true_mask_before_and_predicted_mask_from_the_switch_on():
    runner, hook = phase_runner(), PhaseSwitchHook(switch_iteration=2)
    sources = []
    for iteration in range(4):
        go_to(runner, hook, iteration)
        sources.append(runner.model.mask_source)
    assert sources == ['true', 'true', 'predicted', 'predicted']


def test_optimizer_state_is_cleared_at_the_switch_only():
    runner, hook = phase_runner(), PhaseSwitchHook(switch_iteration=2)
    go_to(runner, hook, 1)
    assert runner.optim_wrapper.optimizer.state
    go_to(runner, hook, 2)
    assert not runner.optim_wrapper.optimizer.state


def test_state_survives_a_resume_after_the_switch():
    runner, hook = phase_runner(), PhaseSwitchHook(switch_iteration=2)
    go_to(runner, hook, 3)
    assert runner.model.mask_source == 'predicted'
    assert runner.optim_wrapper.optimizer.state


def test_state_is_kept_on_request():
    hook = PhaseSwitchHook(switch_iteration=2, reset_optimizer=False)
    runner = phase_runner()
    go_to(runner, hook, 2)
    assert runner.optim_wrapper.optimizer.state


def test_every_optimizer_of_a_dict_is_cleared():
    wrappers = OptimWrapperDict(
        generator=adam_with_state(), discriminator=adam_with_state())
    runner = phase_runner(wrappers)
    go_to(runner, PhaseSwitchHook(switch_iteration=2), 2)
    assert not any(wrapper.optimizer.state for wrapper in wrappers.values())


def test_the_model_inside_a_wrapper_is_switched():
    runner = phase_runner()
    model = torch.nn.Identity()
    model.mask_source = 'unset'
    runner.model = torch.nn.DataParallel(model)
    go_to(runner, PhaseSwitchHook(switch_iteration=2), 0)
    assert model.mask_source == 'true'


def test_one_line_is_logged_at_the_switch():
    runner, hook = phase_runner(), PhaseSwitchHook(switch_iteration=2)
    for iteration in range(5):
        go_to(runner, hook, iteration)
    (line, ), _ = runner.logger.info.call_args
    assert runner.logger.info.call_count == 1
    assert 'Phase 2 begins at iteration 2' in line


def test_model_without_phases_is_refused():
    runner = SimpleNamespace(model=torch.nn.Identity())
    with pytest.raises(ConfigError, match='mask_source.*Identity'):
        PhaseSwitchHook().before_train(runner)


def test_model_without_a_detector_is_refused():
    runner = phase_runner()
    runner.model.detector = None
    with pytest.raises(ConfigError, match='a detector.*Remove the hook'):
        PhaseSwitchHook().before_train(runner)
