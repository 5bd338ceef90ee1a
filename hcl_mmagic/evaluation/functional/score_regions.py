"""The parts of an image that are scored on their own."""
from typing import Dict, Optional, Sequence, Tuple

import numpy as np

from hcl_mmagic.errors import ConfigError

REGIONS = ('whole', 'inside', 'outside')
"""All pixels, the corrupted ones and the intact ones."""


def check_regions(regions: Sequence[str]) -> Tuple[str, ...]:
    """Some of ``REGIONS`` as a tuple; a ConfigError if there is none, or one
    is unknown."""
    if not regions or isinstance(regions,
                                 str) or not set(regions) <= set(REGIONS):
        raise ConfigError(f'regions must be some of {list(REGIONS)}, but got '
                          f'{regions}')
    return tuple(regions)


def region_suffix(region: str) -> str:
    """What the keys of a region's scores end with: '', ``_inside`` or
    ``_outside``."""
    return '' if region == 'whole' else f'_{region}'


def select_regions(
        regions: Sequence[str],
        mask: Optional[np.ndarray]) -> Dict[str, Optional[np.ndarray]]:
    """Binary maps ``(1, H, W)`` of the regions of one image, 1 where pixels
    count; None for the whole image, the only one that can do without the true
    mask ``(1, H, W)``, 1 = corrupted, 0 = intact."""
    maps: Dict[str, Optional[np.ndarray]] = {}
    for region in regions:
        if region == 'whole':
            maps[region] = None
        else:
            assert mask is not None
            maps[region] = mask if region == 'inside' else 1 - mask
    return maps


def check_region(region: np.ndarray, image: np.ndarray) -> np.ndarray:
    """bool map ``(H, W)`` of the pixels where a region's binary map ``(1, H,
    W)`` is not zero; a ValueError if it is of another size than the image
    ``(C, H, W)``."""
    region = np.asarray(region)
    if region.shape != (1, *image.shape[1:]):
        raise ValueError('The region or mask must have shape '
                         f'{(1, *image.shape[1:])}, but got {region.shape}.')
    return region[0] != 0


def region_mean(values: np.ndarray,
                region: Optional[np.ndarray] = None) -> Optional[float]:
    """Mean of a map ``(H, W)`` over a region ``(1, H, W)``, nonzero where
    pixels count, or over the whole image; None if the region is empty, a
    ValueError if the sizes differ."""
    if region is not None:
        values = values[check_region(region, values[None])]
    return float(values.mean()) if values.size else None
