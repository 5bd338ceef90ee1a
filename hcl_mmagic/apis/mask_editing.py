"""From a map of confidences to the pixels that are changed.

The way of a mask: :func:`find_mask` cuts the confidence, :func:`combine_masks`
brings in a mask that was given, :func:`blend_weights` grows the result and
softens its edge, :func:`composite` puts the repair there. In masks 1 =
corrupted, 0 = intact; all maps are of the upright photograph, ``(H, W)``.
"""
import math
import operator
from dataclasses import dataclass
from typing import Iterator, Optional, Sequence, Tuple

import cv2
import numpy as np

from ..errors import ConfigError, DataMismatchError

Rectangle = Tuple[int, int, int, int]
MASK_MODES = ('replace', 'add', 'subtract')

# Rows that are worked on at once: a photograph of 40 megapixels would
# otherwise need a gigabyte of distances and indices.
_BAND_ROWS = 512


@dataclass(frozen=True)
class MaskOptions:
    """How a mask is made of confidences, and how softly it is filled.

    Args:
        threshold (float): A pixel is corrupted where the confidence is above
            this, in [0, 1].
        min_area (int): Connected corrupted regions (8 neighbours) of fewer
            pixels are left alone; 0 keeps all.
        include (Sequence[Rectangle]): Rectangles ``(x, y, width, height)`` in
            pixels from the upper left corner. Only there may anything be
            changed; without one, everywhere.
        exclude (Sequence[Rectangle]): Rectangles in which nothing may be
            changed, not even by dilation or feathering.
        dilate (float): Pixels up to this far from a corrupted one are
            replaced, too.
        feather (float): Width of the soft edge beyond the dilation, in
            pixels.

    Raises:
        ConfigError: If a value is out of its range.
    """
    threshold: float = 0.5
    min_area: int = 0
    include: Sequence[Rectangle] = ()
    exclude: Sequence[Rectangle] = ()
    dilate: float = 2
    feather: float = 2

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise ConfigError('threshold must be between 0 and 1, got '
                              f'{self.threshold}.')
        for name in ('min_area', 'dilate', 'feather'):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise ConfigError(
                    f'{name} must be a number of pixels from 0 on, got '
                    f'{value}.')
        for name in ('include', 'exclude'):
            rectangles = tuple(
                _check_rectangle(name, box) for box in getattr(self, name))
            object.__setattr__(self, name, rectangles)


def find_mask(confidence: np.ndarray,
              options: MaskOptions,
              alpha: Optional[np.ndarray] = None) -> np.ndarray:
    """Cut a map of confidences, probabilities that a pixel is corrupted, ``(H,
    W)``, float, into a mask, uint8. Areas are counted inside the rectangles of
    the options. Where ``alpha``, the opacity of the photograph, is 0 nobody
    sees the damage, and nothing is corrupted."""
    mask = (confidence > options.threshold).view(np.uint8)
    if alpha is not None:
        mask[alpha == 0] = 0
    _clear_forbidden(mask, options)
    if options.min_area > 1:
        _clear_small_regions(mask, options.min_area)
    return mask


def combine_masks(detected: np.ndarray,
                  given: np.ndarray,
                  mode: str = 'replace') -> np.ndarray:
    """Bring a mask that was given, ``(H, W)``, not 0 = corrupted, into the
    detected one, uint8.

    'replace' takes the given mask alone, 'add' what is corrupted in either,
    'subtract' what is corrupted in the detected one only. A ConfigError for
    another mode, a DataMismatchError if the masks differ in size.
    """
    if mode not in MASK_MODES:
        raise ConfigError(f'The mask mode must be one of '
                          f'{", ".join(MASK_MODES)}, got {mode!r}.')
    if given.shape != detected.shape:
        raise DataMismatchError(
            'A mask must have the size of its upright photograph, '
            f'{_size(detected)}, but has {_size(given)}.')
    corrupted = given != 0
    if mode == 'add':
        corrupted |= detected != 0
    elif mode == 'subtract':
        corrupted = (detected != 0) & ~corrupted
    return corrupted.view(np.uint8)


def blend_weights(mask: np.ndarray, options: MaskOptions) -> np.ndarray:
    """How much of each pixel comes from the restoration, ``(H, W)``, uint8:
    255 = all of it, 0 = untouched.

    Let d be a pixel's distance from the nearest corrupted one. Up to
    ``dilate`` a pixel is wholly replaced; from there the weight falls in a
    straight line and reaches 0 at ``dilate + feather``. So the soft edge only
    grows outward: no corrupted pixel shines through, and nothing as far as
    ``dilate + feather`` away, or in a forbidden rectangle, is touched.
    """
    weights = np.zeros(mask.shape, dtype=np.uint8)
    reach = math.ceil(options.dilate + options.feather)
    for rows in _bands(len(mask)):
        top = max(0, rows.start - reach)
        nearby = mask[top:rows.stop + reach]
        if nearby.any():
            band = slice(rows.start - top, rows.stop - top)
            distance = cv2.distanceTransform((nearby == 0).view(np.uint8),
                                             cv2.DIST_L2,
                                             cv2.DIST_MASK_PRECISE)[band]
            weights[rows] = _fall_off(distance, options)
    _clear_forbidden(weights, options)
    return weights


def refuse_whole(mask: np.ndarray, weights: np.ndarray) -> None:
    """Refuse a mask, ``(H, W)``, uint8, of the whole photograph by a
    DataMismatchError, if its ``weights`` of :func:`blend_weights` have no
    forbidden rectangle in which something stays."""
    if mask.all() and weights.all():
        raise DataMismatchError(
            'The mask covers the whole photograph and leaves nothing intact '
            'to repair from: mark only what is damaged.')


def composite(pixels: np.ndarray, filled: np.ndarray,
              weights: np.ndarray) -> np.ndarray:
    """Take the masked pixels from the repair and all others as they are: a new
    photograph, ``(H, W, C)``, uint8 or uint16, from two such and ``weights``,
    ``(H, W)``, uint8: 255 = wholly from the repair, 0 = untouched, in between
    a mixture."""
    result = pixels.copy()
    whole = weights == 255
    result[whole] = filled[whole]
    soft = (weights > 0) & ~whole
    share = weights[soft].astype(np.float32)[:, None] / 255
    result[soft] = np.rint(filled[soft] * share + pixels[soft] * (1 - share))
    return result


def _fall_off(distance: np.ndarray, options: MaskOptions) -> np.ndarray:
    if not options.feather:
        return np.where(distance <= options.dilate, np.uint8(255), np.uint8(0))
    distance -= np.float32(options.dilate + options.feather)
    distance *= np.float32(-255 / options.feather)
    return distance.clip(0, 255, out=distance).round().astype(np.uint8)


def _clear_forbidden(mask: np.ndarray, options: MaskOptions) -> None:
    """Set to 0, in place, what no change is allowed in."""
    if options.include:
        allowed = np.zeros(mask.shape, dtype=bool)
        for rectangle in options.include:
            allowed[_slices(rectangle)] = True
        mask *= allowed.view(np.uint8)
    for rectangle in options.exclude:
        mask[_slices(rectangle)] = 0


def _clear_small_regions(mask: np.ndarray, min_area: int) -> None:
    _, labels, regions, _ = cv2.connectedComponentsWithStats(
        mask, connectivity=8, ltype=cv2.CV_32S)
    large = (regions[:, cv2.CC_STAT_AREA] >= min_area).view(np.uint8)
    large[0] = 0  # the label of what is intact
    for rows in _bands(len(mask)):
        mask[rows] = large[labels[rows]]


def _bands(height: int) -> Iterator[slice]:
    for top in range(0, height, _BAND_ROWS):
        yield slice(top, min(height, top + _BAND_ROWS))


def _slices(rectangle: Rectangle) -> Tuple[slice, slice]:
    x, y, width, height = rectangle
    return slice(y, y + height), slice(x, x + width)


def _check_rectangle(name: str, rectangle: Sequence[int]) -> Rectangle:
    try:
        x, y, width, height = map(operator.index, rectangle)
        if min(x, y) >= 0 and min(width, height) > 0:
            return x, y, width, height
    except (TypeError, ValueError):
        pass  # not four, or not whole numbers
    raise ConfigError(
        f'{name} takes rectangles (x, y, width, height) of whole pixels, x '
        'and y from 0 and width and height from 1 on, got an entry '
        f'{rectangle!r}.')


def _size(mask: np.ndarray) -> str:
    """Width x height, as photographers say it."""
    return ' x '.join(map(str, mask.shape[::-1]))
