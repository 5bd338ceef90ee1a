"""3x3 residual statistics of a patch: what a trivial detector would see.

A high-pass filter of 3x3 pixels removes most of what a patch shows and leaves
how it was made: resampling smooths the residuals and ties neighbours
together, JPEG sets many of them to zero, noise raises them all.
"""
import numpy as np

# With each filter the list holds its turned and mirrored pictures, up to the
# sign.
FILTERS = {
    'horizontal difference': ((0, 0, 0), (0, -1, 1), (0, 0, 0)),
    'vertical difference': ((0, 0, 0), (0, -1, 0), (0, 1, 0)),
    'horizontal curvature': ((0, 0, 0), (1, -2, 1), (0, 0, 0)),
    'vertical curvature': ((0, 1, 0), (0, -2, 0), (0, 1, 0)),
    'falling curvature': ((1, 0, 0), (0, -2, 0), (0, 0, 1)),
    'rising curvature': ((0, 0, 1), (0, -2, 0), (1, 0, 0)),
    'Laplacian': ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    'checkerboard': ((1, -2, 1), (-2, 4, -2), (1, -2, 1)),
}
PLANES = ('luma', 'blue', 'red')
RESIDUAL_STATISTICS = ('mean size', 'variance', 'zeros',
                       'horizontal correlation', 'vertical correlation')
STATISTIC_NAMES = tuple(
    f'{plane} {name}: {statistic}' for plane in PLANES for name in FILTERS
    for statistic in RESIDUAL_STATISTICS) + ('values at 0 or 255', )

# Luma and the two colour differences of JPEG (ITU-R BT.601), not rounded.
_RGB_TO_PLANES = np.array(((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5),
                           (0.5, -0.418688, -0.081312)), np.float32)
_SMALLEST = 1e-2  # before logarithms, far below a step of the grey values
_CHUNK = 500  # patches at once, for the memory
_ZERO = 0.5  # residuals of less than half a grey value count as none


def patch_statistics(patches: np.ndarray) -> np.ndarray:
    """Describe uint8 RGB patches ``(N, S, S, 3)`` by the statistics named in
    ``STATISTIC_NAMES``, float32 ``(N, F)``.

    Residuals are those of the inner pixels, whose 3x3 neighbours all lie in
    the patch. Mean sizes and variances are logarithms: contrast then shifts
    all filters alike, and a linear classifier can compare two filters.
    """
    if patches.ndim != 4 or patches.shape[-1] != 3 or min(
            patches.shape[1:3]) < 5 or patches.dtype != np.uint8:
        raise ValueError('Patches must be uint8 of the shape (N, S, S, 3) with'
                         f' S of at least 5, got {patches.dtype} '
                         f'{patches.shape}.')
    chunks = np.array_split(patches, len(patches) // _CHUNK + 1)
    return np.concatenate([_describe(chunk) for chunk in chunks])


def _describe(patches: np.ndarray) -> np.ndarray:
    """The statistics of STATISTIC_NAMES, ``(N, F)``."""
    values = []
    for coefficients in _RGB_TO_PLANES:
        plane = patches @ coefficients  # (N, S, S)
        for taps in FILTERS.values():
            values += _describe_residual(_filter(plane, taps))
    extreme = (patches == 0) | (patches == 255)
    values.append(extreme.mean(axis=(1, 2, 3)))
    return np.stack(values, axis=1).astype(np.float32)


def _filter(plane: np.ndarray, taps: tuple) -> np.ndarray:
    """Correlate with 3x3 taps, ``(N, S, S)`` to ``(N, S - 2, S - 2)``."""
    side = plane.shape[1] - 2
    return sum(tap * plane[:, row:row + side, column:column + side]
               for row, line in enumerate(taps)
               for column, tap in enumerate(line) if tap)


def _describe_residual(residual: np.ndarray) -> list[np.ndarray]:
    """The statistics of RESIDUAL_STATISTICS, in that order."""
    inside = (1, 2)
    size = np.abs(residual)
    centred = residual - residual.mean(axis=inside, keepdims=True)
    variance = (centred**2).mean(axis=inside)
    beside = (centred[:, :, 1:] * centred[:, :, :-1]).mean(axis=inside)
    below = (centred[:, 1:] * centred[:, :-1]).mean(axis=inside)
    return [
        np.log(size.mean(axis=inside) + _SMALLEST),
        np.log(variance + _SMALLEST),
        (size < _ZERO).mean(axis=inside),
        beside / (variance + _SMALLEST),
        below / (variance + _SMALLEST),
    ]
