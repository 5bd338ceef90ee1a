"""Tests of hcl_mmagic/datasets/transforms/patterns/colors.py."""
import numpy as np

from hcl_mmagic.datasets.transforms.patterns.colors import random_color


def test_most_colours_are_vivid_some_black_or_white():
    np.random.seed(0)
    colours = np.array([random_color() for _ in range(500)])
    assert colours.min() >= 0 and colours.max() <= 255
    spread = np.ptp(colours, axis=1)
    assert 0.15 < (spread == 0).mean() < 0.35
    # saturation is at least 0.6 of a brightness of at least 0.45
    assert spread[spread > 0].min() >= 0.6 * 0.45 * 255 - 1e-3


def test_given_colours_are_drawn_all():
    given = [(1, 2, 3), (4, 5, 6)]
    drawn = {tuple(random_color(given)) for _ in range(40)}
    assert drawn == set(given)
