"""Tests of stopping at a loss that is not finite."""
from types import SimpleNamespace

import pytest
import torch
from toy_training import ToyModel, build_runner

from hcl_mmagic.engine.hooks.non_finite_loss_hook import NonFiniteLossHook
from hcl_mmagic.errors import HCLError

RUNNER = SimpleNamespace(iter=6)


@pytest.mark.parametrize('value', [float('nan'), float('inf')])
def test_loss_and_iteration_are_named(value):
    outputs = dict(loss=torch.tensor(1.), loss_pixel=torch.tensor(value))
    with pytest.raises(
            HCLError, match=f'loss_pixel is {value} at iteration 7'):
        NonFiniteLossHook().after_train_iter(RUNNER, 6, outputs=outputs)


def test_finite_losses_and_other_scalars_pass():
    outputs = dict(loss=torch.tensor(1.), accuracy=torch.tensor(float('nan')))
    NonFiniteLossHook().after_train_iter(RUNNER, 6, outputs=outputs)
    NonFiniteLossHook().after_train_iter(RUNNER, 6, outputs=None)


def test_no_checkpoint_of_the_broken_iteration(tmp_path):
    model = ToyModel()
    torch.nn.init.constant_(model.linear.weight, float('nan'))
    runner = build_runner(tmp_path, model=model, checkpoint=dict(interval=1))
    with pytest.raises(HCLError, match='loss is nan at iteration 1'):
        runner.train()
    assert not list(tmp_path.glob('*.pth'))
