"""Tests of hcl_mmagic/datasets/transforms/patterns/shadows.py."""
import numpy as np
import pytest

from hcl_mmagic.datasets.transforms import ShadowCorruption

GT = np.random.default_rng(0).integers(256, size=(96, 80, 3), dtype=np.uint8)
HARD = dict(softness_range=(0, 0), tint_range=(0, 0))


def _damage(transform, gt=GT, seed=0) -> dict:
    np.random.seed(seed)
    return transform(dict(gt=gt))


@pytest.mark.parametrize('brightness', [0.2, 0.5, 0.9])
def test_light_is_multiplied(brightness):
    results = _damage(
        ShadowCorruption(brightness_range=(brightness, brightness), **HARD))
    factor = np.where(results['mask'] == 1, brightness, 1)
    difference = results['img'] - np.rint(GT * factor)
    # Only the smoothed pixels of the outline are between the two.
    edge = np.abs(difference).max(axis=-1) > 0
    assert edge.mean() < 0.1
    assert (difference[edge] >= 0).all()


def test_a_tinted_shadow_is_bluer():
    white = np.full_like(GT, 255)
    img = _damage(
        ShadowCorruption(
            tint_range=(0.2, 0.2),
            softness_range=(0, 0),
            brightness_range=(0.5, 0.5)), white)['img']
    darkest = img.reshape(-1, 3)[img[..., 0].argmin()]
    assert darkest.tolist() == [102, 128, 153]  # 0.4, 0.5, 0.6


def test_a_soft_edge_is_wider():
    white = np.full_like(GT, 255)
    hard, soft = (
        np.mean([
            _between(
                _damage(
                    ShadowCorruption(
                        softness_range=(softness, softness),
                        brightness_range=(0.5, 0.5),
                        tint_range=(0, 0)), white, seed)['img'])
            for seed in range(4)
        ]) for softness in (0, 0.05))
    assert soft > 2 * hard


def _between(img: np.ndarray) -> float:
    """Share of the pixels that are neither in the light nor in the shade."""
    return ((img > 130) & (img < 254)).mean()


def test_overlapping_shadows_are_not_darker():
    white = np.full_like(GT, 255)
    img = _damage(
        ShadowCorruption(
            num_shadows=(6, 6),
            brightness_range=(0.5, 0.5),
            ratio_range=(0, 1),
            **HARD), white)['img']
    assert img.min() == 128


@pytest.mark.parametrize('arguments, message', [
    (dict(num_shadows=(0, 1)), 'num_shadows must be'),
    (dict(brightness_range=(0.5, 1)), 'brightness_range must be at most 0.95'),
    (dict(tint_range=(0, 1)), 'tint_range must be at most 0.5'),
    (dict(size_range=(-1, 1)), 'size_range must be'),
    (dict(softness_range=(0, 1)), 'softness_range must be at most 0.2'),
])
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ShadowCorruption(**arguments)
