"""The parts of an image that are scored on their own."""
from typing import Dict, Optional, Sequence, Tuple

import numpy as np

from hcl_mmagic.errors import ConfigError

REGIONS = ('whole', 'inside', 'outside')
"""All pixels, the corrupted ones and the intact ones."""


def check_regions(regions: Sequence[str]) -> Tuple[str, ...]:
    """Refuse unknown regions.

    Args:
        regions (Sequence[str]): Some of ``REGIONS``.

    Returns:
        Tuple[str, ...]: The same.

    Raises:
        ConfigError: If there is none, or one is unknown.
    """
    if not regions or isinstance(regions,
                                 str) or not set(regions) <= set(REGIONS):
        raise ConfigError(f'regions must be some of {list(REGIONS)}, but got '
                          f'{regions}')
    return tuple(regions)


def region_suffix(region: str) -> str:
    """What the keys of a region's scores end with.

    Args:
        region (str): One of ``REGIONS``.

    Returns:
        str: '', ``_inside`` or ``_outside``.
    """
    return '' if region == 'whole' else f'_{region}'


def select_regions(
        regions: Sequence[str],
        mask: Optional[np.ndarray]) -> Dict[str, Optional[np.ndarray]]:
    """Binary maps of the regions of one image.

    Args:
        regions (Sequence[str]): Some of ``REGIONS``.
        mask (np.ndarray, optional): True mask ``(1, H, W)``, 1 = corrupted,
            0 = intact. Only the whole image can do without.

    Returns:
        Dict[str, Optional[np.ndarray]]: Map ``(1, H, W)`` of each region,
        1 where pixels count; None for the whole image.
    """
    maps: Dict[str, Optional[np.ndarray]] = {}
    for region in regions:
        if region == 'whole':
            maps[region] = None
        else:
            assert mask is not None
            maps[region] = mask if region == 'inside' else 1 - mask
    return maps


def check_region(region: np.ndarray, image: np.ndarray) -> np.ndarray:
    """The pixels of a region.

    Args:
        region (np.ndarray): Binary map ``(1, H, W)``.
        image (np.ndarray): Image ``(C, H, W)``.

    Returns:
        np.ndarray: bool map ``(H, W)``, true where the region is not zero.

    Raises:
        ValueError: If the sizes differ.
    """
    region = np.asarray(region)
    if region.shape != (1, *image.shape[1:]):
        raise ValueError('The region or mask must have shape '
                         f'{(1, *image.shape[1:])}, but got {region.shape}.')
    return region[0] != 0


def region_mean(values: np.ndarray,
                region: Optional[np.ndarray] = None) -> Optional[float]:
    """Mean of a map over a region.

    Args:
        values (np.ndarray): One value per pixel, ``(H, W)``.
        region (np.ndarray, optional): Binary map ``(1, H, W)``, nonzero where
            pixels count. None means the whole image.

    Returns:
        Optional[float]: The mean; None if the region is empty.

    Raises:
        ValueError: If the sizes differ.
    """
    if region is not None:
        values = values[check_region(region, values[None])]
    return float(values.mean()) if values.size else None
