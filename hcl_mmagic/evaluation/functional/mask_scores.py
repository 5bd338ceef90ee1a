"""Scores of one detected corruption mask against the true mask.

Every function takes the arrays of **one** image; averages over a data set are
averages of these per-image scores. Masks are 1 = corrupted, 0 = intact; all
arrays have one shape, such as ``(1, H, W)``. A ValueError tells of shapes that
differ, masks that are not binary and probabilities outside [0, 1].

A class that is absent from the prediction and from the truth was found
perfectly: its F1 and IoU are 1. A class that is absent from the truth but
predicted somewhere has F1 and IoU 0.
"""
from typing import Dict, Tuple

import numpy as np

PROB_EPSILON = 1e-7
"""Probabilities are clamped to [PROB_EPSILON, 1 - PROB_EPSILON] before the
logarithm: about the resolution of float32 just below 1, so that only saturated
probabilities change. One wrong, saturated pixel costs 16.1 nats."""


def binary_cross_entropy(mask_prob: np.ndarray, mask: np.ndarray) -> float:
    """Mean binary cross-entropy of a probability map, in nats per pixel.

    Lower is better; NaN if a probability is NaN. Probabilities of 'corrupted',
    float in [0, 1], are clamped by ``PROB_EPSILON``.
    """
    mask_prob, mask = _check_prob(mask_prob), _check_binary('mask', mask)
    _check_same_shape('mask_prob', mask_prob, mask)
    prob = np.clip(mask_prob, PROB_EPSILON, 1 - PROB_EPSILON)
    return float(-np.where(mask, np.log(prob), np.log1p(-prob)).mean())


def accuracy(pred_mask: np.ndarray, mask: np.ndarray) -> float:
    """Share of the pixels whose class is right, in [0, 1]."""
    pred_mask, mask = _check_masks(pred_mask, mask)
    return float((pred_mask == mask).mean())


def f1_score(pred_mask: np.ndarray,
             mask: np.ndarray,
             positive: int = 1) -> float:
    """F1 score (Dice coefficient) of the class ``positive``, in [0, 1]: 1 for
    the corrupted pixels, 0 for the intact ones."""
    overlap, num_pred, num_true = _count(pred_mask, mask, positive)
    total = num_pred + num_true
    return 2 * overlap / total if total else 1.0


def iou(pred_mask: np.ndarray, mask: np.ndarray, positive: int = 1) -> float:
    """Intersection over union (Jaccard index) of the class ``positive``, in
    [0, 1]."""
    overlap, num_pred, num_true = _count(pred_mask, mask, positive)
    union = num_pred + num_true - overlap
    return overlap / union if union else 1.0


def mask_scores(pred_mask: np.ndarray, mask_prob: np.ndarray,
                mask: np.ndarray) -> Dict[str, float]:
    """All scores of one detected mask: ``BCE``, ``Accuracy``,
    ``F1_corrupted``, ``F1_intact``, ``IoU_corrupted`` and ``IoU_intact``."""
    return {
        'BCE': binary_cross_entropy(mask_prob, mask),
        'Accuracy': accuracy(pred_mask, mask),
        'F1_corrupted': f1_score(pred_mask, mask, positive=1),
        'F1_intact': f1_score(pred_mask, mask, positive=0),
        'IoU_corrupted': iou(pred_mask, mask, positive=1),
        'IoU_intact': iou(pred_mask, mask, positive=0),
    }


def is_oriented(mask_prob: np.ndarray, mask: np.ndarray) -> bool:
    """Whether 'corrupted' and 'intact' are named the right way round.

    The two clusters of an image are right or swapped as a whole: they are
    right if the probability map is at least as near (L1) to the true mask as
    its complement is. A tie counts as right.
    """
    mask_prob, mask = _check_prob(mask_prob), _check_binary('mask', mask)
    _check_same_shape('mask_prob', mask_prob, mask)
    distance = np.abs(mask_prob - mask).sum()
    swapped_distance = np.abs((1 - mask_prob) - mask).sum()
    return bool(distance <= swapped_distance)


def _count(pred_mask: np.ndarray, mask: np.ndarray,
           positive: int) -> Tuple[int, int, int]:
    """Pixels of one class in both masks, in the prediction, in the truth."""
    pred_mask, mask = _check_masks(pred_mask, mask)
    pred_positive = pred_mask == bool(positive)
    true_positive = mask == bool(positive)
    overlap = pred_positive & true_positive
    return int(overlap.sum()), int(pred_positive.sum()), int(
        true_positive.sum())


def _check_masks(pred_mask: np.ndarray,
                 mask: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    pred_mask = _check_binary('pred_mask', pred_mask)
    mask = _check_binary('mask', mask)
    _check_same_shape('pred_mask', pred_mask, mask)
    return pred_mask, mask


def _check_binary(name: str, mask: np.ndarray) -> np.ndarray:
    mask = np.asarray(mask)
    binary = mask.astype(bool)
    if not np.array_equal(binary, mask):
        raise ValueError(f'{name} must hold only 0 (intact) and 1 (corrupted),'
                         f' but got values in [{mask.min()}, {mask.max()}]. '
                         'Threshold it first.')
    return binary


def _check_prob(mask_prob: np.ndarray) -> np.ndarray:
    mask_prob = np.asarray(mask_prob, dtype=np.float64)
    # written so that NaN passes: a diverged model shows up as a NaN score
    if (mask_prob < 0).any() or (mask_prob > 1).any():
        raise ValueError('mask_prob must lie in [0, 1], but got values in '
                         f'[{mask_prob.min()}, {mask_prob.max()}]. '
                         'Pass probabilities, not logits.')
    return mask_prob


def _check_same_shape(name: str, array: np.ndarray, mask: np.ndarray) -> None:
    if array.shape != mask.shape:
        raise ValueError(f'{name} must have the shape of mask, {mask.shape}, '
                         f'but got {array.shape}.')
