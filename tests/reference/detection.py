"""Slow, obvious twin of the detector: one image, one pixel at a time.

Written from the method's description, in numpy and plain Python, for
comparison with the batched tensors of the package.
"""

from typing import List, Optional, Tuple

import numpy as np


def soft_two_means(
        points: np.ndarray,
        first: int,
        num_iterations: int = 3,
        temperature: float = 0.1) -> Tuple[np.ndarray, np.ndarray, float]:
    """Centres (2, C), share of cluster 0 (P,), cost; points are (P, C)."""
    second = int(np.argmax(1 - points @ points[first]))
    centres = np.stack((points[first], points[second]))
    previous = np.inf
    for _ in range(num_iterations):
        distance = 1 - points @ centres.T
        share = _softmax(-distance / temperature)
        sums = share.T @ points
        centres = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        cost = float((share * distance).sum())
        if abs(cost - previous) < 1e-6:
            break
        if previous < np.inf and abs(cost - previous) / previous < 1e-6:
            break
        previous = cost
    distance = 1 - points @ centres.T
    share = _softmax(-distance / temperature)
    return centres, share[:, 0], float((share * distance).sum())


def _softmax(logits: np.ndarray) -> np.ndarray:
    exponential = np.exp(logits - logits.max(1, keepdims=True))
    return exponential / exponential.sum(1, keepdims=True)


def erode(region: np.ndarray) -> np.ndarray:
    """Pixels of (H, W) whose 3x3 neighbourhood, border replicated, is in."""
    padded = np.pad(region, 1, mode='edge')
    height, width = region.shape
    result = np.zeros_like(region)
    for row in range(height):
        for column in range(width):
            result[row, column] = padded[row:row + 3, column:column + 3].all()
    return result


def circle_loss(similarity: List[float], positive: List[bool],
                temperature: float) -> float:
    """Loss of one anchor with its references."""
    pull = sum(
        np.exp(-s / temperature) for s, p in zip(similarity, positive) if p)
    push = sum(
        np.exp(s / temperature) for s, p in zip(similarity, positive) if not p)
    return float(np.log1p(pull * push))


def hierarchy(projections: List[np.ndarray], first: List[int],
              corrupted_first: bool, sure_fractions: Tuple[float,
                                                           ...]) -> List[dict]:
    """Detection in one image, finest stage first.

    ``projections``: (C, H, W) per stage, finest first; ``first``: index of
    the first centre among the uncertain pixels, coarsest stage first;
    ``corrupted_first``: does the coarsest stage's cluster 0 hold the
    corrupted pixels.
    """
    stages: List[dict] = []
    for stage in range(len(projections) - 1, -1, -1):
        projection = projections[stage]
        points = projection.reshape(len(projection), -1).T
        shape = projection.shape[1:]
        coarser = stages[0] if stages else None
        if coarser is None:
            uncertain = np.ones(shape, bool)
            prob = np.full(shape, 0.5)
        else:
            uncertain = _children(coarser['uncertain']
                                  & ~coarser['sure_intact']
                                  & ~coarser['sure_corrupted'])
            prob = _children(coarser['mask_prob'])
        found = _one_stage(points, shape, uncertain,
                           first[len(projections) - 1 - stage], coarser,
                           corrupted_first, sure_fractions[stage])
        found['mask_prob'] = np.where(uncertain, found['prob'], prob)
        stages.insert(0, found)
    return stages


def _one_stage(points: np.ndarray, shape: Tuple[int, int],
               uncertain: np.ndarray, first: int, coarser: Optional[dict],
               corrupted_first: bool, fraction: float) -> dict:
    if not uncertain.any():
        nothing = np.zeros(shape, bool)
        return dict(
            uncertain=uncertain,
            prob=np.full(shape, 0.5),
            centres=np.zeros((2, points.shape[1])),
            sure_intact=nothing,
            sure_corrupted=nothing)
    centres, _, _ = soft_two_means(points[uncertain.ravel()], first)
    if coarser is not None:
        intact, corrupted = (coarser['centres'] @ (centres[0] - centres[1]))
        corrupted_first = intact < corrupted
    if corrupted_first:
        centres = centres[::-1]
    share = _softmax((points @ centres.T - 1) / 0.1)
    prob = share[:, 1].reshape(shape)
    sure = []
    for side, certainty in ((prob <= 0.5, -prob), (prob > 0.5, prob)):
        keep = int(side.sum() * fraction)
        ranked = sorted(
            np.flatnonzero(side), key=lambda index: -certainty.flat[index])
        chosen = np.zeros(shape, bool)
        chosen.flat[ranked[:keep]] = True
        sure.append(chosen & erode(chosen) & uncertain)
    return dict(
        uncertain=uncertain,
        prob=prob,
        centres=centres,
        sure_intact=sure[0],
        sure_corrupted=sure[1])


def _children(parents: np.ndarray) -> np.ndarray:
    return parents.repeat(2, 0).repeat(2, 1)
