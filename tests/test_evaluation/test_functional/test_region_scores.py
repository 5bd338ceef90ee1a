"""PSNR over a region against scikit-image, MMagic and numpy."""
import numpy as np
import pytest
from mmagic.evaluation.metrics.psnr import psnr as mmagic_psnr
from skimage import data
from skimage.metrics import peak_signal_noise_ratio

from hcl_mmagic.evaluation.functional import (MAX_PSNR, fill_with_mean_color,
                                              region_psnr)


@pytest.fixture
def images():
    """A photograph and a noisy copy, ``(3, 40, 60)`` in [0, 255]."""
    target = data.chelsea()[50:90, 100:160].transpose(2, 0, 1).astype(float)
    noise = np.random.default_rng(0).normal(0, 20, target.shape)
    return (target + noise).clip(0, 255), target


@pytest.fixture
def region():
    return (np.random.default_rng(1).random((1, 40, 60)) < 0.3).astype(float)


def test_whole_image_equals_skimage(images):
    pred, target = images
    expected = peak_signal_noise_ratio(target, pred, data_range=255)
    assert region_psnr(pred, target) == pytest.approx(expected, rel=1e-12)


def test_whole_image_equals_mmagic(images):
    pred, target = images
    expected = mmagic_psnr(target, pred, input_order='CHW')
    assert region_psnr(pred, target) == pytest.approx(expected, rel=1e-5)


def test_region_equals_skimage_on_its_pixels(images, region):
    pred, target = images
    inside = region[0] == 1
    expected = peak_signal_noise_ratio(
        target[:, inside], pred[:, inside], data_range=255)
    assert region_psnr(pred, target, region) == pytest.approx(
        expected, rel=1e-12)


def test_pixels_outside_the_region_do_not_count(images, region):
    pred, target = images
    spoilt = np.where(region == 1, pred, 0)
    assert region_psnr(spoilt, target,
                       region) == region_psnr(pred, target, region)


def test_error_of_a_tenth_of_the_range_is_20_db():
    target = np.zeros((3, 2, 2))
    assert region_psnr(target + 25.5, target) == pytest.approx(20)


def test_identical_images_score_the_maximum(images):
    _, target = images
    assert mmagic_psnr(target, target, input_order='CHW') == float('inf')
    assert region_psnr(target, target) == MAX_PSNR
    assert region_psnr(target + 1e-9, target) == MAX_PSNR


def test_empty_region_has_no_score(images):
    assert region_psnr(*images, np.zeros((1, 40, 60))) is None


def test_nan_image_has_a_nan_score(images):
    pred, target = images
    assert np.isnan(region_psnr(pred * np.nan, target))


def test_images_of_two_sizes_are_refused(images):
    pred, target = images
    with pytest.raises(ValueError, match='one common shape'):
        region_psnr(pred[:, 1:], target)


def test_region_of_another_size_is_refused(images):
    with pytest.raises(ValueError, match=r'must have shape \(1, 40, 60\)'):
        region_psnr(*images, np.ones((40, 60)))


def test_fill_is_the_mean_of_the_intact_pixels(images, region):
    image = images[0]
    filled = fill_with_mean_color(image, region)
    corrupted = region[0] == 1
    np.testing.assert_array_equal(filled[:, ~corrupted], image[:, ~corrupted])
    for channel in range(3):
        expected = image[channel][~corrupted].mean()
        np.testing.assert_allclose(filled[channel][corrupted], expected)


def test_fill_of_a_wholly_corrupted_image_is_grey(images):
    filled = fill_with_mean_color(images[0], np.ones((1, 40, 60)))
    assert (filled == 127.5).all()
