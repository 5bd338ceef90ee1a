"""Slow, obvious twin of the detector: one image, one pixel at a time.

Written from the method's description, in numpy and plain Python, for
comparison with the batched tensors of the package.
"""

from typing import List, Optional, Sequence, Tuple

import numpy as np

# Centres (2, C), share of cluster 0 (P,), cost.
Clusters = Tuple[np.ndarray, np.ndarray, float]


def soft_two_means(points: np.ndarray,
                   firsts: Sequence[int],
                   num_iterations: int = 3,
                   temperature: float = 0.1) -> Clusters:
    """The restart of the lowest cost; points are (P, C), ``firsts`` the first
    centre of each restart. Of restarts with the same optimum the first."""
    found = [
        _one_restart(points, first, num_iterations, temperature)
        for first in firsts
    ]
    lowest = min(cost for _, _, cost in found)
    return next(one for one in found if one[2] <= lowest * (1 + 1e-6))


def _one_restart(points: np.ndarray, first: int, num_iterations: int,
                 temperature: float) -> Clusters:
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


def side_means(points: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Mean directions (2, C) of the points (P, C) outside and inside of a
    side, (P,); 0 for none."""
    centres = np.zeros((2, points.shape[1]))
    for index, part in enumerate((~side, side)):
        for point in points[part]:
            centres[index] += point
        if part.any():
            centres[index] /= np.linalg.norm(centres[index])
    return centres


def erode(region: np.ndarray) -> np.ndarray:
    """Pixels of (H, W) whose 3x3 neighbourhood, border replicated, is in."""
    padded = np.pad(region, 1, mode='edge')
    height, width = region.shape
    result = np.zeros_like(region)
    for row in range(height):
        for column in range(width):
            result[row, column] = padded[row:row + 3, column:column + 3].all()
    return result


def hierarchy(projections: List[np.ndarray],
              firsts: List[List[int]],
              corrupted_first: bool,
              sure_fractions: Sequence[float],
              num_iterations: int = 3,
              temperature: float = 0.1,
              finer_centres: str = 'clustered',
              inside: Optional[List[np.ndarray]] = None) -> List[dict]:
    """Detection in one image, finest stage first.

    ``projections``: (C, H, W) per stage, finest first; ``firsts``: indices of
    the first centres among the uncertain pixels, one per restart, coarsest
    stage first; ``corrupted_first``: does the coarsest stage's cluster 0 hold
    the corrupted pixels; ``inside``: (H, W) per stage, not padding.
    """
    stages: List[dict] = []
    remaining = iter(firsts)
    for stage in range(len(projections) - 1, -1, -1):
        projection = projections[stage]
        shape = projection.shape[1:]
        points = projection.reshape(len(projection), -1).T
        seen = np.ones(shape, bool) if inside is None else inside[stage]
        if not stages:
            uncertain, prob = seen, np.full(shape, 0.5)
        else:
            uncertain = seen & children(stages[0]['uncertain']
                                        & ~stages[0]['sure_intact']
                                        & ~stages[0]['sure_corrupted'])
            prob = children(stages[0]['mask_prob'])
        if stages and finer_centres == 'inherited':
            centres = side_means(points[seen.ravel()], prob[seen] > 0.5)
        elif not uncertain.any():
            next(remaining)
            centres = np.zeros((2, len(projection)))
        else:
            centres, _, _ = soft_two_means(points[uncertain.ravel()],
                                           next(remaining), num_iterations,
                                           temperature)
            if stages:
                # How much nearer to cluster 0 the coarser centres are.
                intact, corrupted = (
                    stages[0]['centres'] @ (centres[0] - centres[1]))
                corrupted_first = intact < corrupted
            if corrupted_first:
                centres = centres[::-1]
        own = _softmax(points @ centres.T / temperature)[:, 1].reshape(shape)
        sure_intact, sure_corrupted = _sure_sets(own, seen,
                                                 sure_fractions[stage])
        stages.insert(
            0,
            dict(
                prob=own,
                mask_prob=np.where(uncertain, own, prob),
                uncertain=uncertain,
                sure_intact=sure_intact & uncertain,
                sure_corrupted=sure_corrupted & uncertain,
                centres=centres))
    return stages


def _sure_sets(prob: np.ndarray, seen: np.ndarray,
               fraction: float) -> List[np.ndarray]:
    """The most certain pixels of each side without the sets' own edge, which
    padding does not make."""
    sure = []
    for side, certainty in ((prob <= 0.5, -prob), (prob > 0.5, prob)):
        members = side & seen
        keep = int(np.floor(members.sum() * fraction))
        ranked = sorted(
            np.flatnonzero(members), key=lambda index: -certainty.flat[index])
        chosen = np.zeros(prob.shape, bool)
        chosen.flat[ranked[:keep]] = True
        sure.append(chosen & erode(chosen | ~seen))
    return sure


def children(parents: np.ndarray) -> np.ndarray:
    """Each value of (H, W) four times, (2H, 2W)."""
    height, width = parents.shape
    result = np.zeros((2 * height, 2 * width), parents.dtype)
    for row, column in np.ndindex(result.shape):
        result[row, column] = parents[row // 2, column // 2]
    return result


def is_nearer_swapped(prob: np.ndarray, mask: np.ndarray) -> bool:
    """Whether the complement of a probability (H, W) is nearer, in L1, to a
    mask of a multiple of its size, of which it takes the nearest pixels."""
    step = len(mask) // len(prob)
    target = mask[::step, ::step]
    return np.abs(1 - prob - target).sum() < np.abs(prob - target).sum()


def classify_centre(state: dict, centre: np.ndarray) -> float:
    """Probability that a centre (C,) is the corrupted one: Linear, ReLU,
    Linear, sigmoid."""
    hidden = state['0.weight'] @ centre + state['0.bias']
    logit = state['2.weight'][0] @ np.maximum(hidden, 0) + state['2.bias'][0]
    return 1 / (1 + np.exp(-logit))
