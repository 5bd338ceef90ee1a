"""Bins of the mask ratio, at their edges."""
import numpy as np
import pytest

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.evaluation.functional import (DETECTION_BINS, bin_suffix,
                                              check_ratio_bins, is_in_bin,
                                              mask_ratio)


@pytest.mark.parametrize('ratio, expected', [(0, False), (1e-9, True),
                                             (20, True), (20.01, False)])
def test_the_upper_edge_belongs_to_the_bin(ratio, expected):
    assert is_in_bin(ratio, (0, 20)) is expected


@pytest.mark.parametrize('num_corrupted', range(0, 101, 10))
def test_round_ratios_are_exact(num_corrupted):
    mask = np.zeros((1, 10, 10), np.float32)
    mask.ravel()[:num_corrupted] = 1
    assert mask_ratio(mask) == num_corrupted


def test_every_damaged_image_falls_into_one_of_adjoining_bins():
    for ratio in np.linspace(0, 60, 241)[1:]:
        assert sum(is_in_bin(ratio, bounds) for bounds in DETECTION_BINS) == 1


def test_suffix_of_whole_and_broken_bounds():
    assert bin_suffix((0.0, 20.0)) == '@0-20'
    assert bin_suffix((0.5, 20)) == '@0.5-20'


def test_lists_become_tuples():
    assert check_ratio_bins([[0, 30], [30, 60]]) == DETECTION_BINS


@pytest.mark.parametrize('bad', [(20, 20), (30, 0), (0, 101), (-1, 5),
                                 (0, 20, 40), 20])
def test_nonsense_is_refused(bad):
    with pytest.raises(ConfigError, match='pairs 0 <= low < high <= 100'):
        check_ratio_bins([bad])
