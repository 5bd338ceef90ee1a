"""Statistics of maps of numbers, of the two sides of a mask too.

Maps are ``(C, H, W)``, masks ``(H, W)``, bool: 1 = corrupted, 0 = intact. All
results are finite, also where there is nothing to measure.
"""

import numpy as np

# About one of 255 levels: where nothing differs, logarithms stay finite.
FLOOR = 1 / 255


def explained_share(values: np.ndarray, mask: np.ndarray) -> float:
    """Share in [0, 1] of the variance of ``(C, H, W)`` values that lies
    between the two sides of a mask: what the two means save, of the cost of
    one. 0 if one side is empty or nothing varies."""
    if not has_two_sides(mask):
        return 0.
    centred = values - values.mean((1, 2), keepdims=True)
    total = (centred**2).sum()
    share = mask.mean()
    between = sum(part * mask.size * (centred[:, side].mean(1)**2).sum()
                  for part, side in ((share, mask), (1 - share, ~mask)))
    return between / total if total > FLOOR**2 * values.size else 0.


def steps(values: np.ndarray) -> np.ndarray:
    """Distances between horizontal and vertical neighbours of a map, all in
    one row; none of a map of one pixel."""
    return np.concatenate([
        np.sqrt((np.diff(values, axis=axis)**2).sum(0)).ravel()
        for axis in (1, 2)
    ])


def boundary_step(values: np.ndarray, mask: np.ndarray) -> float:
    """Logarithm of how much larger the steps of a map are across a mask's
    boundary than on average; 0 without a boundary."""
    across = steps(mask[None].astype(float)) > 0
    if not across.any():
        return 0.
    lengths = steps(values)
    return log(lengths[across].mean()) - log(lengths.mean())


def directions(values: np.ndarray) -> float:
    """In how many independent directions the vectors of a map spread:
    logarithm of the participation ratio of the covariance's eigenvalues, 0 if
    everything lies on one line."""
    vectors = values.reshape(len(values), -1)
    centred = vectors - vectors.mean(1, keepdims=True)
    covariance = centred @ centred.T / centred.shape[1]
    trace = np.trace(covariance)
    if trace < FLOOR**2:
        return 0.
    return float(np.log(trace**2 / (covariance**2).sum()))


def has_two_sides(mask: np.ndarray) -> bool:
    """Whether a mask has corrupted and intact pixels."""
    return bool(mask.any() and not mask.all())


def gap(values: np.ndarray, mask: np.ndarray) -> float:
    """Mean inside a mask minus mean outside, 0 if one side is empty."""
    if not has_two_sides(mask):
        return 0.
    return float(values[mask].mean() - values[~mask].mean())


def mean(values: np.ndarray) -> float:
    """Mean of any array, 0 if it is empty."""
    return float(values.mean()) if values.size else 0.


def log(value: float) -> float:
    """Logarithm of what is not negative, finite at 0."""
    return float(np.log(value + FLOOR))
