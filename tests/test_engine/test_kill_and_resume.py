"""A training killed at any moment and resumed equals an unbroken one."""
import json
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
import torch

from hcl_mmagic.datasets.samplers import SeededInfiniteSampler

NUM_ITERATIONS, BATCH_SIZE, PREFETCHED_BATCHES = 12, 2, 4
# Checkpoints follow iterations 3, 6, 9 and 12; each takes its name (an odd
# replacement) before last_checkpoint does (an even one).
KILLS = {
    'first iteration': ['iteration', 0],
    'iteration after a checkpoint': ['iteration', 6],
    'late iteration': ['iteration', 10],
    'first checkpoint half written': ['write', 1, '.pth'],
    'later checkpoint half written': ['write', 3, '.pth'],
    'checkpoint not yet named': ['replace', 5, False],
    'checkpoint not yet pointed to': ['replace', 5, True],
    'first pointer half written': ['write', 1, 'last_checkpoint'],
    'later pointer half written': ['write', 3, 'last_checkpoint'],
    'old checkpoint not yet deleted': ['replace', 6, True],
}
RESUMED_ITERATION = {
    'first iteration': 0,
    'iteration after a checkpoint': 6,
    'late iteration': 9,
    'first checkpoint half written': 0,
    'later checkpoint half written': 6,
    'checkpoint not yet named': 6,
    'checkpoint not yet pointed to': 6,
    'first pointer half written': 0,
    'later pointer half written': 6,
    'old checkpoint not yet deleted': 9,
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, 'fork'), reason='needs os.fork')
]


def plan_runs(folder: Path, num_workers: int) -> list:
    """An unbroken run, and killed and resumed ones, a folder for each."""
    options = dict(num_workers=num_workers)
    plans = [dict(work_dir=str(folder / 'unbroken'), **options)]
    for name, kill in KILLS.items():
        work_dir = str(folder / name)
        plans.append(dict(work_dir=work_dir, kill=kill, **options))
        plans.append(dict(work_dir=work_dir, **options))
    work_dir = str(folder / 'killed four times')
    for iteration in (1, 4, 8, 8):
        kill = ['iteration', iteration]
        plans.append(dict(work_dir=work_dir, kill=kill, **options))
    plans.append(dict(work_dir=work_dir, **options))
    return plans


@pytest.fixture(scope='module')
def all_runs(tmp_path_factory) -> Path:
    """Folder of all runs, by number of workers."""
    folder = tmp_path_factory.mktemp('runs')
    plans = [*plan_runs(folder / '0', 0), *plan_runs(folder / '2', 2)]
    script = Path(__file__).with_name('toy_training.py')
    subprocess.run(
        [sys.executable, '-W', 'ignore',
         str(script),
         json.dumps(plans)],
        env=dict(os.environ, OMP_NUM_THREADS='1'),
        check=True)
    return folder


@pytest.fixture(params=['0', '2'], ids=['main_process', 'two_workers'])
def runs(request, all_runs) -> Path:
    """Folder of all runs with one number of workers."""
    return all_runs / request.param


def read_losses(work_dir: Path) -> dict:
    """All recorded losses of each iteration, as exact text."""
    losses = {}
    for line in (work_dir / 'losses.txt').read_text().splitlines():
        iteration, loss = line.split()
        losses.setdefault(int(iteration), set()).add(loss)
    return losses


def read_accesses(work_dir: Path) -> tuple:
    """How each run ended and the (index, seed, process) it loaded."""
    endings, runs = [], [[]]
    for line in (work_dir / 'accesses.txt').read_text().splitlines():
        if len(line.split()) == 1:
            endings.append(line)
            runs.append([])
        else:
            runs[-1].append(tuple(line.split()))
    return endings, runs[:-1]


@pytest.mark.parametrize('name', [*KILLS, 'killed four times'])
def test_losses_and_weights_equal_the_unbroken_run(runs, name):
    endings, _ = read_accesses(runs / name)
    assert set(endings[:-1]) == {'killed'} and endings[-1] == '0'
    unbroken = read_losses(runs / 'unbroken')
    assert sorted(unbroken) == list(range(NUM_ITERATIONS))
    assert read_losses(runs / name) == unbroken
    expected = torch.load(runs / 'unbroken' / 'final.pth')
    for key, weight in torch.load(runs / name / 'final.pth').items():
        assert torch.equal(weight, expected[key])


@pytest.mark.parametrize('name', KILLS)
def test_resumed_run_loads_nothing_twice_or_too_early(runs, name):
    accesses = read_accesses(runs / name)[1][1]
    sampler = SeededInfiniteSampler(dataset=range(7), seed=3)
    last = (NUM_ITERATIONS + PREFETCHED_BATCHES) * BATCH_SIZE
    first = RESUMED_ITERATION[name] * BATCH_SIZE
    allowed = [(str(int(index)), str(index.seed))
               for index in islice(sampler, first, last)]
    needed = allowed[:NUM_ITERATIONS * BATCH_SIZE - first]
    loaded = [access[:2] for access in accesses]
    assert len(loaded) == len(set(loaded))
    assert set(needed) <= set(loaded) <= set(allowed)
    assert len({process for *_, process in accesses}) <= 2


@pytest.mark.parametrize('name', [*KILLS, 'killed four times'])
def test_resumed_run_leaves_a_tidy_folder(runs, name):
    names = {path.name for path in (runs / name).glob('*.pth*')}
    assert names == {'iter_9.pth', 'iter_12.pth', 'final.pth'}
    assert not list((runs / name).glob('.*.incomplete'))
