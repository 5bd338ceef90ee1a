"""Tests of hcl_mmagic/datasets/transforms/patterns/raindrops.py."""
import cv2
import numpy as np
import pytest

from hcl_mmagic.datasets.transforms import RaindropCorruption
from hcl_mmagic.datasets.transforms.random_draws import random_size

ONE = dict(
    num_drops=(1, 1), radius_range=(0.2, 0.2), ratio_range=(0, 1), max_draws=1)


def _damage(transform, gt, seed=0) -> dict:
    np.random.seed(seed)
    return transform(dict(gt=gt))


def _ramp(axis: int) -> np.ndarray:
    """A photograph that grows brighter along an axis."""
    place = np.indices((96, 96))[axis][..., None]
    return np.repeat(60 + 1.4 * place, 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize('axis', [0, 1])
def test_a_drop_shows_the_scene_the_wrong_way_round(axis):
    results = _damage(RaindropCorruption(**ONE), _ramp(axis), seed=4)
    # Its core, without the dark rim.
    core = cv2.erode(results['mask'], np.ones((19, 19))) == 1
    assert core.sum() > 100
    place = np.indices((96, 96))[axis][core]
    slope = np.polyfit(place, results['img'][core].mean(axis=-1), 1)[0]
    # Turned round and reduced by 2 to 5, of which the middle shows half.
    assert -1.4 * 5 < slope < -1.4 * 0.8


def test_the_view_in_a_drop_is_reduced_by_its_range():
    gt = _ramp(1)
    spreads = []
    for view in (1.5, 4):
        results = _damage(
            RaindropCorruption(view_range=(view, view), **ONE), gt, 4)
        inside = results['mask'][..., 0] == 1
        spreads.append(results['img'][inside].std())
    assert spreads[1] > 1.3 * spreads[0]


def test_drops_blur_what_they_show():
    gt = np.random.default_rng(0).integers(
        256, size=(96, 96, 3), dtype=np.uint8)
    spreads = []
    for blur in (0, 0.02):
        results = _damage(
            RaindropCorruption(blur_range=(blur, blur), **ONE), gt, 4)
        inside = results['mask'][..., 0] == 1
        spreads.append(results['img'][inside].std())
    assert spreads[1] < 0.7 * spreads[0]


def test_small_drops_are_more_frequent():
    """Every ratio of two radii is: half of them are below the middle one."""
    transform = RaindropCorruption(radius_range=(0.01, 0.25))
    np.random.seed(0)
    radii = np.array(
        [random_size(transform.radius_range) for _ in range(2000)])
    assert 0.01 <= radii.min() and radii.max() <= 0.25
    for radius, share in ((0.05, 0.5), (0.05 / 5**0.5, 0.25)):
        assert abs((radii < radius).mean() - share) < 0.03


@pytest.mark.parametrize('shape', [(200, 320, 3), (320, 200, 3)])
def test_the_size_is_a_share_of_the_short_side(shape):
    gt = np.zeros(shape, np.uint8)
    areas = [
        _damage(
            RaindropCorruption(
                num_drops=(1, 1), radius_range=(0.1, 0.1), ratio_range=(0, 1)),
            gt, seed)['mask'].sum() for seed in range(6)
    ]
    # A drop of a radius of 20 pixels, up to 1.35 times as high, with dents.
    assert 0.9 * np.pi * 400 < max(areas) < 2 * np.pi * 400


@pytest.mark.parametrize('arguments, message', [
    (dict(num_drops=(0, 1)), 'num_drops must be'),
    (dict(radius_range=(0, 0.1)), 'radius_range must be'),
    (dict(view_range=(0.5, 2)), 'view_range must be'),
    (dict(blur_range=(0, 1)), 'blur_range must be at most 0.2'),
    (dict(softness_range=(0, 2)), 'softness_range must be at most 1'),
])
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        RaindropCorruption(**arguments)
