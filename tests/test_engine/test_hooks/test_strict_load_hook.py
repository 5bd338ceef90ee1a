"""Tests of refusing checkpoints that do not fit."""
import pytest
import torch
from toy_training import ToyModel, build_runner

from hcl_mmagic.errors import CheckpointError


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
