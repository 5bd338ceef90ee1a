"""Tests of hcl_mmagic/datasets/transforms/patterns/old_photographs.py."""
import numpy as np
import pytest

from hcl_mmagic.datasets.transforms import CreaseCorruption, StainCorruption

GREY = np.full((128, 128, 3), 128, np.uint8)
ANY_RATIO = dict(ratio_range=(0, 1), max_draws=1)


def _damage(transform, gt=GREY, seed=0) -> dict:
    np.random.seed(seed)
    return transform(dict(gt=gt))


def test_stains_multiply_and_turn_the_light_brown():
    white, grey = (
        _damage(StainCorruption(), np.full_like(GREY, value))['img']
        for value in (250, 125))
    assert np.abs(white / 250 - grey / 125).max() < 0.5 / 100
    stained = white[(white != 250).any(axis=-1)].astype(int)
    assert (stained[:, 0] >= stained[:, 1]).all()
    assert (stained[:, 1] >= stained[:, 2]).all()


def test_a_stronger_stain_is_darker():
    means = [
        _damage(StainCorruption(strength_range=(strength,
                                                strength)))['img'].mean()
        for strength in (0.2, 0.6, 1.)
    ]
    assert means == sorted(means, reverse=True) and means[2] < means[0] - 1


def test_the_rim_of_a_stain_is_darker_than_its_inside():
    img = _damage(
        StainCorruption(
            num_stains=(1, 1), size_range=(0.3, 0.3), ratio_range=(0.15, 0.6)),
        seed=1)['img'][..., 2].astype(float)
    row = img[np.argmax((img < 128).sum(axis=1))]
    stained = row[row < 120]
    assert stained[[1, 2, -3, -2]].min() < np.median(stained)


def test_a_crease_is_paper_between_a_light_and_a_dark_side():
    img = _damage(
        CreaseCorruption(num_creases=(1, 1), relief_range=(0.04, 0.04)))
    mean = img['img'].mean(axis=-1)
    assert mean.max() > 190  # paper
    inside = img['mask'][..., 0] == 1
    assert ((mean > 130) & inside).sum() > 100
    assert ((mean < 126) & inside).sum() > 100


def test_the_first_crease_crosses_the_whole_photograph():
    for seed in range(5):
        mask = _damage(
            CreaseCorruption(num_creases=(1, 1), **ANY_RATIO),
            seed=seed)['mask'][..., 0]
        border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
        runs = (np.diff(np.concatenate([[0], border])) == 1).sum()
        assert runs >= 2


@pytest.mark.parametrize('transform, arguments, message', [
    (StainCorruption, dict(num_stains=(0, 1)), 'num_stains must be'),
    (StainCorruption, dict(size_range=(0, 3)), 'size_range must be at most 2'),
    (StainCorruption, dict(strength_range=(0, 2)), 'strength_range must be'),
    (CreaseCorruption, dict(num_creases=(0, 1)), 'num_creases must be'),
    (CreaseCorruption, dict(width_range=(0, 2)), 'width_range must be at mo'),
    (CreaseCorruption, dict(relief_range=(0, 1)), 'relief_range must be at'),
    (CreaseCorruption, dict(relief_opacity_range=(0, 2)), 'relief_opacity_'),
])
def test_impossible_arguments_are_refused(transform, arguments, message):
    with pytest.raises(ValueError, match=message):
        transform(**arguments)
