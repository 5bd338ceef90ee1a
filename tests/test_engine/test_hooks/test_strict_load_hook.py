"""Tests of refusing checkpoints that do not fit."""
import pytest
import torch
from toy_training import ToyModel, build_runner

from hcl_mmagic.engine.hooks.strict_load_hook import find_mismatch
from hcl_mmagic.errors import CheckpointError

WEIGHTS = dict(stem=torch.zeros(2, 3), head=torch.zeros(4))


def test_equal_weights_fit():
    assert find_mismatch(WEIGHTS, dict(reversed(WEIGHTS.items()))) is None


def test_prefix_of_a_wrapper_is_ignored():
    loaded = {f'module.{key}': value for key, value in WEIGHTS.items()}
    assert find_mismatch(WEIGHTS, loaded) is None


@pytest.mark.parametrize('loaded, message', [
    (dict(), 'stem is missing'),
    (dict(stem=torch.zeros(2, 3)), 'head is missing'),
    (dict(stem=torch.zeros(5, 3)), r'stem has the shape \(5, 3\).*\(2, 3\)'),
    (dict(**WEIGHTS, refiner=torch.zeros(1)), 'the model has no refiner'),
])
def test_first_difference_is_named(loaded, message):
    with pytest.raises(AssertionError, match=message):
        assert not find_mismatch(WEIGHTS, loaded)


@pytest.mark.parametrize('resume', [False, True])
def test_runner_refuses_a_checkpoint_of_another_config(tmp_path, resume):
    build_runner(tmp_path / 'narrow', max_iters=3).train()
    runner = build_runner(
        tmp_path / 'wide',
        model=ToyModel(width=8),
        load_from=str(tmp_path / 'narrow' / 'iter_3.pth'),
        resume=resume)
    before = runner.model.linear.weight.clone()
    with pytest.raises(CheckpointError, match='ToyModel: linear.weight has'):
        runner.train()
    assert torch.equal(runner.model.linear.weight, before)


def test_runner_loads_a_checkpoint_that_fits(tmp_path):
    runner = build_runner(tmp_path, max_iters=3)
    runner.train()
    loading = build_runner(tmp_path / 'other', model=ToyModel())
    loading.load_checkpoint(str(tmp_path / 'iter_3.pth'))
    assert torch.equal(loading.model.linear.weight, runner.model.linear.weight)
