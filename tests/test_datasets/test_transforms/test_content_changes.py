"""Tests of hcl_mmagic/datasets/transforms/content_changes.py."""
import io

import numpy as np
import pytest
from mmcv.transforms.utils import cache_random_params
from PIL import Image
from skimage import data

from hcl_mmagic.datasets.transforms import CompressContent, ShiftContentColor

PHOTOGRAPH = np.ascontiguousarray(data.chelsea()[:90, :110])


def _reference_pil_jpeg(image: np.ndarray, quality: int, top: int,
                        left: int) -> np.ndarray:
    """Encoded and decoded by PIL, with so many mirrored pixels in front."""
    padded = np.pad(image, ((top, 0), (left, 0), (0, 0)), 'symmetric')
    stream = io.BytesIO()
    Image.fromarray(padded).save(stream, 'JPEG', quality=quality)
    return np.asarray(Image.open(stream))[top:, left:].astype(int)


@pytest.mark.parametrize('quality', [20, 60, 95])
def test_compression_is_that_of_pil(quality):
    transform = CompressContent(
        quality_range=(quality, quality), with_photograph=False)
    with cache_random_params(transform):
        content = transform(dict(content=PHOTOGRAPH))['content']
        _, top, left = transform.random_compression()
    assert content.shape == PHOTOGRAPH.shape
    expected = _reference_pil_jpeg(PHOTOGRAPH, quality, top, left)
    # Two libraries may round to different sides.
    assert np.abs(content - expected).max() <= 2
    assert (content == expected).mean() > 0.99


def test_quality_and_grid_are_drawn_from_their_ranges():
    transform = CompressContent(quality_range=(40, 42))
    draws = np.array([transform.random_compression() for _ in range(300)])
    assert set(draws[:, 0]) == {40, 41, 42}
    for offsets in draws[:, 1:].T:
        assert set(offsets) == set(range(16))


def test_the_photograph_is_compressed_alike_unless_left_out():
    results = CompressContent()(dict(content=PHOTOGRAPH, gt=PHOTOGRAPH))
    assert (results['gt'] == results['content']).all()
    assert (results['gt'] != PHOTOGRAPH).any()
    alone = CompressContent(with_photograph=False)(
        dict(content=PHOTOGRAPH, gt=PHOTOGRAPH))
    assert (alone['gt'] == PHOTOGRAPH).all()


def test_content_of_one_pixel_is_compressed():
    pixel = np.full((1, 1, 3), 77, np.uint8)
    content = CompressContent()(dict(content=pixel, gt=pixel))['content']
    assert np.abs(content.astype(int) - 77).max() <= 6


def test_a_photograph_of_fractions_cannot_be_compressed():
    with pytest.raises(ValueError, match='takes uint8, got gt of float32'):
        CompressContent()(
            dict(content=PHOTOGRAPH, gt=PHOTOGRAPH.astype(np.float32)))


def test_colours_are_shifted_by_gain_and_offset_of_each_channel():
    transform = ShiftContentColor(gain_range=(0.5, 2), offset_range=(-60, 60))
    with cache_random_params(transform):
        content = transform(dict(content=PHOTOGRAPH))['content']
        gain, offset = transform.random_shift()
    assert len(set(gain)) == len(set(offset)) == 3
    expected = (PHOTOGRAPH * gain + offset).clip(0, 255)
    assert content.dtype == np.uint8
    assert np.abs(content - expected).max() <= 0.5


@pytest.mark.parametrize('transform, arguments, message', [
    (CompressContent, dict(quality_range=(0, 50)), 'quality_range must be'),
    (CompressContent, dict(quality_range=(50, 101)), 'at most 100'),
    (ShiftContentColor, dict(gain_range=(-1, 1)), 'gain_range must be'),
    (ShiftContentColor, dict(offset_range=(0, 300)), 'offset_range must be'),
])
def test_impossible_arguments_are_refused(transform, arguments, message):
    with pytest.raises(ValueError, match=message):
        transform(**arguments)
