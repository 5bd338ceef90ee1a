"""Regions of a map of confidences against scipy's labels."""
import numpy as np
import pytest
from scipy import ndimage

from hcl_mmagic.apis.regions import FEATURE_NAMES, find_regions


@pytest.fixture
def confidence():
    """A sure square, a doubtful bar, a speck that is no region."""
    confidence = np.full((200, 300), 0.05, np.float32)
    confidence[20:60, 30:70] = 0.95
    confidence[150:154, 100:220] = 0.6
    confidence[100, 250] = 0.4
    return confidence


def test_a_region_has_a_pixel_above_one_half(confidence):
    labels, regions = find_regions(confidence)
    assert [region.box for region in regions] == [(30, 20, 40, 40),
                                                  (100, 150, 120, 4)]
    assert [region.area for region in regions] == [1600, 480]
    assert labels[100, 250] == 0
    assert (labels[20:60, 30:70] == 1).all()
    assert (labels > 0).sum() == 2080


def test_features_tell_size_and_sureness(confidence):
    _, (square, bar) = find_regions(confidence)
    assert tuple(square.features) == FEATURE_NAMES
    assert square.features['log_area'] == pytest.approx(np.log10(1600 / 60000))
    assert square.features['log_rest'] == bar.features['log_area']
    assert square.features['mean'] == pytest.approx(0.95)
    assert bar.features['peak'] == pytest.approx(0.6)
    assert (square.features['sure_share'], bar.features['sure_share']) == (1,
                                                                           0)
    assert (square.features['unsure_share'],
            bar.features['unsure_share']) == (0, 1)
    assert square.features['log_thickness'] > bar.features['log_thickness'] + 1
    assert bar.features['log_doubt'] == pytest.approx(np.log10(481 / 60000))


def test_what_lies_close_together_is_one_region(confidence):
    confidence[20:60, 72:80] = 0.9  # two pixels beside the square
    confidence[20:60, 100:110] = 0.9  # twenty
    labels, regions = find_regions(confidence)
    assert len(regions) == 3
    assert labels[30, 75] == labels[30, 40] != labels[30, 105]


def test_equals_scipy_on_random_maps():
    rng = np.random.default_rng(0)
    for _ in range(20):
        noise = rng.random((90, 120))
        confidence = ndimage.gaussian_filter(noise, 3)
        confidence -= confidence.min()
        confidence = (confidence / confidence.max()).astype(np.float32)**2
        labels, regions = find_regions(confidence)
        candidate = confidence >= 0.3
        # A gap of one pixel: the kernel of that size is a single pixel.
        twin, count = ndimage.label(candidate, np.ones((3, 3)))
        sums = [
            confidence[(twin == index) & candidate]
            for index in range(1, count + 1)
        ]
        sums = [values for values in sums if (values > 0.5).any()]
        assert len(sums) == len(regions) == labels.max()
        expected = sorted(
            ((values > 0.5).sum(), values.mean(), (values > 0.9).mean())
            for values in sums)
        found = sorted((region.area, region.features['mean'],
                        region.features['sure_share']) for region in regions)
        np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_an_intact_photograph_has_none():
    labels, regions = find_regions(np.full((50, 60), 0.1, np.float32))
    assert regions == [] and not labels.any()
