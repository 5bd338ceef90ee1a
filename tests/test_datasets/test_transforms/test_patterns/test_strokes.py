"""Tests of hcl_mmagic/datasets/transforms/patterns/strokes.py."""
import numpy as np
import pytest

from hcl_mmagic.datasets.transforms import (GraffitiCorruption,
                                            ScribbleCorruption)

GREY = np.full((128, 128, 3), 128, np.uint8)
ANY_RATIO = dict(ratio_range=(0, 1), max_draws=1)
RED = (255, 0, 0)


def _damage(transform) -> dict:
    np.random.seed(3)
    return transform(dict(gt=GREY))


@pytest.mark.parametrize('transform, arguments', [
    (GraffitiCorruption, dict(outline_probability=0, softness_range=(0, 0))),
    (ScribbleCorruption, dict(width_range=(0.05, 0.05))),
])
def test_opacity_and_colour_are_those_given(transform, arguments):
    transform = transform(
        opacity_range=(0.5, 0.5),
        num_strokes=(1, 1),
        colors=[RED],
        **arguments,
        **ANY_RATIO)
    img = np.stack([transform(dict(gt=GREY))['img'] for _ in range(5)])
    # Where the line covers all: half grey, half red.
    core = np.abs(img - np.array((191.5, 64, 64))).max(axis=-1) < 1
    assert core.sum() > 500
    assert img[..., 0].max() <= 192 and img[..., 1:].min() >= 64


@pytest.mark.parametrize('transform', [GraffitiCorruption, ScribbleCorruption])
def test_wider_and_more_strokes_cover_more(transform):
    thin, wide, many = (
        np.mean([
            transform(
                num_strokes=(number, number),
                width_range=(width, width),
                **ANY_RATIO)(dict(gt=GREY))['mask'].mean() for _ in range(8)
        ])  # yapf: disable
        for number, width in ((1, 0.02), (1, 0.08), (6, 0.02)))
    assert wide > 1.5 * thin and many > 1.5 * thin


@pytest.mark.parametrize('probability', [0, 1])
def test_an_outline_may_have_another_colour(probability):
    transform = GraffitiCorruption(
        num_strokes=(1, 1),
        opacity_range=(1, 1),
        width_range=(0.06, 0.06),
        softness_range=(0, 0),
        colors=[RED, (0, 0, 255)],
        outline_probability=probability,
        drip_probability=0,
        **ANY_RATIO)
    counts = {_count_colours(transform, seed) for seed in range(12)}
    assert counts == ({1, 2} if probability else {1})


def _count_colours(transform, seed: int) -> int:
    np.random.seed(seed)
    img = transform(dict(gt=GREY))['img']
    colours, counts = np.unique(img.reshape(-1, 3), axis=0, return_counts=True)
    return sum(count > 100 and colour.tolist() in ([255, 0, 0], [0, 0, 255])
               for colour, count in zip(colours, counts))


def test_drips_run_down():
    arguments = dict(
        num_strokes=(1, 1), outline_probability=0, softness_range=(0, 0))
    without, dripping = (
        _damage(
            GraffitiCorruption(
                drip_probability=probability, **arguments,
                **ANY_RATIO))['mask'][..., 0] for probability in (0, 1))
    added = (dripping > without)
    assert added.any() and not (without > dripping).any()
    # Above each pixel of a drip there is paint.
    assert (dripping[:-1][added[1:]] == 1).mean() > 0.8


@pytest.mark.parametrize('transform', [GraffitiCorruption, ScribbleCorruption])
@pytest.mark.parametrize('arguments, message', [
    (dict(num_strokes=(0, 2)), 'num_strokes must be'),
    (dict(width_range=(0.1, 2)), 'width_range must be at most 1'),
    (dict(opacity_range=(-0.1, 1)), 'opacity_range must be'),
    (dict(colors=[]), 'colors must hold RGB'),
    (dict(colors=[(1, 2)]), 'colors must hold RGB'),
    (dict(colors=[(1, 2, 256)]), 'colors must hold RGB'),
])
def test_impossible_arguments_are_refused(transform, arguments, message):
    with pytest.raises(ValueError, match=message):
        transform(**arguments)


def test_a_probability_above_one_is_refused():
    with pytest.raises(ValueError, match='drip_probability must be from 0'):
        GraffitiCorruption(drip_probability=1.5)
