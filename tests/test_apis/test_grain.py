"""Noise that goes on in a repair."""
import cv2
import numpy as np
import pytest

from hcl_mmagic.apis.grain import continue_grain, find_grain

SIZE = (300, 400)  # more than two bands


@pytest.fixture
def mask():
    mask = np.zeros(SIZE, np.uint8)
    mask[40:260, 100:180] = 1
    return mask


def scene(sigma, channels=3, unit=1.):
    """A dark and a bright half, noisy; and without the noise."""
    rng = np.random.default_rng(0)
    smooth = np.full((*SIZE, channels), 90.)
    smooth[150:] = 170
    noisy = smooth + rng.normal(0, sigma, smooth.shape)
    kind = np.uint8 if unit == 1 else np.uint16
    return tuple(np.rint(unit * part).astype(kind) for part in (noisy, smooth))


def noise_level(pixels, where):
    """Immerkaer's estimate (1996), of white noise."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]]) / 6
    response = cv2.filter2D(pixels.astype(np.float64), -1, kernel)
    return np.sqrt((response[where]**2).mean())


@pytest.mark.parametrize('channels, unit', [(3, 1.), (1, 1.), (3, 257.)])
def test_noise_inside_is_that_outside(mask, channels, unit):
    noisy, filled = scene(6, channels, unit)
    continue_grain(filled, noisy, mask)
    inside = cv2.erode(mask, np.ones((9, 9))) > 0
    inside[140:160] = False  # the edge between the halves
    assert noise_level(filled, inside) == pytest.approx(6 * unit, rel=0.1)


def test_what_is_noisy_already_stays(mask):
    noisy, _ = scene(6)
    filled = noisy.copy()
    continue_grain(filled, noisy, mask)
    inside = cv2.erode(mask, np.ones((9, 9))) > 0
    assert noise_level(filled, inside) == pytest.approx(6, rel=0.15)


def test_intact_pixels_stay_to_the_bit(mask):
    noisy, filled = scene(6)
    before = filled.copy()
    continue_grain(filled, noisy, mask)
    changed = (filled != before).any(2)
    assert not changed[mask == 0].any()
    assert changed[mask > 0].mean() > 0.9


def test_the_same_photograph_gets_the_same_noise(mask):
    noisy, first = scene(6)
    second = first.copy()
    continue_grain(first, noisy, mask)
    continue_grain(second, noisy, mask)
    assert (first == second).all()


@pytest.mark.parametrize('height, width', [(300, 400), (5, 7), (16, 40)])
def test_without_noise_nothing_changes(height, width):
    pixels = np.full((height, width, 3), 120, np.uint8)
    mask = np.zeros((height, width), np.uint8)
    mask[1:3] = 1
    assert find_grain(pixels, mask) is None
    filled = pixels.copy()
    continue_grain(filled, pixels, mask)
    assert (filled == pixels).all()


def test_texture_is_no_noise(mask):
    stripes = np.zeros((*SIZE, 3), np.uint8)
    stripes[:, ::6] = stripes[:, 1::6] = stripes[:, 2::6] = 200
    assert find_grain(stripes, mask) is None


def test_texture_below_a_clear_sky_is_no_noise(mask):
    """Noise would be in the sky as well."""
    pixels, _ = scene(10)
    pixels[:60] = 200
    assert find_grain(pixels, mask) is None
