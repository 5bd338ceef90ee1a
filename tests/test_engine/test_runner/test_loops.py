"""Tests of the loop that starts its data late."""
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
import torch
from mmagic.registry import LOOPS
from mmengine.logging import MessageHub
from mmengine.runner import IterBasedTrainLoop
from torch.utils.data import DataLoader
from toy_training import BATCH_SIZE, build_runner

from hcl_mmagic.datasets.samplers import SeededInfiniteSampler
from hcl_mmagic.engine.runner.loops import ResumableIterBasedTrainLoop


def read_accesses(work_dir: Path) -> list:
    """(index, seed) of every sample that was loaded."""
    path = work_dir / 'accesses.txt'
    if not path.exists():
        return []
    return [line.split()[:2] for line in path.read_text().splitlines()]


def expected_accesses(seed: int, start: int, stop: int) -> list:
    sampler = SeededInfiniteSampler(dataset=range(7), seed=seed)
    draws = islice(sampler, start * BATCH_SIZE, stop * BATCH_SIZE)
    return [[str(int(index)), str(index.seed)] for index in draws]


def test_nothing_is_loaded_before_training_starts(tmp_path):
    runner = build_runner(tmp_path, num_workers=2)
    assert isinstance(runner.train_loop, ResumableIterBasedTrainLoop)
    assert read_accesses(tmp_path) == []


def test_resumed_run_loads_only_what_it_needs(tmp_path):
    build_runner(tmp_path, max_iters=6).train()
    (tmp_path / 'accesses.txt').unlink()
    build_runner(tmp_path, resume=True).train()
    assert read_accesses(tmp_path) == expected_accesses(3, 6, 12)


def test_finished_run_loads_nothing_when_resumed(tmp_path):
    build_runner(tmp_path, max_iters=6).train()
    (tmp_path / 'accesses.txt').unlink()
    build_runner(tmp_path, max_iters=6, resume=True).train()
    assert read_accesses(tmp_path) == []


def test_run_with_a_drawn_seed_goes_on_with_its_order(tmp_path):
    runner = build_runner(tmp_path, max_iters=6, seed=None)
    runner.train()
    build_runner(tmp_path, seed=None, resume=True).train()
    assert read_accesses(tmp_path) == expected_accesses(runner.seed, 0, 12)


def test_other_samplers_are_replayed_with_a_warning(tmp_path, capsys):
    options = dict(sampler='InfiniteSampler')
    build_runner(tmp_path / 'unbroken', **options).train()
    build_runner(tmp_path / 'broken', max_iters=6, **options).train()
    (tmp_path / 'broken' / 'accesses.txt').unlink()
    build_runner(tmp_path / 'broken', resume=True, **options).train()
    assert 'InfiniteSampler cannot start at iteration 6' in (
        capsys.readouterr().out)
    assert read_accesses(tmp_path / 'broken') == read_accesses(tmp_path /
                                                               'unbroken')


def validations(loop_type: type, **options) -> list:
    """Iterations after which a loop of 12 iterations validates."""
    loader = DataLoader(
        list(range(6)), sampler=SeededInfiniteSampler(dataset=range(6)))
    iterations = []
    runner = MagicMock(message_hub=MessageHub('validations'))
    loop = loop_type(runner, loader, max_iters=12, **options)
    runner.val_loop = SimpleNamespace(run=lambda: iterations.append(loop.iter))
    loop.run()
    return iterations


@pytest.mark.parametrize('options', [
    dict(val_interval=5),
    dict(val_interval=3, val_begin=5),
    dict(val_interval=1000),
    dict(val_interval=4, dynamic_intervals=[(8, 1)]),
])
def test_validation_comes_when_mmengine_validates(options):
    assert validations(ResumableIterBasedTrainLoop, **options) == validations(
        IterBasedTrainLoop, **options) != []


def test_unknown_argument_names_class_and_argument():
    with pytest.raises(
            TypeError, match='ResumableIterBasedTrainLoop.*max_iter'):
        LOOPS.build(
            dict(
                type='ResumableIterBasedTrainLoop',
                runner=MagicMock(),
                dataloader=DataLoader([torch.zeros(1)]),
                max_iter=5))
