"""Tests of hcl_mmagic/datasets/transforms/random_draws.py."""
import pytest

from hcl_mmagic.datasets.transforms.random_draws import (check_probability,
                                                         check_range,
                                                         draw_until_it_fits,
                                                         random_integer)


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
