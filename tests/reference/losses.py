"""Slow, obvious twins of the losses, one image at a time, in numpy."""

from typing import Callable, List, Sequence, Tuple

import numpy as np

from .detection import erode


def circle_loss(similarity: Sequence[float], positive: Sequence[bool],
                temperature: float) -> float:
    """Loss of one anchor with its references."""
    pull = sum(
        np.exp(-s / temperature) for s, p in zip(similarity, positive) if p)
    push = sum(
        np.exp(s / temperature) for s, p in zip(similarity, positive) if not p)
    return float(np.log1p(pull * push))


def contrastive_loss(projections: List[np.ndarray], stages: List[dict],
                     mask: np.ndarray, num_references: int,
                     temperature: float) -> List[float]:
    """Contrastive loss of each stage of one image, with every candidate as an
    anchor and the hardest references.

    ``projections``: (C, H, W) per stage, finest first; ``stages``: maps
    (H, W) ``log_odds``, ``uncertain``, ``sure_intact`` and ``sure_corrupted``
    of each; ``mask``: (H, W) of the finest stage, 1 = corrupted.
    """
    losses = []
    for stage, projection in enumerate(projections):
        anchors, labels = [], []
        for row, column in np.argwhere(stages[stage]['uncertain']):
            side = 2**stage
            patch = mask[row * side:(row + 1) * side,
                         column * side:(column + 1) * side]
            if patch.min() == patch.max():  # pure
                anchors.append(projection[:, row, column])
                labels.append(bool(patch[0, 0]))
        references, classes = list(anchors), list(labels)
        if stage + 1 < len(projections):
            coarser, found = projections[stage + 1], stages[stage + 1]
            for label in (False, True):
                sure = found['sure_corrupted' if label else 'sure_intact']
                for pixel in hardest_pixels(sure, found['log_odds'],
                                            num_references // 2):
                    references.append(
                        coarser.reshape(len(coarser), -1)[:, pixel])
                    classes.append(label)
        costs = [
            circle_loss([anchor @ reference for reference in references],
                        [label == other for other in classes], temperature)
            for anchor, label in zip(anchors, labels)
        ]
        losses.append(float(np.mean(costs)) if costs else 0.)
    return losses


def hardest_pixels(sure: np.ndarray, log_odds: np.ndarray,
                   limit: int) -> List[int]:
    """Indices of the references that a sure set (H, W) gives."""
    is_edge = sure & ~erode(sure)
    ranked = np.argsort(-log_odds, axis=None)  # the surest corrupted first
    edge = [pixel for pixel in ranked if is_edge.flat[pixel]]
    interior = [
        pixel for pixel in ranked if sure.flat[pixel] and pixel not in edge
    ]
    if len(edge) + len(interior) <= limit:
        return edge + interior
    from_edge = min(len(edge), limit // 2)
    from_interior = min(len(interior), limit - from_edge)
    return _both_ends(edge, from_edge) + _both_ends(interior, from_interior)


def _both_ends(ranked: List[int], count: int) -> List[int]:
    """Half of them from each end; an odd one from the last."""
    first = count // 2
    return ranked[:first] + ranked[len(ranked) - (count - first):]


def gradient_penalty(score: Callable[[np.ndarray], np.ndarray],
                     real: np.ndarray,
                     fake: np.ndarray,
                     alpha: float,
                     step: float = 1e-5) -> float:
    """Gradient penalty of a batch (N, C, H, W) by central differences of the
    summed map that a critic makes of an image (C, H, W)."""
    penalties = []
    for one, other in zip(real, fake):
        mixed = alpha * one + (1 - alpha) * other
        squares = 0.
        for place in np.ndindex(mixed.shape):
            ahead, behind = mixed.copy(), mixed.copy()
            ahead[place] += step
            behind[place] -= step
            slope = (score(ahead).sum() - score(behind).sum()) / (2 * step)
            squares += slope**2
        penalties.append((np.sqrt(squares) - 1)**2)
    return float(np.mean(penalties))


def cross_entropy(prob: np.ndarray, share: np.ndarray) -> float:
    """Mean binary cross-entropy of maps of one shape."""
    return float(-(share * np.log(prob) +
                   (1 - share) * np.log(1 - prob)).mean())


def soft_jaccard(prob: np.ndarray, share: np.ndarray) -> float:
    """1 - IoU of two maps, one pixel found in any case."""
    common = union = 1.
    for one, other in zip(prob.flat, share.flat):
        common += one * other
        union += one + other - one * other
    return 1 - common / union


def patch_shares(mask: np.ndarray, shape: Tuple[int, int]) -> np.ndarray:
    """Mean of a mask (H, W) over the patch of each pixel of a map."""
    result = np.zeros(shape)
    rows, columns = (length // parts
                     for length, parts in zip(mask.shape, shape))
    for row, column in np.ndindex(shape):
        result[row,
               column] = mask[row * rows:(row + 1) * rows,
                              column * columns:(column + 1) * columns].mean()
    return result
