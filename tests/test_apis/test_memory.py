"""The plan of the memory depends on the photograph and the model alone."""
from dataclasses import replace

import pytest
from tiny_checkpoint import write_tiny_checkpoint

from hcl_mmagic.apis.checkpoints import load_model
from hcl_mmagic.apis.memory import (LIBRARY_BYTES, MemoryPlan, parse_memory,
                                    plan_memory)
from hcl_mmagic.apis.networks import NetworkDemand
from hcl_mmagic.errors import ConfigError, PhotographError


@pytest.fixture(scope='module')
def demand(tmp_path_factory: pytest.TempPathFactory) -> NetworkDemand:
    path = tmp_path_factory.mktemp('memory') / 'tiny.pth'
    write_tiny_checkpoint(path)
    demand = load_model(str(path)).demand
    return replace(
        demand, resident_bytes=LIBRARY_BYTES + demand.resident_bytes)


@pytest.mark.parametrize('text, size', [('3GB', 3 * 10**9),
                                        ('800m', 8 * 10**8),
                                        ('1.5 G', 1500000000), (4096, 4096),
                                        ('12kb', 12000)])
def test_amounts_of_memory(text: object, size: int) -> None:
    assert parse_memory(text) == size


@pytest.mark.parametrize('text', ['', 'much', '-1GB', '0GB', '3TB', '1e9'])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="something like '3GB'"):
        parse_memory(text)


def test_the_more_memory_the_larger_the_tiles(demand: NetworkDemand) -> None:
    sides = [
        plan_memory(demand, memory, 10**6, 1).tile_size.side
        for memory in (760 * 10**6, 800 * 10**6, 3 * 10**9)
    ]
    assert sides == sorted(sides) and sides[0] < sides[-1] == 512


def test_the_larger_the_photograph_the_less_for_the_networks(
        demand: NetworkDemand) -> None:
    small, large, deep = (plan_memory(demand, 3 * 10**9, pixels,
                                      value_bytes).max_pixels
                          for pixels, value_bytes in ((10**6, 1), (24 * 10**6,
                                                                   1),
                                                      (24 * 10**6, 2)))
    assert small > large > deep > 512**2


def test_a_photograph_that_does_not_fit_is_refused(
        demand: NetworkDemand) -> None:
    with pytest.raises(
            PhotographError,
            match=r'100\.0 megapixels needs 3\.\d GB .* raise max_memory'):
        plan_memory(demand, 2 * 10**9, 10**8, 1)


def test_no_plan_without_room_for_the_libraries(demand: NetworkDemand) -> None:
    with pytest.raises(PhotographError, match='raise max_memory'):
        plan_memory(demand, LIBRARY_BYTES, 1, 1)


@pytest.mark.parametrize('divisor', [8, 32, 64])
@pytest.mark.parametrize('max_pixels', [10, 10**5, 10**7])
def test_smaller_plans_fall_and_fit_the_networks(divisor: int,
                                                 max_pixels: int) -> None:
    plans = list(MemoryPlan(max_pixels, divisor).and_smaller_ones())
    assert plans[0].max_pixels == max_pixels
    sides = [plan.tile_size.side for plan in plans]
    assert sides == sorted(set(sides), reverse=True)
    for size in (plan.tile_size for plan in plans):
        assert size.side % divisor == size.context % divisor == 0
        assert size.side >= 2 * size.context + divisor
    assert sides[-1] == 3 * divisor
    assert sides[0] <= max(max_pixels**0.5, 3 * divisor)
