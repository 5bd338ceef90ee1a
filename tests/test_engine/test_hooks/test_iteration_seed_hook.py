"""Tests of seeding each training iteration."""
import random
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from hcl_mmagic.engine.hooks import iteration_seed_hook
from hcl_mmagic.engine.hooks.iteration_seed_hook import IterationSeedHook


def draw(seed: int, iteration: int) -> tuple:
    runner = SimpleNamespace(seed=seed, iter=iteration)
    IterationSeedHook().before_train_iter(runner, batch_idx=iteration)
    return random.random(), np.random.rand(), torch.rand(()).item()


def test_same_iteration_same_numbers_whatever_came_before():
    first = draw(3, 8)
    draw(3, 9)
    assert draw(3, 8) == first


@pytest.mark.parametrize('other', [(3, 9), (4, 8)])
def test_other_iteration_or_seed_other_numbers(other):
    assert not set(draw(3, 8)) & set(draw(*other))


def test_other_rank_other_numbers(monkeypatch):
    first = draw(3, 8)
    monkeypatch.setattr(iteration_seed_hook, 'get_rank', lambda: 1)
    assert not set(draw(3, 8)) & set(first)
