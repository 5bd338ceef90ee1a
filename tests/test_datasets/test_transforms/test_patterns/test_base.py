"""Tests of transforms/patterns/base.py, on every registered pattern."""
import numpy as np
import pytest
from mmagic.registry import TRANSFORMS
from mmcv.transforms.utils import cache_random_params
from PIL import Image

from hcl_mmagic.datasets import seeded_rng
from hcl_mmagic.datasets.transforms import CorruptionPattern
from hcl_mmagic.datasets.transforms.patterns.base import (VISIBLE_SHARE,
                                                          Canvas, Drawing)

GT = np.random.default_rng(0).integers(
    60, 200, size=(72, 96, 3), dtype=np.uint8)
PATTERNS = sorted(name for name, transform in TRANSFORMS.module_dict.items()
                  if issubclass(transform, CorruptionPattern))


def _damage(pattern, seed=0, gt=GT, **results) -> dict:
    with seeded_rng(seed):
        return pattern(dict(gt=gt.copy(), **results))


@pytest.fixture(params=PATTERNS)
def pattern(request, tmp_path) -> CorruptionPattern:
    arguments = {}
    if request.param == 'FilmDamageCorruption':
        shape = np.zeros((40, 40), np.uint8)
        shape[12:28, 5:36] = 200
        Image.fromarray(shape).save(tmp_path / 'shape.png')
        arguments = dict(folder=str(tmp_path))
    return TRANSFORMS.build(dict(type=request.param, **arguments))


class _HalfGrey(CorruptionPattern):
    """Grey with a share that grows from left to right."""

    def __init__(self, **arguments) -> None:
        super().__init__(**{
            'ratio_range': (0, 1),
            'max_draws': 1,
            **arguments
        })

    def _draw(self, height, width):
        share = np.tile(
            np.linspace(0, 1, width, dtype=np.float32), (height, 1))
        return Drawing(share, np.full((height, width, 3), 128, np.uint8))


def test_there_are_the_twelve_patterns():
    assert PATTERNS == [
        'BadgeCorruption', 'CreaseCorruption', 'DateStampCorruption',
        'FilmDamageCorruption', 'GraffitiCorruption',
        'LogoWatermarkCorruption', 'RaindropCorruption', 'ScratchCorruption',
        'ScribbleCorruption', 'ShadowCorruption', 'StainCorruption',
        'TextWatermarkCorruption'
    ]


def test_alpha_is_above_zero_inside_the_mask_alone(pattern):
    results = _damage(pattern)
    alpha = results['alpha']
    assert alpha.dtype == np.float32 and alpha.shape == (*GT.shape[:2], 1)
    assert alpha.max() <= 1
    assert ((alpha > 0) == (results['mask'] == 1)).all()


@pytest.mark.parametrize('name', ['ShadowCorruption', 'StainCorruption'])
def test_alpha_of_what_darkens_is_the_light_that_is_lost(name):
    white = np.full((72, 96, 3), 255, np.uint8)
    results = _damage(TRANSFORMS.build(dict(type=name)), gt=white)
    lost = 1 - results['img'].mean(axis=-1) / 255
    np.testing.assert_allclose(results['alpha'][..., 0], lost, atol=1 / 255)


def test_what_lies_outside_the_mask_is_untouched(pattern):
    for seed in range(4):
        results = _damage(pattern, seed)
        img, mask = results['img'], results['mask']
        assert img.dtype == np.uint8 and img.shape == GT.shape
        assert mask.dtype == np.float32 and mask.shape == (*GT.shape[:2], 1)
        assert set(np.unique(mask)) == {0, 1}
        intact = mask[..., 0] == 0
        assert (img[intact] == GT[intact]).all()


def test_most_of_the_mask_shows_a_change(pattern):
    changed, corrupted = 0, 0
    for seed in range(4):
        results = _damage(pattern, seed)
        inside = results['mask'][..., 0] == 1
        changed += (results['img'] != GT).any(axis=-1)[inside].sum()
        corrupted += inside.sum()
    assert changed / corrupted > 0.9


def test_the_clean_photograph_stays_as_it_is(pattern):
    results = _damage(pattern)
    assert (results['gt'] == GT).all()
    assert results['img'] is not results['gt']


def test_the_damaged_share_is_in_the_range(pattern):
    low, high = pattern.ratio_range
    ratios = [_damage(pattern, seed)['mask'].mean() for seed in range(8)]
    # Of the patterns that draw anew each draw fits after a few attempts.
    assert all(low <= ratio <= high for ratio in ratios)
    assert 0 < low and max(ratios) > 1.2 * min(ratios)


def test_the_seed_decides(pattern):
    first, again, other = (_damage(pattern, seed)['img'] for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_draws_can_be_frozen(pattern):
    with cache_random_params(pattern):
        first, second = (pattern(dict(gt=GT))['img'] for _ in range(2))
    assert (first == second).all()


@pytest.mark.parametrize('size', [(16, 16), (17, 40), (130, 61)])
def test_any_size_works(pattern, size):
    gt = np.random.default_rng(1).integers(
        256, size=(*size, 3), dtype=np.uint8)
    results = _damage(pattern, gt=gt)
    assert results['img'].shape == gt.shape
    assert 0 < results['mask'].mean() < 1


def test_float_photographs_get_the_same_damage(pattern):
    expected = _damage(pattern)
    results = _damage(pattern, gt=GT.astype(np.float32))
    assert results['img'].dtype == np.float32
    # 1 only where the two kinds of arithmetic round to different sides
    assert np.abs(results['img'] - expected['img']).max() <= 1
    assert (results['mask'] == expected['mask']).all()


def test_the_order_of_the_channels_does_not_matter(pattern):
    expected = _damage(pattern)['img']
    bgr = np.ascontiguousarray(GT[..., ::-1])
    results = _damage(pattern, gt=bgr, gt_channel_order='bgr')
    assert (results['img'][..., ::-1] == expected).all()
    assert results['img_channel_order'] == 'bgr'


def test_the_name_of_the_pattern_is_added(pattern):
    name = _damage(pattern)['corruption']
    assert name.replace('_',
                        '') + 'corruption' == type(pattern).__name__.lower()


def test_shares_too_small_to_see_are_left_out():
    results = _damage(_HalfGrey())
    share = np.linspace(0, 1, 96)
    assert (results['mask'][..., 0] == (share >= VISIBLE_SHARE)).all()
    share[share < VISIBLE_SHARE] = 0
    np.testing.assert_allclose(results['alpha'][5, :, 0], share, atol=1e-6)
    expected = GT + share[:, None] * (128. - GT)
    assert np.abs(results['img'] - expected).max() <= 0.51


@pytest.mark.parametrize('gt, message', [
    (np.zeros((15, 40, 3), np.uint8), r'cat.png: .*at least 16 x 16.*15, 40'),
    (np.zeros((40, 40, 1), np.uint8), r'cat.png: .*\(H, W, 3\), got uint8'),
    (np.zeros((40, 40, 3)), 'uint8 or float32 .*got float64'),
    (np.full((40, 40, 3), np.nan, np.float32), 'NaN or infinity'),
])
def test_photographs_that_cannot_be_damaged_are_named(gt, message):
    with pytest.raises(ValueError, match=message):
        _HalfGrey()(dict(gt=gt, gt_path='cat.png'))


@pytest.mark.parametrize('arguments, message', [
    (dict(ratio_range=(0.5, 0.2)), 'ratio_range must be'),
    (dict(ratio_range=(2, 3)), 'ratio_range is a share'),
    (dict(max_draws=0), 'max_draws must be at least 1'),
])
def test_impossible_redraws_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        _HalfGrey(**arguments)


def test_layers_are_painted_over_each_other():
    canvas = Canvas(1, 2)
    half = np.array([[0.5, 1]], np.float32)
    canvas.paint(half, (200, 100, 0))
    canvas.paint(half / 2, (0, 100, 40))
    drawing = canvas.drawing()
    # over: 1 - (1 - 0.5)(1 - 0.25) of the first pixel is hidden; of that
    # 0.5 * 0.75 by the first layer, 0.25 by the second
    np.testing.assert_allclose(drawing.share, [[0.625, 1]])
    assert drawing.content.tolist() == [[[120, 100, 16], [100, 100, 20]]]
