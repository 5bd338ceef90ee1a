"""Regions found, against slow twins and cases worked by hand."""
import numpy as np
import pytest
from scipy import ndimage

from hcl_mmagic.evaluation.functional import found_region_scores


def test_recall_within_three_pixels_equals_all_pairs() -> None:
    pred, true = np.random.rand(2, 40, 50) > 0.97
    rows = np.argwhere(true)[:, None] - np.argwhere(pred)[None]
    near = (np.square(rows).sum(-1) <= 9).any(1)
    scores = found_region_scores(pred, true)
    assert scores['Recall_3px'] == pytest.approx(near.mean())
    assert scores['Marked'] == pytest.approx(pred.mean())


def test_regions_equal_another_library() -> None:
    """In small pictures a region is what touches."""
    pred, true = np.random.rand(2, 60, 60) > 0.93
    labels, number = ndimage.label(true, np.ones((3, 3)))
    shares = [pred[labels == one].mean() for one in range(1, number + 1)]
    assert number > 5
    scores = found_region_scores(pred, true)
    assert scores['RegionRecall'] == pytest.approx(
        np.mean([share >= 0.5 for share in shares]))


def test_letters_of_a_word_are_one_region() -> None:
    true = np.zeros((300, 300), np.uint8)
    true[100:110, 100:104] = true[100:110, 106:110] = 1
    pred = true.copy()
    pred[:, :104] = 0
    pred[200:204, 200:204] = 1
    scores = found_region_scores(pred, true)
    assert (scores['RegionRecall'], scores['RegionPrecision']) == (1., 0.5)


def test_nothing_has_no_share() -> None:
    nothing = np.zeros((8, 9))
    assert found_region_scores(nothing, nothing) == dict(
        Marked=0., Recall_3px=None, RegionRecall=None, RegionPrecision=None)


def test_nothing_found_is_no_recall() -> None:
    scores = found_region_scores(np.zeros((8, 9)), np.eye(8, 9))
    assert scores['Recall_3px'] == scores['RegionRecall'] == 0


def test_shapes_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match='of one shape'):
        found_region_scores(np.zeros((8, 9)), np.zeros((9, 8)))
