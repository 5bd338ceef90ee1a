"""How near a region of one image comes to the truth.

Images are ``(C, H, W)`` in [0, 255] of any dtype. A region is a binary map
``(1, H, W)``, nonzero where pixels count, or None for the whole image; an
empty one scores None. A ValueError tells of shapes that do not fit.
"""
from typing import Optional, Tuple

import cv2
import numpy as np

from .score_regions import check_region, region_mean

MAX_PSNR = 100.0
"""Scores are cut off here, in dB. Identical regions would score infinity,
and one of them would make the mean over a data set infinite."""
SSIM_WINDOW = 11
SSIM_SIGMA = 1.5


def region_psnr(pred: np.ndarray,
                target: np.ndarray,
                region: Optional[np.ndarray] = None) -> Optional[float]:
    """Peak signal-to-noise ratio of the pixels of a region, in dB, at most
    ``MAX_PSNR``; higher is better. NaN pixels in the region give NaN.

    The squared error is averaged over the region's pixels and all channels;
    the peak is 255. Images are not rounded, as in MMagic's ``PSNR``, which
    this equals on the whole image (except that MMagic returns infinity for
    identical images).
    """
    pred, target = _check_images(pred, target)
    mean_squared_error = region_mean(((pred - target)**2).mean(axis=0), region)
    if mean_squared_error is None:
        return None
    if mean_squared_error == 0:
        return MAX_PSNR
    psnr = 10 * np.log10(255**2 / mean_squared_error)
    return float(np.minimum(psnr, MAX_PSNR))


def region_mae(pred: np.ndarray,
               target: np.ndarray,
               region: Optional[np.ndarray] = None) -> Optional[float]:
    """Mean absolute error of the pixels of a region, in [0, 1]; lower is
    better.

    Of images scaled to [0, 1], over the region's pixels and all channels, as
    in MMagic's ``MAE``.
    """
    pred, target = _check_images(pred, target)
    return region_mean(np.abs(pred - target).mean(axis=0) / 255, region)


def ssim_map(pred: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Structural similarity around each pixel, averaged over the channels.

    `Wang et al. 2004 <https://doi.org/10.1109/TIP.2003.819861>`_: Gaussian
    window of 11 x 11 pixels with sigma 1.5, K1 = 0.01, K2 = 0.03, range 255,
    no sample covariance. The mean over the pixels that are not NaN is MMagic's
    ``SSIM`` and that of torchmetrics before 1.4.2, which the paper's code
    uses; later versions also count windows that are padded by reflection.

    The map is float64 ``(H, W)``, at most 1, higher is better; NaN within 5
    pixels of the border, where the window is not full.
    """
    pred, target = _check_images(pred, target)
    mean, target_mean = _blur(pred), _blur(target)
    variances = (_blur(pred**2) - mean**2 + _blur(target**2) - target_mean**2)
    covariance = _blur(pred * target) - mean * target_mean
    c1, c2 = (0.01 * 255)**2, (0.03 * 255)**2
    similarity = ((2 * mean * target_mean + c1) * (2 * covariance + c2) /
                  ((mean**2 + target_mean**2 + c1) * (variances + c2)))
    border = SSIM_WINDOW // 2
    full = np.full(pred.shape[1:], np.nan)
    full[border:-border,
         border:-border] = similarity.mean(axis=2)[border:-border,
                                                   border:-border]
    return full


def region_ssim(similarity: np.ndarray,
                region: Optional[np.ndarray] = None) -> Optional[float]:
    """Structural similarity of a region, at most 1; higher is better.

    The mean of :func:`ssim_map` over the region's pixels that have a full
    window; None if there are none. A window reaches up to 5 pixels beyond the
    region.
    """
    border = SSIM_WINDOW // 2
    if region is not None:
        check_region(region, similarity[None])
        region = region[:, border:-border, border:-border]
    return region_mean(similarity[border:-border, border:-border], region)


def fill_with_mean_color(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Paint the corrupted pixels of an image ``(C, H, W)`` in [0, 255] with
    the mean colour of the intact ones, as a new float64 image.

    The weakest sensible restoration, a baseline for every other. Without any
    intact pixel the fill is mid-grey, 127.5.
    """
    filled = np.array(image, dtype=np.float64)
    corrupted = check_region(mask, filled)
    intact_pixels = filled[:, ~corrupted]  # (C, number of intact pixels)
    color = intact_pixels.mean(axis=1) if intact_pixels.size else 127.5
    filled[:, corrupted] = np.reshape(color, (-1, 1))
    return filled


def _check_images(pred: np.ndarray,
                  target: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    pred = np.asarray(pred, dtype=np.float64)
    target = np.asarray(target, dtype=np.float64)
    if pred.ndim != 3 or pred.shape != target.shape:
        raise ValueError('pred and target must have one common shape '
                         f'(C, H, W), but got {pred.shape} and '
                         f'{target.shape}.')
    return pred, target


def _blur(image: np.ndarray) -> np.ndarray:
    """Local means ``(H, W, C)`` of ``(C, H, W)`` under the Gaussian."""
    channels_last = np.ascontiguousarray(image.transpose(1, 2, 0))
    blurred = cv2.GaussianBlur(channels_last, (SSIM_WINDOW, SSIM_WINDOW),
                               SSIM_SIGMA)
    return blurred.reshape(channels_last.shape)  # OpenCV drops one channel
