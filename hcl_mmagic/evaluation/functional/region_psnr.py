"""Peak signal-to-noise ratio over a region of one image."""
from typing import Optional

import numpy as np

MAX_PSNR = 100.0
"""Scores are cut off here, in dB. Identical regions would score infinity,
and one of them would make the mean over a data set infinite."""


def region_psnr(pred: np.ndarray,
                target: np.ndarray,
                region: Optional[np.ndarray] = None) -> Optional[float]:
    """Peak signal-to-noise ratio of the pixels of a region, in dB.

    The squared error is averaged over the region's pixels and all channels;
    the peak is 255. Images are not rounded, as in MMagic's ``PSNR``, which
    this equals on the whole image (except that MMagic returns infinity for
    identical images, and this returns ``MAX_PSNR``).

    Args:
        pred (np.ndarray): Image ``(C, H, W)``, any dtype, range [0, 255].
        target (np.ndarray): True image, same shape and range.
        region (np.ndarray, optional): Binary map ``(1, H, W)``, nonzero where
            pixels count. None means the whole image.

    Returns:
        Optional[float]: The PSNR, higher is better, at most ``MAX_PSNR``; None
        if the region is empty. NaN pixels in the region give NaN.

    Raises:
        ValueError: If the shapes do not fit.
    """
    pred = np.asarray(pred, dtype=np.float64)
    target = np.asarray(target, dtype=np.float64)
    if pred.ndim != 3 or pred.shape != target.shape:
        raise ValueError('pred and target must have one common shape '
                         f'(C, H, W), but got {pred.shape} and '
                         f'{target.shape}.')
    squared_error = ((pred - target)**2).mean(axis=0)  # (H, W)
    if region is not None:
        squared_error = squared_error[_check_region(region, pred)]
    if squared_error.size == 0:
        return None
    mean_squared_error = squared_error.mean()
    if mean_squared_error == 0:
        return MAX_PSNR
    psnr = 10 * np.log10(255**2 / mean_squared_error)
    return float(np.minimum(psnr, MAX_PSNR))


def fill_with_mean_color(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Paint the corrupted pixels with the mean colour of the intact ones.

    The weakest sensible restoration, a baseline for every other. Without any
    intact pixel the fill is mid-grey, 127.5.

    Args:
        image (np.ndarray): Damaged image ``(C, H, W)``, range [0, 255].
        mask (np.ndarray): Binary mask ``(1, H, W)``, 1 = corrupted,
            0 = intact.

    Returns:
        np.ndarray: New float64 image ``(C, H, W)``.

    Raises:
        ValueError: If the shapes do not fit.
    """
    filled = np.array(image, dtype=np.float64)
    corrupted = _check_region(mask, filled)
    intact_pixels = filled[:, ~corrupted]  # (C, number of intact pixels)
    color = intact_pixels.mean(axis=1) if intact_pixels.size else 127.5
    filled[:, corrupted] = np.reshape(color, (-1, 1))
    return filled


def _check_region(region: np.ndarray, image: np.ndarray) -> np.ndarray:
    region = np.asarray(region)
    if region.shape != (1, *image.shape[1:]):
        raise ValueError('The region or mask must have shape '
                         f'{(1, *image.shape[1:])}, but got {region.shape}.')
    return region[0] != 0
