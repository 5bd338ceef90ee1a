"""Grain: the noise of a photograph goes on in what was repaired.

A network gives the picture that is to be expected, and no noise is. A smooth
patch in a grainy photograph shows where the damage was. So noise is taken from
flat, intact places of about the same brightness, and added where the repair
has less.
"""
from typing import Iterator, NamedTuple, Optional, Tuple

import cv2
import numpy as np

from ..photographs.photograph import as_planes

SIDE = 16  # of a block of noise, in pixels; blocks overlap by half
STEP = SIDE // 2
BAND = 8 * SIDE  # rows that are worked on at once
SMOOTHING = 2.  # standard deviation of the blur that takes noise away
MARGIN = 8  # pixels around a block that its blur sees
MOST_BLOCKS = 4096  # that are looked at
# Darker and brighter ones, in 255ths, may have lost their noise.
UNCLIPPED = (8., 247.)
# All places have the noise, some have texture besides: of a picture that is
# noisy this share of the blocks shows little else,
QUIET_SHARE = 0.1
# and up to this many times their variance is still noise,
MOST_VARIANCE = 2.
# if what the blur leaves of a block varies less than this share of it.
MOST_RELIEF = 0.5
FEWEST_BLOCKS = 8
NEAREST = 8  # blocks of about the same brightness that one is drawn from
# Standard deviation of noise, in 255ths of the range of values: weaker noise
# nobody sees, what is stronger is texture.
NOISE_RANGE = (0.5, 20.)


class Grain(NamedTuple):
    """Blocks of noise, darkest first: ``(K, SIDE, SIDE, C)``, float32, times a
    window whose squares add up to 1 where blocks overlap, so that the variance
    stays; the mean value of each where it is from, ``(K,)``; and the variance
    of all."""
    blocks: np.ndarray
    brightness: np.ndarray
    variance: float


def continue_grain(filled: np.ndarray, pixels: np.ndarray,
                   mask: np.ndarray) -> None:
    """Let the noise of a photograph go on in its repair.

    Args:
        filled (np.ndarray): The repaired photograph, ``(H, W, 1 or 3)``,
            uint8 or uint16; changed in place, under the mask alone.
        pixels (np.ndarray): The photograph before, likewise.
        mask (np.ndarray): 1 = corrupted, 0 = intact, ``(H, W)``, uint8.
    """
    grain = find_grain(pixels, mask)
    if grain is None:
        return
    most = np.iinfo(filled.dtype).max
    for top in range(0, len(mask), BAND):
        rows = slice(top, top + BAND)
        where = mask[rows] > 0
        if where.any():
            noise = _noise_of_band(grain, filled, mask, top)[:len(where)]
            noise *= _missing_share(grain, filled, mask, rows)
            values = filled[rows] + noise
            filled[rows][where] = np.rint(values.clip(0, most))[where]


def find_grain(pixels: np.ndarray, mask: np.ndarray) -> Optional[Grain]:
    """The noise of the flat, intact places of a photograph; None if there is
    none to be seen, or no such place. For the arguments see
    :func:`continue_grain`."""
    unit = np.iinfo(pixels.dtype).max / 255
    blocks, brightness, relief = [], [], []
    for around, corner in _intact_blocks(pixels, mask):
        smooth, detail = _without_noise(around)
        rows, columns = (slice(start, start + SIDE) for start in corner)
        level = smooth[rows, columns].mean()
        if UNCLIPPED[0] < level / unit < UNCLIPPED[1]:
            blocks.append(detail[rows, columns])
            brightness.append(level)
            relief.append(smooth[rows, columns].std((0, 1)).mean())
    if not blocks:
        return None
    variances = np.array([block.var() for block in blocks])
    limit = MOST_VARIANCE * np.quantile(variances, QUIET_SHARE)
    flat = np.flatnonzero((variances <= limit) & (
        relief < np.maximum(MOST_RELIEF * np.sqrt(variances), unit)))
    if len(flat) < FEWEST_BLOCKS:
        return None
    flat = flat[np.argsort(np.array(brightness)[flat])]
    chosen = np.stack([blocks[number] for number in flat])
    variance = float(np.median(variances[flat]))
    if not NOISE_RANGE[0] <= np.sqrt(variance) / unit <= NOISE_RANGE[1]:
        return None
    rise = np.sin(np.pi * (np.arange(SIDE) + 0.5) / SIDE)
    window = np.outer(rise, rise).astype(np.float32)[..., None]
    return Grain(chosen * window, np.array(brightness)[flat], variance)


def _intact_blocks(
        pixels: np.ndarray,
        mask: np.ndarray) -> Iterator[Tuple[np.ndarray, Tuple[int, int]]]:
    """Blocks all over the picture with what lies around them, and where in
    that they begin."""
    height, width = mask.shape
    step = max(SIDE, int(np.sqrt(height * width / MOST_BLOCKS)))
    for top in range(0, height - SIDE + 1, step):
        for left in range(0, width - SIDE + 1, step):
            above, before = max(top - MARGIN, 0), max(left - MARGIN, 0)
            around = (slice(above, top + SIDE + MARGIN),
                      slice(before, left + SIDE + MARGIN))
            if not mask[around].any():
                yield pixels[around], (top - above, left - before)


def _without_noise(pixels: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """A picture blurred, and what the blur has taken away, float32."""
    values = pixels.astype(np.float32)
    smooth = as_planes(cv2.GaussianBlur(values, (0, 0), SMOOTHING))
    return smooth, values - smooth


def _noise_of_band(grain: Grain, filled: np.ndarray, mask: np.ndarray,
                   top: int) -> np.ndarray:
    """Noise of the rows from ``top`` on where the mask is, ``(BAND, W, C)``,
    float32. It is drawn by the place of a block, so the same photograph gets
    the same noise."""
    width, channels = filled.shape[1:]
    noise = np.zeros((BAND + 2 * STEP, width + SIDE, channels), np.float32)
    for row in range(top - STEP, min(top + BAND, len(mask)), STEP):
        random = np.random.default_rng(row + STEP)
        draws = random.integers(NEAREST * 4, size=width // STEP + 2)
        rows = slice(max(row, 0), row + SIDE)
        for column, draw in enumerate(draws):
            left = (column - 1) * STEP
            columns = slice(max(left, 0), left + SIDE)
            if not mask[rows, columns].any():
                continue
            level = filled[rows, columns].mean()
            place = np.searchsorted(grain.brightness, level) - NEAREST // 2
            number = np.clip(place + draw // 4, 0, len(grain.blocks) - 1)
            block = grain.blocks[number][::1 - draw % 2 * 2, ::1 -
                                         draw // 2 % 2 * 2]
            start = row - top + STEP
            noise[start:start + SIDE, left + STEP:left + STEP + SIDE] += block
    return noise[STEP:STEP + BAND, STEP:STEP + width]


def _missing_share(grain: Grain, filled: np.ndarray, mask: np.ndarray,
                   rows: slice) -> np.ndarray:
    """Factor of the noise that brings the repair's own up to the grain's,
    ``(BAND or less, W, 1)`` in [0, 1], float32."""
    first = max(rows.start - SIDE, 0)
    seen = slice(first, rows.stop + SIDE)
    _, detail = _without_noise(filled[seen])
    inside = mask[seen].astype(np.float32)
    size = (SIDE, SIDE)
    energy = cv2.boxFilter((detail**2).mean(2) * inside, -1, size)
    weight = cv2.boxFilter(inside, -1, size)
    share = 1 - energy / np.maximum(weight, 1e-6) / grain.variance
    start = rows.start - first
    count = len(mask[rows])
    return np.sqrt(share.clip(0, 1))[start:start + count, :, None]
