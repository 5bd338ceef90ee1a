"""Tests of hcl_mmagic/datasets/transforms/random_draws.py."""
import numpy as np
import pytest

from hcl_mmagic.datasets.transforms.random_draws import (check_probability,
                                                         check_range,
                                                         draw_until_it_fits,
                                                         happens,
                                                         random_integer,
                                                         random_size,
                                                         random_within)


def test_the_first_fitting_draw_is_taken():
    draws = iter([0.9, 0.3, 0.2])
    assert draw_until_it_fits(lambda: next(draws), float, (0.1, 0.5), 9) == 0.3
    assert next(draws) == 0.2


def test_of_draws_that_do_not_fit_the_closest_is_taken():
    draws = iter([0.9, 0.65, 0.05, 0.8])
    assert draw_until_it_fits(lambda: next(draws), float, (0.2, 0.6),
                              4) == 0.65


def test_integers_include_both_ends():
    assert {random_integer((2, 4)) for _ in range(60)} == {2, 3, 4}


@pytest.mark.parametrize('bounds, message', [
    ((1, 2, 3), r'width must be \(least, most\)'),
    ((2, 1), r'width must be'),
    ((-1, 1), 'at least 0'),
    ((0, 6), r'width must be at most 5, got \(0, 6\)'),
])
def test_impossible_bounds_are_refused(bounds, message):
    with pytest.raises(ValueError, match=message):
        check_range('width', bounds, 0, 5)


def test_a_share_of_an_event_is_checked():
    check_probability('chance', 1)
    with pytest.raises(ValueError, match='chance must be from 0 to 1, got -1'):
        check_probability('chance', -1)


def test_each_doubling_of_a_size_is_equally_likely():
    np.random.seed(0)
    sizes = np.array([random_size((0.5, 4)) for _ in range(3000)])
    assert sizes.min() >= 0.5 and sizes.max() <= 4
    shares = np.histogram(sizes, (0.5, 1, 2, 4))[0] / len(sizes)
    np.testing.assert_allclose(shares, 1 / 3, atol=0.03)


def test_what_is_not_used_draws_nothing():
    np.random.seed(0)
    before = np.random.get_state()[2]
    assert random_within((2, 2)) == 2 and not happens(0)
    assert np.random.get_state()[2] == before
    assert 1 <= random_within((1, 3)) <= 3
    assert 0.4 < np.mean([happens(0.5) for _ in range(500)]) < 0.6
