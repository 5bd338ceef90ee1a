"""Tests of hcl_mmagic/datasets/transforms/change_damaged.py."""
import io

import numpy as np
import pytest
from PIL import Image
from skimage import data

from hcl_mmagic.datasets.transforms import ChangeDamaged

CLEAN = np.ascontiguousarray(data.chelsea()[50:146, 100:228])
ALPHA = np.zeros((*CLEAN.shape[:2], 1), np.float32)
ALPHA[30:50, 40:70] = 0.5
DAMAGED = np.rint(ALPHA * 255 + (1 - ALPHA) * CLEAN).astype(np.uint8)


def _change(**transform) -> dict:
    return ChangeDamaged(transforms=[dict(p=1, **transform)])(
        dict(img=DAMAGED.copy(), gt=CLEAN.copy(), alpha=ALPHA))


def _reference_pil_jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    # albumentations takes red for blue.
    stream = io.BytesIO()
    swapped = np.ascontiguousarray(image[..., ::-1])
    Image.fromarray(swapped).save(stream, 'JPEG', quality=quality)
    return np.asarray(Image.open(stream))[..., ::-1].astype(int)


@pytest.mark.parametrize('transform', [
    dict(type='ImageCompression', quality_lower=20, quality_upper=90),
    dict(type='GaussNoise', var_limit=(100, 100)),
    dict(type='Sharpen'),
    dict(type='ToSepia'),
])
def test_intact_pixels_stay_equal_and_both_pictures_change(transform):
    results = _change(**transform)
    intact = ALPHA[..., 0] == 0
    assert (results['img'][intact] == results['gt'][intact]).all()
    assert (results['img'] != DAMAGED).any()
    assert (results['gt'][~intact] != CLEAN[~intact]).any()
    assert results['gt'].dtype == np.uint8


def test_compression_is_that_of_pil_with_the_clean_one_inside():
    results = _change(
        type='ImageCompression', quality_lower=50, quality_upper=50)
    damaged, clean = (
        _reference_pil_jpeg(picture, 50) for picture in (DAMAGED, CLEAN))
    expected = np.where(ALPHA > 0, clean, damaged)
    # Two libraries may round to different sides.
    assert np.abs(results['img'] - damaged).max() <= 3
    assert np.abs(results['gt'] - expected).max() <= 3


def test_damaged_and_clean_get_the_same_noise():
    results = _change(type='GaussNoise', var_limit=(30, 30))
    inside = ALPHA[..., 0] > 0
    noise = [
        results[key][inside].astype(int) - before[inside]
        for key, before in (('img', DAMAGED), ('gt', CLEAN))
    ]
    assert noise[0].std() > 4
    unclipped = (DAMAGED[inside] < 220) & (CLEAN[inside] > 35)
    assert np.abs(noise[0] - noise[1])[unclipped].max() <= 1


def test_the_seed_decides(seeded=(1, 1, 2)):
    from hcl_mmagic.datasets import seeded_rng
    pictures = []
    for seed in seeded:
        with seeded_rng(seed):
            pictures.append(_change(type='GaussNoise')['img'])
    assert (pictures[0] == pictures[1]).all()
    assert (pictures[0] != pictures[2]).any()
