"""Distance of two sets of features."""
from typing import Tuple, cast

import numpy as np


def frechet_distance(features: np.ndarray, others: np.ndarray) -> float:
    """Squared Frechet distance of Gaussians fitted to two sets of features,
    ``(N, D)`` and ``(M, D)`` of any float dtype; 0 for equal sets.

    ``|m1 - m2|^2 + tr(C1) + tr(C2) - 2 tr((C1 C2)^(1/2))`` with the unbiased
    covariances, as in the `FID paper <https://arxiv.org/abs/1706.08500>`_.
    With A and B, the centred features over the root of their number less one,
    C1 = A'A and C2 = B'B, so the last trace is the sum of the singular values
    of AB'. That is exact also with fewer images than features, where the root
    of the singular matrix C1 C2, which other implementations take, is not. A
    ValueError if there are fewer than two images, or the sizes differ.
    """
    for array in (features, others):
        if array.ndim != 2 or len(array) < 2:
            raise ValueError('features must have shape (N, D) with N >= 2, '
                             f'but got {array.shape}.')
    if features.shape[1] != others.shape[1]:
        raise ValueError('Both sets need features of one size, but got '
                         f'{features.shape[1]} and {others.shape[1]}.')
    mean, scaled = _center(features)
    other_mean, other_scaled = _center(others)
    squares = (
        np.sum((mean - other_mean)**2) + np.sum(scaled**2) +
        np.sum(other_scaled**2))
    cross = _shorten(scaled) @ _shorten(other_scaled).T
    trace = np.linalg.svd(cross, compute_uv=False).sum()
    return float(max(squares - 2 * trace, 0))  # rounding may go below zero


def _center(features: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    features = features.astype(np.float64)
    mean = features.mean(axis=0)
    return mean, (features - mean) / np.sqrt(len(features) - 1)


def _shorten(scaled: np.ndarray) -> np.ndarray:
    """A matrix of at most D rows with the same covariance."""
    rows, columns = scaled.shape
    if rows <= columns:
        return scaled
    return cast(np.ndarray, np.linalg.qr(scaled, mode='r'))
