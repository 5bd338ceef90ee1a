"""Tests of hcl_mmagic/datasets/transforms/patterns/badges.py."""
import numpy as np
import pytest
from skimage.measure import label, regionprops

from hcl_mmagic.datasets.transforms import BadgeCorruption

GREY = np.full((200, 240, 3), 128, np.uint8)
PLAIN = dict(
    size_range=(0.5, 0.5),
    opacity_range=(1, 1),
    rotation_range=(0, 0),
    position='inside')


def _damage(seed=0, **arguments) -> dict:
    np.random.seed(seed)
    return BadgeCorruption(**{**PLAIN, **arguments})(dict(gt=GREY))


@pytest.mark.parametrize('shape, solidity, extent', [
    ('disc', (0.97, 1), (0.74, 0.83)),
    ('star', (0.35, 0.75), (0.2, 0.6)),
    ('burst', (0.75, 0.96), (0.5, 0.85)),
    ('label', (0.93, 1), (0.7, 1)),
    ('ribbon', (0.95, 1), (0.15, 0.8)),
])
def test_a_badge_is_one_region_of_its_shape(shape, solidity, extent):
    for seed in range(6):
        # Above the share of a shadow.
        alpha = _damage(seed, shapes=(shape, ))['alpha'][..., 0]
        regions = regionprops(label(alpha > 0.9))
        region = max(regions, key=lambda region: region.area)
        assert region.area > 0.9 * (alpha > 0.9).sum()
        assert solidity[0] < region.solidity <= solidity[1]
        assert extent[0] < region.extent <= extent[1]
        box = np.subtract(region.bbox[2:], region.bbox[:2])
        assert 50 <= box.max() <= 101


def test_the_word_has_another_colour_than_the_face():
    plain, lettered = (
        _damage(seed, shapes=('disc', ), word_probability=probability)
        for probability in (0, 1) for seed in (3, ))
    colors = [
        len(
            np.unique(results['img'][results['alpha'][..., 0] > 0.99], axis=0))
        for results in (plain, lettered)
    ]
    assert colors[1] > colors[0] + 5
    changed = (plain['img'] != lettered['img']).any(axis=-1)
    contrast = np.abs(plain['img'].mean(-1) - lettered['img'].mean(-1))
    assert contrast[changed].max() > 80


def test_badges_stand_in_corners_by_default():
    for seed in range(8):
        np.random.seed(seed)
        mask = BadgeCorruption(size_range=(0.2,
                                           0.2))(dict(gt=GREY))['mask'][..., 0]
        rows, columns = np.nonzero(mask)
        middle = rows.mean() / 200, columns.mean() / 240
        assert all(min(place, 1 - place) < 0.25 for place in middle)


def test_opacity_is_the_share_of_the_colour():
    results = _damage(opacity_range=(0.4, 0.4), shapes=('disc', ))
    assert abs(results['alpha'].max() - 0.4) < 1e-3


@pytest.mark.parametrize('arguments, message', [
    (dict(shapes=()), 'shapes must be some of'),
    (dict(shapes=['heart']), r"shapes must be some of .*'heart'"),
    (dict(word_probability=2), 'word_probability must be'),
])
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        BadgeCorruption(**arguments)
