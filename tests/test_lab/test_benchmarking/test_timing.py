"""Seams, timings, memory and the pictures of benchmark.py."""
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from hcl_mmagic.lab.benchmarking import (benchmarked_model, peak_memory, seams,
                                         timing)

CPU = torch.device('cpu')


@pytest.fixture
def benchmarking() -> SimpleNamespace:
    """Modules of benchmark.py."""
    return SimpleNamespace(
        memory=peak_memory,
        photographs=benchmarked_model,
        seams=seams,
        timing=timing)


def test_a_part_within_a_part_belongs_to_the_outer_one(
        benchmarking: SimpleNamespace) -> None:
    seams = benchmarking.seams
    owner = SimpleNamespace(inner=lambda: 1)
    owner.outer = lambda: owner.inner() + 1
    heard = []

    class Listener(seams.PartListener):

        def begin(self) -> None:
            heard.append(self.part)

    with seams.listening(
        [seams.Seam(owner, name, name) for name in ('inner', 'outer')],
            Listener()):
        assert owner.inner() == 1
        assert owner.outer() == 2
    assert heard == ['inner', 'outer']


def test_seams_leave_nothing_behind(benchmarking: SimpleNamespace) -> None:
    seams = benchmarking.seams
    layer = nn.Linear(1, 1)
    owner = SimpleNamespace(function=print)
    with pytest.raises(KeyError), seams.listening([
            seams.Seam(layer, 'forward', 'layer'),
            seams.Seam(owner, 'function', 'print')
    ], seams.PartListener()):
        assert 'forward' in vars(layer)
        raise KeyError
    assert 'forward' not in vars(layer)
    assert owner.function is print


def test_parts_and_rest_add_up(benchmarking: SimpleNamespace,
                               monkeypatch: pytest.MonkeyPatch) -> None:
    timing, seams = benchmarking.timing, benchmarking.seams
    clock = SimpleNamespace(now=0.)
    monkeypatch.setattr(timing.time, 'perf_counter', lambda: clock.now)

    def spend(seconds: float) -> None:
        clock.now += seconds

    owner = SimpleNamespace(work=spend)
    runs = []

    def run() -> None:
        runs.append(None)
        spend(1)
        owner.work(2)
        owner.work(4)

    memory = benchmarking.memory.PeakMemory(CPU, 0)
    timings = timing.time_repeats(
        run, [seams.Seam(owner, 'work', 'work')],
        CPU,
        memory,
        repeats=3,
        warmup=2)
    assert len(runs) == 5
    assert timings.seconds == [7] * 3
    assert timings.parts == [dict(work=6, rest=1)] * 3


def test_peak_memory_holds_what_was_used_for_a_moment(
        benchmarking: SimpleNamespace) -> None:
    memory = benchmarking.memory.PeakMemory(CPU, weight_bytes=1000)
    assert memory.peak_bytes == 1000
    with memory.watching():
        torch.ones(2**26).add_(1)  # 256 MiB
    assert 0.9 * 2**28 < memory.peak_bytes < 2 * 2**28


def test_pictures_are_damaged_where_the_mask_is_1(
        benchmarking: SimpleNamespace) -> None:
    # Larger than most of the photographs.
    batch = benchmarking.photographs.damaged_batch(700, 2)
    for image, sample in zip(batch['inputs'], batch['data_samples']):
        assert image.shape == sample.gt_img.shape == (3, 700, 700)
        assert image.dtype == torch.uint8
        damaged = (image != sample.gt_img).any(0)
        assert set(sample.mask.unique().tolist()) == {0, 1}
        inside = sample.mask[0] == 1
        assert 0.1 <= inside.float().mean() <= 0.4
        assert damaged[inside].float().mean() > 0.95
        # A soft edge of a few pixels lies outside.
        assert damaged[~inside].float().mean() < 0.2


def test_pictures_are_the_same_at_every_call(
        benchmarking: SimpleNamespace) -> None:
    once, again = (
        benchmarking.photographs.damaged_batch(32, 3)['inputs']
        for _ in range(2))
    assert all(map(torch.equal, once, again))
    assert not torch.equal(once[0], once[1])
