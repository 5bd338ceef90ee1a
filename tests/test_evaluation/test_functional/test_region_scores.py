"""PSNR, SSIM and MAE of a region against scikit-image, MMagic and numpy."""
import numpy as np
import pytest
from mmagic.evaluation.metrics.psnr import psnr as mmagic_psnr
from mmagic.evaluation.metrics.ssim import ssim as mmagic_ssim
from skimage import data
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from hcl_mmagic.evaluation.functional import (MAX_PSNR, fill_with_mean_color,
                                              region_mae, region_psnr,
                                              region_ssim, ssim_map)


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


def _reference_skimage_ssim(pred, target):
    """Mean and map of the paper of SSIM, by scikit-image."""
    return structural_similarity(
        target,
        pred,
        channel_axis=0,
        data_range=255,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True)


def _reference_torchmetrics_ssim(pred, target):
    """As the paper's code, with torchmetrics before 1.4.2: images in [0, 1],
    each pixel with a full window by the definition, with plain loops."""
    pred, target = pred / 255, target / 255
    offsets = np.arange(-5, 6)
    window = np.exp(-(offsets[:, None]**2 + offsets**2) / (2 * 1.5**2))
    window /= window.sum()
    scores = []
    for channel in range(len(pred)):
        for row in range(5, pred.shape[1] - 5):
            for column in range(5, pred.shape[2] - 5):
                area = np.s_[channel, row - 5:row + 6, column - 5:column + 6]
                a, b = pred[area], target[area]
                mean_a, mean_b = (window * a).sum(), (window * b).sum()
                var_a = (window * (a - mean_a)**2).sum()
                var_b = (window * (b - mean_b)**2).sum()
                covariance = (window * (a - mean_a) * (b - mean_b)).sum()
                scores.append(
                    (2 * mean_a * mean_b + 1e-4) * (2 * covariance + 9e-4) /
                    ((mean_a**2 + mean_b**2 + 1e-4) * (var_a + var_b + 9e-4)))
    return np.mean(scores)


@pytest.mark.parametrize('reference', [
    lambda pred, target: _reference_skimage_ssim(pred, target)[0],
    lambda pred, target: mmagic_ssim(pred, target, input_order='CHW'),
    _reference_torchmetrics_ssim
], ids=['skimage', 'mmagic', 'torchmetrics'])  # yapf: disable
def test_all_definitions_of_ssim_agree(images, reference):
    measured = region_ssim(ssim_map(*images))
    assert measured == pytest.approx(reference(*images), abs=1e-6)


def test_ssim_of_a_region_is_the_mean_of_skimages_map(images, region):
    similarity = _reference_skimage_ssim(*images)[1].mean(axis=0)
    full = np.zeros_like(region[0], dtype=bool)
    full[5:-5, 5:-5] = region[0, 5:-5, 5:-5] == 1
    assert region_ssim(ssim_map(*images), region) == pytest.approx(
        similarity[full].mean(), abs=1e-9)


def test_regions_make_up_the_whole_ssim(images, region):
    similarity = ssim_map(*images)
    share = region[0, 5:-5, 5:-5].mean()
    parts = (
        share * region_ssim(similarity, region) +
        (1 - share) * region_ssim(similarity, 1 - region))
    assert parts == pytest.approx(region_ssim(similarity))


def test_identical_images_have_an_ssim_of_one(images):
    assert region_ssim(ssim_map(images[1], images[1])) == pytest.approx(1)


def test_region_at_the_border_has_no_ssim(images):
    border = np.zeros((1, 40, 60))
    border[:, :5] = 1
    assert region_ssim(ssim_map(*images), border) is None


def test_images_below_the_window_have_no_ssim(images):
    assert region_ssim(ssim_map(*(image[:, :10] for image in images))) is None


def test_nan_image_has_a_nan_ssim(images):
    assert np.isnan(region_ssim(ssim_map(images[0] * np.nan, images[1])))


def test_absolute_error_equals_numpys(images, region):
    pred, target = images
    errors = np.abs(pred - target)[:, region[0] == 1] / 255
    assert region_mae(pred, target, region) == pytest.approx(errors.mean())
    assert region_mae(pred, target) == pytest.approx(
        np.abs(pred - target).mean() / 255)
