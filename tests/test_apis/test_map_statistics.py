"""Statistics of maps: worked by hand, against slow twins, degenerate."""
import numpy as np
import pytest

from hcl_mmagic.apis.map_statistics import (boundary_step, directions,
                                            explained_share, gap, steps)

MASK = np.array([[True, False, False], [True, False, False]])


def test_steps_are_distances_of_neighbours():
    values = np.array([[[0., 3.], [0., 0.]], [[0., 4.], [1., 0.]]])
    assert sorted(steps(values)) == [1, 1, 5, 5]


def test_all_is_explained_where_each_side_is_flat():
    values = np.where(MASK, 5., 1.)[None]
    assert explained_share(values, MASK) == pytest.approx(1)


def test_explained_share_is_what_two_means_save():
    values = np.random.rand(4, 2, 3)
    cost_of_one = ((values - values.mean((1, 2), keepdims=True))**2).sum()
    cost_of_two = sum(
        ((values[:, side] - values[:, side].mean(1, keepdims=True))**2).sum()
        for side in (MASK, ~MASK))
    assert explained_share(
        values, MASK) == pytest.approx(1 - cost_of_two / cost_of_one)


def test_boundary_step_against_a_slow_twin():
    values = np.random.rand(3, 2, 3)
    pairs = [((y, x), other) for y in range(2) for x in range(3)
             for other in ((y + 1, x), (y, x + 1))
             if other[0] < 2 and other[1] < 3]
    lengths = {
        (one, other):
        np.linalg.norm(values[(slice(None), *one)] -
                       values[(slice(None), *other)])
        for one, other in pairs
    }
    across = [
        length for (one, other), length in lengths.items()
        if MASK[one] != MASK[other]
    ]
    floor = 1 / 255
    expected = np.log(np.mean(across) +
                      floor) - np.log(np.mean(list(lengths.values())) + floor)
    assert boundary_step(values, MASK) == pytest.approx(expected)


def test_directions_counts_axes_of_equal_variance():
    corners = np.array([[-1., -1., 1., 1.], [-1., 1., -1., 1.]])
    square = corners.reshape(2, 2, 2)
    assert directions(square) == pytest.approx(np.log(2))
    assert directions(square[[0, 0]]) == pytest.approx(0)


def test_gap_is_inside_minus_outside():
    assert gap(np.where(MASK, 3., 1.), MASK) == 2


@pytest.mark.parametrize('side', [True, False])
def test_an_empty_side_tells_nothing(side):
    mask = np.full((2, 3), side)
    values = np.random.rand(2, 2, 3)
    assert explained_share(values, mask) == 0
    assert boundary_step(values, mask) == 0
    assert gap(values[0], mask) == 0


def test_where_nothing_varies_nothing_is_told():
    flat = np.full((2, 2, 3), 0.3)
    assert explained_share(flat, MASK) == 0
    assert boundary_step(flat, MASK) == 0
    assert directions(flat) == 0
