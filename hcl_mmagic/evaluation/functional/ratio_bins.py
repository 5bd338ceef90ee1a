"""Groups of images by the share of their pixels that is corrupted."""
from typing import Sequence, Tuple

import numpy as np

from hcl_mmagic.errors import ConfigError

RatioBin = Tuple[float, float]

DETECTION_BINS: Tuple[RatioBin, ...] = ((0, 30), (30, 60))
"""Bins of the paper's tables of detection, in percent."""
RESTORATION_BINS: Tuple[RatioBin, ...] = ((0, 20), (20, 40), (40, 60))
"""Bins of the paper's tables of restoration, in percent."""


def check_ratio_bins(
        ratio_bins: Sequence[Sequence[float]]) -> Tuple[RatioBin, ...]:
    """The pairs of a lower and an upper bound, in percent, as tuples; they may
    overlap. A ConfigError if one is not ``0 <= low < high <= 100``."""
    for ratio_bin in ratio_bins:
        if not (isinstance(ratio_bin, (list, tuple)) and len(ratio_bin) == 2
                and 0 <= ratio_bin[0] < ratio_bin[1] <= 100):
            raise ConfigError(
                'ratio_bins must be pairs 0 <= low < high <= 100 of percent, '
                f'such as (0, 20), but got {ratio_bin}')
    return tuple((low, high) for low, high in ratio_bins)


def mask_ratio(mask: np.ndarray) -> float:
    """Share of corrupted pixels of a binary mask of any shape, 1 = corrupted,
    in percent."""
    # In this order 20 of 100 pixels are exactly 20 percent.
    return 100 * int(np.count_nonzero(mask)) / np.size(mask)


def is_in_bin(ratio: float, ratio_bin: RatioBin) -> bool:
    """Whether ``low < ratio <= high``, all in percent.

    So every damaged image falls into exactly one of the bins that split the
    range, and an undamaged one into none.
    """
    low, high = ratio_bin
    return low < ratio <= high


def bin_suffix(ratio_bin: RatioBin) -> str:
    """What the keys of a bin's scores end with, such as ``@0-20``."""
    low, high = ratio_bin
    return f'@{low:g}-{high:g}'
