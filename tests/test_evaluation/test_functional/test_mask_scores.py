"""Mask scores against scikit-learn and cases worked by hand."""
import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from hcl_mmagic.evaluation.functional import (PROB_EPSILON, accuracy,
                                              binary_cross_entropy, f1_score,
                                              iou, is_oriented, mask_scores)

EMPTY = np.zeros((1, 2, 2))
FULL = np.ones((1, 2, 2))


@pytest.fixture(params=range(4))
def masks(request):
    """Random detected mask, probability and true mask, ``(1, 9, 13)``."""
    rng = np.random.default_rng(request.param)
    mask = (rng.random((1, 9, 13))
            < 0.2 + 0.2 * request.param).astype(np.float32)
    mask_prob = rng.random(mask.shape).astype(np.float32)
    return (mask_prob > 0.5).astype(np.float32), mask_prob, mask


def test_scores_equal_those_of_sklearn(masks):
    pred_mask, mask_prob, mask = masks
    truth, pred = mask.ravel(), pred_mask.ravel()
    expected = {
        'BCE':
        sklearn_metrics.log_loss(truth,
                                 mask_prob.ravel().astype(np.float64)),
        'Accuracy':
        sklearn_metrics.accuracy_score(truth, pred),
        'F1_corrupted':
        sklearn_metrics.f1_score(truth, pred, pos_label=1),
        'F1_intact':
        sklearn_metrics.f1_score(truth, pred, pos_label=0),
        'IoU_corrupted':
        sklearn_metrics.jaccard_score(truth, pred, pos_label=1),
        'IoU_intact':
        sklearn_metrics.jaccard_score(truth, pred, pos_label=0),
    }
    scores = mask_scores(pred_mask, mask_prob, mask)
    assert scores == pytest.approx(expected, rel=1e-12)
    assert all(type(score) is float for score in scores.values())


def test_scores_of_a_case_worked_by_hand():
    mask = np.array([[[1, 1, 0, 0]]])
    pred_mask = np.array([[[1, 0, 1, 0]]])
    mask_prob = np.array([[[0.8, 0.5, 0.75, 0.0]]])
    scores = mask_scores(pred_mask, mask_prob, mask)
    bce = -(np.log(0.8) + np.log(0.5) + np.log(0.25)) / 4
    assert scores['BCE'] == pytest.approx(bce, abs=1e-6)
    assert scores['Accuracy'] == 0.5
    assert scores['F1_corrupted'] == scores['F1_intact'] == 0.5
    assert scores['IoU_corrupted'] == pytest.approx(1 / 3)


@pytest.mark.parametrize('score', [f1_score, iou])
@pytest.mark.parametrize('pred_mask, mask, corrupted, intact', [
    (EMPTY, EMPTY, 1.0, 1.0),
    (FULL, FULL, 1.0, 1.0),
    (FULL, EMPTY, 0.0, 0.0),
    (EMPTY, FULL, 0.0, 0.0),
])
def test_rule_for_absent_classes(score, pred_mask, mask, corrupted, intact):
    assert score(pred_mask, mask, positive=1) == corrupted
    assert score(pred_mask, mask, positive=0) == intact


def test_classes_swap_with_the_masks(masks):
    pred_mask, _, mask = masks
    for score in (f1_score, iou):
        swapped = score(1 - pred_mask, 1 - mask, positive=1)
        assert score(pred_mask, mask, positive=0) == swapped


@pytest.mark.parametrize('mask, prob', [(FULL, 0.0), (EMPTY, 1.0)])
def test_saturated_wrong_probability_is_clamped(mask, prob):
    bce = binary_cross_entropy(np.full_like(mask, prob, np.float32), mask)
    assert bce == pytest.approx(-np.log(PROB_EPSILON))
    assert bce == pytest.approx(16.1, abs=0.05)


def test_saturated_right_probability_costs_almost_nothing():
    assert binary_cross_entropy(FULL, FULL) == pytest.approx(
        PROB_EPSILON, rel=1e-3)


def test_nan_probability_shows_up_in_the_score():
    assert np.isnan(binary_cross_entropy(np.full_like(FULL, np.nan), FULL))


@pytest.mark.parametrize('prob, expected', [
    ([0.9, 0.1, 0.1, 0.1], True),
    ([0.1, 0.9, 0.9, 0.9], False),
    ([0.5, 0.5, 0.5, 0.5], True),
])
def test_orientation_follows_the_nearer_map(prob, expected):
    mask = np.array([[[1.0, 0.0, 0.0, 0.0]]])
    assert is_oriented(np.array([[prob]]), mask) is expected


def test_arguments_are_left_alone(masks):
    copies = [array.copy() for array in masks]
    mask_scores(*masks)
    for array, copy in zip(masks, copies):
        np.testing.assert_array_equal(array, copy)


def test_grey_mask_is_refused():
    with pytest.raises(ValueError, match=r'mask must hold only 0 .*0\.5'):
        accuracy(FULL, 0.5 * FULL)


def test_masks_of_two_sizes_are_refused():
    with pytest.raises(ValueError, match=r'pred_mask must have the shape'):
        iou(np.ones((1, 3, 3)), FULL)


def test_logits_are_refused():
    with pytest.raises(ValueError, match='Pass probabilities, not logits'):
        binary_cross_entropy(3 * FULL, FULL)
