"""Tests of hcl_mmagic/datasets/transforms/patterns/scratches.py."""
import numpy as np
import pytest
from skimage.measure import label

from hcl_mmagic.datasets.transforms import ScratchCorruption

GREY = np.full((128, 128, 3), 128, np.uint8)
ANY_RATIO = dict(ratio_range=(0, 1), max_draws=1)
ONE = dict(
    num_scratches=(1, 1),
    num_specks=(0, 0),
    opacity_range=(1, 1),
    plain_probability=1,
    **ANY_RATIO)


def _damage(transform, gt=GREY, seed=0) -> dict:
    np.random.seed(seed)
    return transform(dict(gt=gt))


def _mean_ratio(transform) -> float:
    return np.mean([_damage(transform, seed=seed)['mask'].mean()
                    for seed in range(6)])  # yapf: disable


@pytest.mark.parametrize('few, many', [
    (dict(num_scratches=(2, 2)), dict(num_scratches=(20, 20))),
    (dict(num_specks=(0, 0)), dict(num_specks=(200, 200))),
    (dict(width_range=(0, 0)), dict(width_range=(0.03, 0.03))),
    (dict(length_range=(0.1, 0.1)), dict(length_range=(1, 1))),
])
def test_more_longer_and_wider_scratches_cover_more(few, many):
    base = dict(num_scratches=(4, 4), num_specks=(0, 0), **ANY_RATIO)
    assert _mean_ratio(ScratchCorruption(**{
        **base,
        **many
    })) > 1.5 * _mean_ratio(ScratchCorruption(**{
        **base,
        **few
    }))


def test_scratches_are_between_paper_and_dirt():
    img = _damage(ScratchCorruption())['img'].astype(int)
    changed = img[(img != 128).any(axis=-1)]
    brighter = changed[changed.mean(axis=1) > 128]
    assert len(brighter) > 50
    # Paper is a little yellow: never more blue than red.
    assert (brighter[:, 0] >= brighter[:, 2]).all()
    assert changed.min() >= 22 and changed.max() <= 238


@pytest.mark.parametrize('width', [0.01, 0.03, 0.06])
def test_a_plain_straight_scratch_is_a_bar_of_its_width(width):
    for seed in range(5):
        alpha = _damage(
            ScratchCorruption(
                width_range=(width, width),
                length_range=(0.5, 0.5),
                bend_range=(0, 0),
                **ONE),
            gt=np.full((400, 400, 3), 128, np.uint8),
            seed=seed)['alpha'][..., 0]
        rows, columns = np.nonzero(alpha)
        spread = np.linalg.eigvalsh(np.cov(rows, columns))
        inside = min(rows.min(), columns.min(), 399 - rows.max(),
                     399 - columns.max()) > 0
        # The variance of a bar across itself is that of its width.
        assert abs(np.sqrt(12 * spread[0]) - 400 * width) < 2
        if inside:  # OpenCV's smooth lines are about a pixel wider
            assert abs(alpha.sum() / (400 * width + 1) - 200) < 25


def test_a_bend_carries_the_scratch_off_its_line():

    def depth(bend):
        results = _damage(
            ScratchCorruption(
                bend_range=(bend, bend), length_range=(0.8, 0.8), **ONE))
        rows, columns = np.nonzero(results['mask'][..., 0])
        return np.linalg.eigvalsh(np.cov(rows, columns))[0]

    assert depth(0.1) > 5 * depth(0)


def test_a_bundle_has_parallel_scratches():
    counts = []
    for probability in (0, 1):
        transform = ScratchCorruption(
            width_range=(0.01, 0.01),
            length_range=(1, 1),
            bend_range=(0, 0),
            bundle_probability=probability,
            **ONE)
        large = np.full((400, 400, 3), 128, np.uint8)
        counts.append(
            np.mean([
                label(_damage(transform, large, seed)['alpha'] > 0.5).max()
                for seed in range(8)
            ]))
    assert counts[0] == 1 and counts[1] > 1.5


def test_coloured_scratches_have_one_colour_of_any_kind():
    colors = set()
    for seed in range(8):
        results = _damage(
            ScratchCorruption(
                color_probability=1, width_range=(0.03, 0.03), **ONE),
            seed=seed)
        opaque = results['img'][results['alpha'][..., 0] > 0.999]
        assert len(np.unique(opaque, axis=0)) == 1
        colors.add(tuple(opaque[0]))
    assert len(colors) == 8


@pytest.mark.parametrize('arguments, message', [
    (dict(num_scratches=(0, 1)), 'num_scratches must be'),
    (dict(num_specks=(-1, 1)), 'num_specks must be'),
    (dict(width_range=(0, 2)), 'width_range must be at m'),
    (dict(length_range=(2, 1)), 'length_range must be'),
    (dict(opacity_range=(0, 2)), 'opacity_range must be'),
    (dict(bend_range=(0, 2)), 'bend_range must be'),
    (dict(plain_probability=2), 'plain_probability must be'),
    (dict(bundle_probability=2), 'bundle_probability must be'),
    (dict(color_probability=2), 'color_probability must be'),
])
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ScratchCorruption(**arguments)
