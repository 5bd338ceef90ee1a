"""Tests of hcl_mmagic/datasets/transforms/corruption.py."""
import numpy as np
import pytest
from mmagic.registry import TRANSFORMS
from mmcv.transforms.utils import cache_random_params
from mmengine.dataset import Compose
from scipy.ndimage import gaussian_filter

from hcl_mmagic.datasets.transforms import (ContentAsTruth, CorruptImage,
                                            GaussianNoiseContent, NoCorruption,
                                            TextWatermarkCorruption,
                                            corruption_name, feather)
from hcl_mmagic.errors import ConfigError

SIZE = (24, 40)
RNG = np.random.default_rng(0)
GT = RNG.integers(256, size=(*SIZE, 3), dtype=np.uint8)
MASK = np.zeros((*SIZE, 1), np.float32)
MASK[5:15, 8:30] = 1


class _GivenContent:
    """Content known to the test."""

    values = RNG.integers(256, size=(*SIZE, 3), dtype=np.uint8)

    def __call__(self, results: dict) -> dict:
        results['content'] = self.values
        return results


def _corrupt_given(feather_radius: float, **results) -> dict:
    transform = CorruptImage(
        contents=[dict(type=_GivenContent)], feather_radius=feather_radius)
    return transform({'gt': GT, 'mask': MASK, **results})


def _reference_scipy_feather(mask: np.ndarray, radius: float) -> np.ndarray:
    """Blur of the intact mask, as the paper's system does it."""
    intact = gaussian_filter(
        1 - mask[..., 0].astype(np.float64),
        radius,
        mode='mirror',
        radius=int(np.ceil(3 * radius)))
    return 1 - intact[..., None]


@pytest.mark.parametrize('radius', [0.7, 1., 3.])
def test_feathering_equals_scipy(radius):
    expected = _reference_scipy_feather(MASK, radius)
    np.testing.assert_allclose(feather(MASK, radius), expected, atol=1e-6)


def test_the_edge_of_three_pixels_reaches_nine_pixels_far():
    column = np.zeros((1, 60, 1), np.float32)
    column[:, 30:] = 1
    soft = feather(column, 3.)[0, :, 0]
    assert (soft[:21] == 0).all() and soft[21] > 0


def test_the_edge_is_three_pixels_soft_unless_told_otherwise():
    img = CorruptImage(contents=[dict(type=_GivenContent)])(dict(
        gt=GT, mask=MASK))['img']
    assert (img == _corrupt_given(3.)['img']).all()


@pytest.mark.parametrize('radius', [0., 1., 3.])
def test_blending_equals_the_formula(radius):
    soft = _reference_scipy_feather(MASK, radius) if radius else MASK
    expected = np.rint(soft * _GivenContent.values + (1 - soft) * GT)
    img = _corrupt_given(radius)['img']
    assert img.dtype == np.uint8
    # 1 only where float32 and float64 round to different sides
    assert np.abs(img - expected).max() <= 1
    assert (img == expected).mean() > 0.999


@pytest.mark.parametrize('opacity', [0., 0.4, 1.])
def test_alpha_is_the_feathered_mask_times_the_opacity(opacity):
    transform = CorruptImage(
        contents=[dict(type=_GivenContent)],
        feather_radius=1.,
        opacity_range=(opacity, opacity))
    results = transform(dict(gt=GT, mask=MASK))
    expected = opacity * _reference_scipy_feather(MASK, 1.)
    np.testing.assert_allclose(results['alpha'], expected, atol=1e-6)
    img = expected * _GivenContent.values + (1 - expected) * GT
    assert np.abs(results['img'] - img).max() <= 0.51
    assert (results['mask'] == MASK).all()


def test_edge_and_opacity_are_drawn_from_their_ranges():
    transform = CorruptImage(
        contents=[dict(type=_GivenContent)],
        feather_radius=(0.5, 3.),
        opacity_range=(0.2, 0.6))
    np.random.seed(0)
    draws = np.array([transform.random_edge() for _ in range(500)])
    np.testing.assert_allclose(draws.min(axis=0), (0.5, 0.2), atol=0.03)
    np.testing.assert_allclose(draws.max(axis=0), (3, 0.6), atol=0.03)


def test_pixels_far_from_the_mask_stay_as_they_are():
    img = _corrupt_given(1.)['img']
    assert (img[18:] == GT[18:]).all() and (img[:, 33:] == GT[:, 33:]).all()


def test_the_target_mask_stays_binary():
    assert set(np.unique(_corrupt_given(3.)['mask'])) == {0, 1}


@pytest.mark.parametrize('value, expected', [(0, GT),
                                             (1, _GivenContent.values)])
def test_all_intact_and_all_corrupted_masks(value, expected):
    results = _corrupt_given(3., mask=np.full_like(MASK, value))
    assert (results['img'] == expected).all()


def test_float_images_keep_their_type_and_get_whole_numbers():
    img = _corrupt_given(1., gt=GT.astype(np.float32))['img']
    assert img.dtype == np.float32
    assert (img == _corrupt_given(1.)['img']).all()


def test_colour_order_is_that_of_the_clean_image():
    results = _corrupt_given(1., gt_channel_order='rgb', gt_color_type='color')
    assert results['img_channel_order'] == 'rgb'
    assert results['img_color_type'] == 'color'
    assert 'content' not in results


@pytest.mark.parametrize('pattern, name', [
    (GaussianNoiseContent, 'gaussian_noise'),
    (TextWatermarkCorruption, 'text_watermark'),
    (dict, 'dict'),
])
def test_a_pattern_is_named_by_its_class(pattern, name):
    assert corruption_name(pattern) == name


def test_the_name_of_the_drawn_content_travels_as_meta_information():
    pipeline = Compose([
        dict(
            type='CorruptImage',
            contents=[
                dict(type='UniformNoiseContent'),
                dict(type='ConstantColorContent')
            ]),
        dict(type='PackInputs', keys=['img'], meta_keys=['corruption'])
    ])
    names = {
        pipeline(dict(gt=GT, mask=MASK))['data_samples'].corruption
        for _ in range(12)
    }
    assert names == {'uniform_noise', 'constant_color'}


class _Invert:
    """A change of content, or of another picture, known to the test."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __call__(self, results: dict) -> dict:
        results[self.key] = 255 - results[self.key]
        return results


def test_content_is_changed_before_it_is_pasted():
    transform = CorruptImage(
        contents=[dict(type=_GivenContent)],
        feather_radius=0,
        content_transforms=[
            dict(type='ShiftContentColor', gain_range=(1, 1),
                 offset_range=(9, 9)),
            dict(type=_Invert, key='content')
        ])  # yapf: disable
    img = transform(dict(gt=GT, mask=MASK))['img']
    shifted = np.minimum(_GivenContent.values.astype(int) + 9, 255)
    assert (img == np.where(MASK == 1, 255 - shifted, GT)).all()


def test_a_content_change_may_change_the_photograph_alike():
    transform = CorruptImage(
        contents=[dict(type=_GivenContent)],
        feather_radius=0,
        content_transforms=[dict(type=_Invert, key='gt')])
    results = transform(dict(gt=GT, mask=MASK))
    assert (results['gt'] == 255 - GT).all()
    intact = MASK[..., 0] == 0
    assert (results['img'][intact] == results['gt'][intact]).all()


def test_a_photograph_that_is_no_colour_picture_is_named():
    with pytest.raises(ValueError, match=r'cat.png: .* got uint8 \(24, 40\)'):
        _corrupt_given(1., gt=GT[..., 0], gt_path='cat.png')


@pytest.mark.parametrize('value', [np.nan, np.inf])
def test_a_clean_image_that_is_not_finite_is_named(value):
    gt = GT.astype(np.float32)
    gt[3, 4, 1] = value
    with pytest.raises(ValueError, match='holiday.png: .* NaN or infinity'):
        _corrupt_given(1., gt=gt, gt_path='holiday.png')


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(
            ValueError, match=r'size of the image, \(24, 40, 1\), got \(23'):
        _corrupt_given(1., mask=MASK[1:])


def test_a_mask_with_grey_values_is_refused():
    with pytest.raises(ValueError, match='only 0 .* got the value 0.5'):
        _corrupt_given(1., mask=MASK * 0.5)


def test_contents_are_drawn_by_their_weights():
    transform = CorruptImage(
        contents=[
            dict(type='ConstantColorContent'),
            dict(type=_GivenContent),
            dict(type='UniformNoiseContent')
        ],  # yapf: disable
        weights=[3, 0, 1],
        feather_radius=0)
    np.random.seed(0)
    draws = [transform.random_content() for _ in range(2000)]
    shares = np.bincount(draws, minlength=3) / len(draws)
    np.testing.assert_allclose(shares, [0.75, 0, 0.25], atol=0.03)


def test_draws_can_be_frozen():
    transform = TRANSFORMS.build(
        dict(
            type='CorruptImage',
            contents=[
                dict(type='UniformNoiseContent'),
                dict(type='GaussianNoiseContent')
            ]))
    with cache_random_params(transform):
        first, second = (
            transform(dict(gt=GT, mask=MASK))['img'] for _ in range(2))
    assert (first == second).all()


@pytest.mark.parametrize('arguments, message', [
    (dict(contents=[]), 'at least one content'),
    (dict(weights=[1, 2]), 'one number for each content'),
    (dict(weights=[-1]), 'none negative'),
    (dict(weights=[0]), 'not all 0'),
    (dict(feather_radius=-1.), 'feather_radius must be'),
    (dict(feather_radius=(3., 1.)), 'feather_radius must be'),
    (dict(opacity_range=(0, 2)), 'opacity_range must be at most 1'),
])
def test_impossible_arguments_are_refused(arguments, message):
    arguments = {'contents': [dict(type='ConstantColorContent')], **arguments}
    with pytest.raises(ValueError, match=message):
        CorruptImage(**arguments)


def test_an_unknown_argument_names_class_and_argument():
    with pytest.raises(TypeError, match="CorruptImage.*'feather'"):
        TRANSFORMS.build(dict(type='CorruptImage', contents=[], feather=3))


@pytest.fixture
def photograph():
    return np.random.default_rng(0).integers(0, 256, (6, 8, 3), np.uint8)


def test_the_picture_is_the_truth_and_the_mask_is_empty(photograph):
    results = NoCorruption()(dict(gt=photograph, gt_channel_order='rgb'))
    np.testing.assert_array_equal(results['img'], photograph)
    assert results['mask'].shape == (6, 8, 1)
    assert results['mask'].dtype == np.float32 and not results['mask'].any()
    np.testing.assert_array_equal(results['alpha'], results['mask'])
    assert results['corruption'] == 'no'
    assert results['img_channel_order'] == 'rgb'


def test_the_truth_does_not_change_with_the_picture(photograph):
    results = NoCorruption()(dict(gt=photograph))
    before = photograph.copy()
    results['img'][:] = 0
    np.testing.assert_array_equal(results['gt'], before)


def test_what_is_no_colour_picture_is_refused(photograph):
    with pytest.raises(ValueError, match='a.png: the clean image must be'):
        NoCorruption()(dict(gt=photograph[..., 0], gt_path='a.png'))


def _corrupt(everywhere: bool = False, **options: bool) -> dict:
    rng = np.random.default_rng(0)
    mask = np.full((24, 30, 1), everywhere, np.float32)
    mask[5:15, 10:20] = 1
    results = dict(
        gt=rng.integers(256, size=(24, 30, 3), dtype=np.uint8), mask=mask)
    transform = TRANSFORMS.build(
        dict(
            type='CorruptImage',
            feather_radius=0,
            contents=[dict(type='UniformNoiseContent')],
            **options))
    np.random.seed(3)
    return transform(results)


def test_the_truth_is_the_whole_content() -> None:
    content = _corrupt(everywhere=True)['img']
    before = _corrupt()
    results = ContentAsTruth()(_corrupt(keep_content=True))
    assert (results['gt'] == content).all() and 'content' not in results
    assert (results['img'] == before['img']).all()
    assert (results['mask'] == before['mask']).all()
    corrupted = results['mask'][..., 0] == 1
    assert (results['img'][corrupted] == results['gt'][corrupted]).all()


def test_content_does_not_stay_unasked() -> None:
    assert 'content' not in _corrupt()


def test_a_missing_content_says_what_keeps_it() -> None:
    with pytest.raises(ConfigError, match='keep_content=True'):
        ContentAsTruth()(_corrupt())
