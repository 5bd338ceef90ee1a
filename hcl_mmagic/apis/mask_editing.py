"""From a map of confidences to the pixels that are changed.

The way of a mask: :func:`find_mask` cuts the confidence, :func:`combine_masks`
brings in a mask that was given, :func:`blend_weights` (of what was found,
:func:`fitting_weights`) grows the result and softens its edge,
:func:`composite` puts the repair there. In masks 1 = corrupted, 0 = intact;
all maps are of the upright photograph, ``(H, W)``.
"""
import math
import operator
from dataclasses import dataclass
from typing import Any, Iterator, Optional, Sequence, Tuple

import cv2
import numpy as np

from ..errors import ConfigError, DataMismatchError

Rectangle = Tuple[int, int, int, int]
MASK_MODES = ('replace', 'add', 'subtract')

# Rows that are worked on at once: a photograph of 40 megapixels would
# otherwise need a gigabyte of distances and indices.
_BAND_ROWS = 512
# Of a region: it is damaged; it may be damaged.
SURE, UNSURE = 2, 1
# What was found grows by a little more than nothing where it is thin, and by
# an eighth of its thickness, but on a short side of 512 pixels not by more
# than 2 pixels; its edge fades over a little more. Detection is off by about a
# pixel, and damage that was drawn in a larger photograph has a wider edge.
GROWTH_SHARE, MOST_GROWTH, GROWTH_SIDE = 1 / 8, 2., 512
LEAST_DILATE, LEAST_FEATHER = 0.5, 1.


@dataclass(frozen=True)
class MaskOptions:
    """How a mask is made of confidences, and how softly it is filled.

    Args:
        threshold (float, optional): A pixel is corrupted where the confidence
            is above this, in [0, 1], whatever the verdict says of it. By
            default it is so above 0.5 in regions that are surely damaged.
        restore_uncertain (bool): By default, repair the regions, too, that
            may be damaged and may not.
        min_area (int): Connected corrupted regions (8 neighbours) of fewer
            pixels are left alone; 0 keeps all.
        include (Sequence[Rectangle]): Rectangles ``(x, y, width, height)`` in
            pixels from the upper left corner. Only there may anything be
            changed, and there the verdict does not count; without one,
            everywhere.
        exclude (Sequence[Rectangle]): Rectangles in which nothing may be
            changed, not even by dilation or feathering.
        dilate (float, optional): Pixels up to this far from a corrupted one
            are replaced, too. By default none are around a mask that was
            given, and what was found grows with its thickness and with the
            photograph, see :func:`fitting_weights`.
        feather (float, optional): Width of the soft edge beyond the dilation,
            in pixels; by default as the dilation.

    Raises:
        ConfigError: If a value is out of its range.
    """
    threshold: Optional[float] = None
    restore_uncertain: bool = False
    min_area: int = 0
    include: Sequence[Rectangle] = ()
    exclude: Sequence[Rectangle] = ()
    dilate: Optional[float] = None
    feather: Optional[float] = None

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise ConfigError('threshold must be between 0 and 1, got '
                              f'{self.threshold}.')
        for name in ('min_area', 'dilate', 'feather'):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise ConfigError(
                    f'{name} must be a number of pixels from 0 on, got '
                    f'{value}.')
        for name in ('include', 'exclude'):
            rectangles = tuple(
                _check_rectangle(name, box) for box in getattr(self, name))
            object.__setattr__(self, name, rectangles)


def find_mask(confidence: np.ndarray,
              options: MaskOptions,
              alpha: Optional[np.ndarray] = None,
              certainty: Optional[np.ndarray] = None) -> np.ndarray:
    """Cut a map of confidences, probabilities that a pixel is corrupted, ``(H,
    W)``, float, into a mask, uint8.

    ``certainty``, uint8, tells where that is sure to be damage
    (:data:`SURE`) and where it may be (:data:`UNSURE`); it counts unless the
    options have a threshold or rectangles to include. Areas are counted
    inside the rectangles. Where ``alpha``, the opacity of the photograph, is
    0 nobody sees the damage, and nothing is corrupted.
    """
    threshold = 0.5 if options.threshold is None else options.threshold
    mask = (confidence > threshold).view(np.uint8)
    if certainty is not None and options.threshold is None \
            and not options.include:
        least = UNSURE if options.restore_uncertain else SURE
        mask[certainty < least] = 0
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
    ``dilate + feather`` away, or in a forbidden rectangle, is touched. What
    the options do not say is 0.
    """
    weights = _grown(mask, options.dilate or 0, options.feather or 0)
    _clear_forbidden(weights, options)
    return weights


def fitting_weights(mask: np.ndarray, options: MaskOptions) -> np.ndarray:
    """As :func:`blend_weights`, of a mask that was found: by default every
    connected part grows as befits it.

    A part of thickness t, twice the largest distance of its pixels from its
    edge, grows by ``0.5 + t / 8`` pixels and fades over ``1 + t / 8``; none of
    the two is more than a 256th of the short side, or than 2 and less than
    half a pixel in small photographs.
    """
    weights = np.zeros(mask.shape, np.uint8)
    for part, growth in _by_growth(mask):
        dilate, feather = options.dilate, options.feather
        most = MOST_GROWTH * max(min(mask.shape) / GROWTH_SIDE, 0.5)
        if dilate is None:
            dilate = min(LEAST_DILATE + growth, most)
        if feather is None:
            feather = min(LEAST_FEATHER + growth, most)
        np.maximum(weights, _grown(part, dilate, feather), out=weights)
    _clear_forbidden(weights, options)
    return weights


def _by_growth(mask: np.ndarray) -> Iterator[Tuple[np.ndarray, float]]:
    """Connected parts that grow alike, together, and by how many pixels."""
    if not mask.any():
        return
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_3)
    count, labels = cv2.connectedComponents(
        mask, connectivity=8, ltype=cv2.CV_32S)
    inside: Any = np.flatnonzero(mask)
    deepest = np.zeros(count, np.float32)
    np.maximum.at(deepest, labels.ravel()[inside], depth.ravel()[inside])
    # In steps: few of them, however many parts there are.
    steps = np.ceil(2 * np.log2(np.maximum(deepest, 1)))
    steps[0] = -1
    for step in np.unique(steps[1:]):
        part = (steps == step)[labels]
        yield part.view(np.uint8), 2 * 2**(step / 2) * GROWTH_SHARE


def _grown(mask: np.ndarray, dilate: float, feather: float) -> np.ndarray:
    weights = np.zeros(mask.shape, dtype=np.uint8)
    reach = math.ceil(dilate + feather)
    for rows in _bands(len(mask)):
        top = max(0, rows.start - reach)
        nearby = mask[top:rows.stop + reach]
        if nearby.any():
            band = slice(rows.start - top, rows.stop - top)
            distance = cv2.distanceTransform((nearby == 0).view(np.uint8),
                                             cv2.DIST_L2,
                                             cv2.DIST_MASK_PRECISE)[band]
            weights[rows] = _fall_off(distance, dilate, feather)
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


def _fall_off(distance: np.ndarray, dilate: float,
              feather: float) -> np.ndarray:
    if not feather:
        return np.where(distance <= dilate, np.uint8(255), np.uint8(0))
    distance -= np.float32(dilate + feather)
    distance *= np.float32(-255 / feather)
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
