"""What the page computes of pixels is what OpenCV and NumPy compute."""
from typing import Tuple

import cv2
import numpy as np
import pytest
from page_modules import call, needs_node

pytestmark = needs_node
Size = Tuple[int, int]


def bytes_of(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


def floats_of(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).random(shape).astype(np.float32)


def blobs(height: int, width: int, share: float = 0.3) -> np.ndarray:
    noise = cv2.GaussianBlur(floats_of(height, width), (0, 0), 4)
    return (noise > np.quantile(noise, 1 - share)).astype(np.uint8)


@pytest.mark.parametrize('size', [(24, 32), (23, 31), (11, 9), (7, 50)])
@pytest.mark.parametrize('channels', [1, 3])
def test_area_of_bytes(size: Size, channels: int) -> None:
    picture = bytes_of(48, 64, channels)
    height, width = size
    found = call('resizing', 'resizeArea', picture, height, width).result
    expected = cv2.resize(
        picture, (width, height), interpolation=cv2.INTER_AREA)
    expected = expected.reshape(found.shape).astype(int)
    assert np.abs(found - expected).max() <= (0 if size == (24, 32) else 1)
    assert (found != expected).mean() < 0.01


def test_area_of_doubles_is_exact() -> None:
    """Whether a sum of shares is below one counts."""
    intact = 1. - blobs(45, 61)
    found = call('resizing', 'resizeArea', intact, 23, 31).result[..., 0]
    expected = cv2.resize(intact, (31, 23), interpolation=cv2.INTER_AREA)
    np.testing.assert_array_equal(found < 1, expected < 1)


def test_area_enlarges_as_opencv_does() -> None:
    picture = bytes_of(64, 90, 3)
    scale = 256 / 64
    found = call('resizing', 'resizeArea', picture, 256, 360, 1 / scale)
    expected = cv2.resize(
        picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    assert np.abs(found.result - expected.astype(int)).max() <= 1


@pytest.mark.parametrize('size', [(48, 64), (47, 63), (1, 5)])
def test_linear_of_floats(size: Size) -> None:
    picture = floats_of(*(-(-side // 2) for side in size), 3)
    found = call('resizing', 'resizeLinear', picture, *size).result
    expected = cv2.resize(picture, size[::-1], interpolation=cv2.INTER_LINEAR)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_linear_of_bytes() -> None:
    picture = bytes_of(24, 32, 3)
    found = call('resizing', 'resizeLinear', picture, 47, 63).result
    expected = cv2.resize(picture, (63, 47), interpolation=cv2.INTER_LINEAR)
    assert np.abs(found - expected.astype(int)).max() <= 1


@pytest.mark.parametrize(
    ('function', 'size'),
    [('distancesInSteps3', cv2.DIST_MASK_3),
     ('distancesInSteps5', cv2.DIST_MASK_5)])  # yapf: disable
def test_distances_in_steps(function: str, size: int) -> None:
    mask = blobs(70, 90)
    found = call('distances', function, mask).result[..., 0]
    expected = cv2.distanceTransform(mask, cv2.DIST_L2, size)
    np.testing.assert_allclose(found, expected, atol=2e-4)


def test_distances_where_nothing_is_intact_are_huge() -> None:
    everything = np.ones((40, 50), np.uint8)
    found = call('distances', 'distancesInSteps5', everything).result
    assert found.min() > 4096


def test_distances_up_to_a_reach() -> None:
    mask = blobs(70, 90, 0.05)
    found = call('distances', 'distancesUpTo', mask, 5).result[..., 0]
    expected = cv2.distanceTransform(1 - mask, cv2.DIST_L2,
                                     cv2.DIST_MASK_PRECISE)
    near = expected <= 5
    np.testing.assert_allclose(found[near], expected[near], rtol=1e-6)
    assert (found[~near] > 5).all() and (~near).any()


@pytest.mark.parametrize('across', [1, 3, 7, 13, 25])
def test_growing_by_an_ellipse(across: int) -> None:
    mask = blobs(70, 90, 0.02)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across))
    found = call('morphology', 'dilateByEllipse', mask, across).result[..., 0]
    np.testing.assert_array_equal(found, cv2.dilate(mask, kernel))


def test_borders() -> None:
    mask = blobs(70, 90)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    found = call('morphology', 'bordersByEllipse', mask, 9).result[..., 0]
    np.testing.assert_array_equal(
        found, cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, kernel))


@pytest.mark.parametrize('side', [11, 12, 13])
def test_squares_inside(side: int) -> None:
    mask = np.zeros((50, 60), np.uint8)
    mask[20:32, 30:42] = 1
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN,
                              np.ones((side, side), np.uint8))
    assert call('morphology', 'holdsSquare', mask,
                side).result == opened.any() == (
                    side <= 12)


def test_connected_parts() -> None:
    mask = blobs(70, 90)
    mask[::7, ::5] = 1
    count, expected = cv2.connectedComponents(mask, connectivity=8)
    found = call('connected_components', 'connectedComponents', mask).result
    assert found['count'] == count
    pairs = set(zip(found['labels'].tolist(), expected.ravel().tolist()))
    assert len(pairs) == count and (0, 0) in pairs


def test_gaussian_blur() -> None:
    picture = floats_of(20, 33, 3) * 255
    found = call('filters', 'gaussianBlur', picture, 2).result
    np.testing.assert_allclose(
        found, cv2.GaussianBlur(picture, (0, 0), 2), atol=1e-4)


def test_box_filter() -> None:
    picture = floats_of(40, 33)
    found = call('filters', 'boxFilter', picture, 16).result[..., 0]
    np.testing.assert_allclose(
        found, cv2.boxFilter(picture, -1, (16, 16)), atol=1e-6)


@pytest.mark.parametrize('seed', [0, 8, 4096])
def test_random_numbers_are_those_of_numpy(seed: int) -> None:
    found = call('numpy_random', 'drawIntegers', seed, 32, 25).result
    expected = np.random.default_rng(seed).integers(32, size=25)
    assert found == expected.tolist()
