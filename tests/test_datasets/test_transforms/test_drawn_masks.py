"""Tests of hcl_mmagic/datasets/transforms/drawn_masks.py."""
import numpy as np
import pytest
from mmcv.transforms.utils import cache_random_params
from skimage.measure import label

from hcl_mmagic.datasets.transforms import (RandomBlobMask,
                                            RandomRectangleMask,
                                            RandomStrokeMask)

TRANSFORMS = (RandomStrokeMask, RandomRectangleMask, RandomBlobMask)


def _mask(transform, height: int = 64, width: int = 64) -> np.ndarray:
    gt = np.zeros((height, width, 3), np.uint8)
    mask = transform(dict(gt=gt))['mask']
    assert mask.shape == (height, width, 1) and mask.dtype == np.float32
    assert set(np.unique(mask)) <= {0, 1}
    return mask


@pytest.mark.parametrize('transform', TRANSFORMS)
def test_masks_have_the_size_of_the_image_and_differ(transform):
    masks = {_mask(transform(), 40, 70).tobytes() for _ in range(10)}
    assert len(masks) > 5


@pytest.mark.parametrize('transform', TRANSFORMS)
def test_every_part_of_the_image_is_reached(transform):
    np.random.seed(0)
    mean = np.mean([_mask(transform(), 40, 70) for _ in range(300)], axis=0)
    quadrants = [
        mean[:20, :35], mean[:20, 35:], mean[20:, :35], mean[20:, 35:]
    ]
    shares = [quadrant.mean() for quadrant in quadrants]
    assert min(shares) > 0.7 * max(shares)


@pytest.mark.parametrize('transform', TRANSFORMS)
def test_the_corrupted_share_stays_in_its_range(transform):
    np.random.seed(0)
    drawn = transform(ratio_range=(0.2, 0.3))
    assert all(0.2 <= _mask(drawn).mean() <= 0.3 for _ in range(50))


def test_an_impossible_share_ends_with_the_closest_mask():
    np.random.seed(0)
    thin = RandomStrokeMask(
        thickness=(1, 1), ratio_range=(0.9, 1.), max_draws=200)
    loose = RandomStrokeMask(thickness=(1, 1))
    usual = np.mean([_mask(loose).mean() for _ in range(50)])
    assert usual < _mask(thin).mean() < 0.9


def test_the_recipe_of_the_reference_covers_45_percent():
    np.random.seed(0)
    transform = RandomStrokeMask(
        num_strokes=(1, 3), num_vertices=(3, 6), thickness=(6, 15))
    mean = np.mean([_mask(transform).mean() for _ in range(500)])
    assert abs(mean - 0.45) < 0.03


def test_one_stroke_is_connected_and_as_thick_as_asked():
    transform = RandomStrokeMask(
        num_strokes=(1, 1), num_vertices=(2, 2), thickness=(5, 5))
    np.random.seed(3)
    for _ in range(10):
        mask = _mask(transform, 200, 200)[..., 0]
        assert label(mask).max() == 1
        ys, xs = np.nonzero(mask)
        length = np.hypot(np.ptp(ys), np.ptp(xs))
        assert 5 < mask.sum() / length < 8  # slanting lines are thicker


def test_strokes_grow_with_the_image_when_asked():
    ratios = []
    for size in (64, 256):
        np.random.seed(0)
        transform = RandomStrokeMask(reference_size=64)
        ratios.append(
            np.mean([_mask(transform, size, size).mean() for _ in range(100)]))
    assert abs(ratios[0] - ratios[1]) < 0.06


def test_one_rectangle_is_a_full_box_with_sides_in_range():
    transform = RandomRectangleMask(
        num_rectangles=(1, 1), side_range=(0.25, 0.5))
    for _ in range(30):
        ys, xs = np.nonzero(_mask(transform, 40, 80)[..., 0])
        height, width = np.ptp(ys) + 1, np.ptp(xs) + 1
        assert len(ys) == height * width
        assert 10 <= height <= 20 and 20 <= width <= 40


def test_a_rectangle_may_cover_the_whole_image():
    transform = RandomRectangleMask(side_range=(1., 1.))
    assert (_mask(transform) == 1).all()


def test_a_smooth_blob_is_a_disc_and_a_rough_one_is_not():
    np.random.seed(1)
    extents = []
    for roughness in (0, 0.4):
        transform = RandomBlobMask(
            num_blobs=(1, 1),
            radius_range=(0.2, 0.2),
            roughness_range=(roughness, roughness))
        masks = [_mask(transform, 200, 200)[..., 0] for _ in range(30)]
        inside = [
            mask for mask in masks if not (
                mask[[0, -1]].any() or mask[:, [0, -1]].any())
        ]  # yapf: disable
        extents.append([(np.ptp(np.nonzero(mask)[0]) + 1, mask.sum())
                        for mask in inside])
    for height, area in extents[0]:
        assert abs(height - 81) <= 2 and abs(area /
                                             (np.pi * 40.5**2) - 1) < .03
    assert np.std([height for height, _ in extents[1]]) > 5


def test_draws_can_be_frozen():
    transform = RandomStrokeMask()
    with cache_random_params(transform):
        assert (_mask(transform) == _mask(transform)).all()


@pytest.mark.parametrize('transform, arguments', [
    (RandomStrokeMask, dict(num_strokes=(3, 1))),
    (RandomStrokeMask, dict(num_vertices=(1, 3))),
    (RandomStrokeMask, dict(thickness=(0, 3))),
    (RandomStrokeMask, dict(ratio_range=(0.5, 0.1))),
    (RandomStrokeMask, dict(max_draws=0)),
    (RandomRectangleMask, dict(num_rectangles=(0, 3))),
    (RandomRectangleMask, dict(side_range=(0.1, 1.2))),
    (RandomRectangleMask, dict(ratio_range=(1.5, 2.))),
    (RandomBlobMask, dict(num_blobs=(0, 3))),
    (RandomBlobMask, dict(radius_range=(0, 1))),
    (RandomBlobMask, dict(roughness_range=(-1, 1))),
])
def test_impossible_arguments_are_named(transform, arguments):
    with pytest.raises(ValueError, match=next(iter(arguments))):
        transform(**arguments)
