"""Tests of the seeded sampler: draws depend on their number alone."""
from itertools import islice

import pytest
import torch
from mmagic.registry import DATA_SAMPLERS
from mmengine.runner import Runner
from torch.utils.data import DataLoader, Dataset

from hcl_mmagic.datasets import samplers
from hcl_mmagic.datasets.samplers import SeededInfiniteSampler


class EchoDataset(Dataset):
    """Returns the index and the seed it is asked for."""

    def __len__(self) -> int:
        return 5

    def __getitem__(self, index: int) -> tuple:
        return int(index), index.seed


def take(sampler: SeededInfiniteSampler, number: int) -> list:
    return [(int(index), index.seed) for index in islice(sampler, number)]


def of_rank(monkeypatch: pytest.MonkeyPatch, rank: int,
            world_size: int) -> SeededInfiniteSampler:
    monkeypatch.setattr(samplers, 'get_dist_info', lambda: (rank, world_size))
    return SeededInfiniteSampler(dataset=range(10), seed=3)


def test_every_pass_is_another_permutation():
    sampler = SeededInfiniteSampler(dataset=range(10), seed=3)
    indices = [index for index, _ in take(sampler, 30)]
    passes = [indices[:10], indices[10:20], indices[20:]]
    assert all(sorted(one) == list(range(10)) for one in passes)
    assert passes[0] != passes[1] != passes[2]


def test_without_shuffle_every_pass_keeps_the_order():
    sampler = SeededInfiniteSampler(dataset=range(4), seed=3, shuffle=False)
    assert [index
            for index, _ in take(sampler, 9)] == [0, 1, 2, 3, 0, 1, 2, 3, 0]


def test_every_draw_has_a_seed_of_its_own():
    sampler = SeededInfiniteSampler(dataset=range(10), seed=3)
    assert len({seed for _, seed in take(sampler, 1000)}) == 1000


def test_same_seed_same_draws_and_other_seed_other_draws():
    first = SeededInfiniteSampler(dataset=range(10), seed=3)
    same = SeededInfiniteSampler(dataset=range(10), seed=3)
    other = SeededInfiniteSampler(dataset=range(10), seed=4)
    assert take(first, 20) == take(same, 20)
    assert not set(take(first, 20)) & set(take(other, 20))


def test_ranks_share_out_the_draws_of_a_single_process(monkeypatch):
    single = take(of_rank(monkeypatch, 0, 1), 24)
    ranks = [take(of_rank(monkeypatch, rank, 3), 8) for rank in range(3)]
    assert [draw for draws in zip(*ranks) for draw in draws] == single


@pytest.mark.parametrize('rank', [0, 1])
def test_late_start_equals_skipping(monkeypatch, rank):
    sampler = of_rank(monkeypatch, rank, 2)
    expected = take(sampler, 7 * 4 + 6)[7 * 4:]
    sampler.start_iteration(7, batch_size=4)
    assert take(sampler, 6) == expected


def test_workers_do_not_change_the_draws():

    def batches(num_workers: int) -> list:
        loader = DataLoader(
            EchoDataset(),
            batch_size=2,
            sampler=SeededInfiniteSampler(dataset=EchoDataset(), seed=3),
            num_workers=num_workers)
        return [torch.stack(batch).tolist() for batch in islice(loader, 6)]

    assert batches(0) == batches(2)


def test_runner_builds_it_with_the_seed_of_the_run():
    loader = Runner.build_dataloader(
        dict(
            dataset=EchoDataset(),
            sampler=dict(type='mmagic.SeededInfiniteSampler'),
            batch_size=2,
            num_workers=0),
        seed=11)
    expected = SeededInfiniteSampler(dataset=EchoDataset(), seed=11)
    assert take(loader.sampler, 8) == take(expected, 8)


def test_empty_dataset_is_refused():
    with pytest.raises(ValueError, match='at least one sample'):
        SeededInfiniteSampler(dataset=[])


def test_unknown_argument_names_class_and_argument():
    with pytest.raises(TypeError, match='SeededInfiniteSampler.*shufle'):
        DATA_SAMPLERS.build(
            dict(type='SeededInfiniteSampler', dataset=[1], shufle=True))
