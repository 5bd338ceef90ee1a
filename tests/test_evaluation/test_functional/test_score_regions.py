"""Regions of an image."""
import numpy as np
import pytest

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.evaluation.functional import (REGIONS, check_regions,
                                              region_mean, region_suffix,
                                              select_regions)


def test_inside_is_corrupted_and_outside_is_intact():
    mask = np.array([[[1, 0, 0]]])
    maps = select_regions(REGIONS, mask)
    assert maps['whole'] is None
    np.testing.assert_array_equal(maps['inside'], [[[1, 0, 0]]])
    np.testing.assert_array_equal(maps['outside'], [[[0, 1, 1]]])


def test_the_whole_image_needs_no_mask():
    assert select_regions(['whole'], None) == {'whole': None}


def test_suffixes():
    assert [region_suffix(region)
            for region in REGIONS] == ['', '_inside', '_outside']


def test_mean_of_a_region():
    values = np.array([[1., 2., 4.]])
    assert region_mean(values) == pytest.approx(7 / 3)
    assert region_mean(values, np.array([[[1, 0, 1]]])) == 2.5
    assert region_mean(values, np.zeros((1, 1, 3))) is None


def test_map_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r'must have shape \(1, 1, 3\)'):
        region_mean(np.ones((1, 3)), np.ones((1, 3, 1)))


@pytest.mark.parametrize('regions', [[], 'whole', ['inside', 'border']])
def test_unknown_regions_are_refused(regions):
    with pytest.raises(ConfigError, match='regions must be some of'):
        check_regions(regions)
