"""Tests of hcl_mmagic/datasets/transforms/documents.py."""
import numpy as np
import pytest
from mmcv.transforms.utils import cache_random_params

from hcl_mmagic.datasets.transforms import DrawDocument

RED = np.full((120, 160, 3), (255, 0, 0), np.uint8)


def _page(seed=0, **arguments) -> np.ndarray:
    np.random.seed(seed)
    page = DrawDocument(**arguments)(dict(gt=RED))['gt']
    assert page.shape == RED.shape and page.dtype == np.uint8
    return page


def test_ink_stands_in_rows_on_paper():
    for seed in range(5):
        page = _page(
            seed,
            dark_probability=0,
            photograph_probability=0,
            line_range=(0.1, 0.1)).mean(axis=-1)
        paper = np.median(page)
        assert paper > 170 and page.min() < 90
        ink = (page < paper - 60).mean(axis=1)
        assert 0.02 < ink.mean() < 0.5
        # Lines of 12 pixels, at least 1.15 of it apart: rows between are bare.
        assert (ink == 0).mean() > 0.1


def test_a_dark_page_is_bright_on_dark():
    page = _page(dark_probability=1, photograph_probability=0)
    assert np.median(page) < 85 and page.max() > 160


def test_the_photograph_shows_in_one_box():
    transform = DrawDocument(photograph_probability=1)
    np.random.seed(2)
    with cache_random_params(transform):
        page = transform(dict(gt=RED))['gt']
        _, (rows, columns) = transform.random_page(120, 160)
    red = (page == (255, 0, 0)).all(axis=-1)
    expected = np.zeros((120, 160), bool)
    expected[rows, columns] = True
    assert expected.any() and (red == expected).all()
    assert (RED == (255, 0, 0)).all()


@pytest.mark.parametrize('arguments, message', [
    (dict(line_range=(0, 1)), 'line_range must be'),
    (dict(dark_probability=2), 'dark_probability must be'),
    (dict(photograph_probability=2), 'photograph_probability must be'),
])
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        DrawDocument(**arguments)
