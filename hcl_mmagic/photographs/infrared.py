"""Infrared scans, in which dust and scratches are dark."""
from typing import Optional

import cv2
import numpy as np

from .photograph import Photograph, as_eight_bits

_UNSPECIFIED = 0  # what a TIFF file calls a channel that is no opacity
# The surroundings that a pixel is compared with: share of the short side, and
# pixels at most.
_SURROUNDINGS, _WIDEST = 1 / 15, 255
# Dust takes this share of the light at least, and more than grain does, in
# standard deviations.
_LEAST_SHADE, _GRAIN = 0.12, 5.
_DEVIATION_OF_MEDIAN = 1.4826


def infrared_channel(photograph: Photograph) -> Optional[np.ndarray]:
    """The fourth channel of a scan, ``(H, W)``, uint8 or uint16, if its file
    does not call it opacity; None if there is none."""
    tags = photograph.origin and photograph.origin.tiff
    if photograph.alpha is None or not tags or \
            tags.extra_sample != _UNSPECIFIED:
        return None
    return photograph.alpha


def infrared_mask(infrared: np.ndarray) -> np.ndarray:
    """What is darker than its surroundings in an infrared scan, ``(H, W)``,
    uint8 or uint16: 1 = dust or scratch, 0 = clean film, uint8. The dyes of
    colour film let infrared pass, so the picture itself hardly shows; silver,
    as of black-and-white film, does not."""
    values = as_eight_bits(infrared)
    side = min(max(int(_SURROUNDINGS * min(values.shape)), 5), _WIDEST) | 1
    level = cv2.medianBlur(values, side)
    shade = level.astype(np.float32) - values
    grain = _DEVIATION_OF_MEDIAN * float(np.median(np.abs(shade)))
    least = np.maximum(_LEAST_SHADE * level, _GRAIN * grain)
    return (shade > np.maximum(least, 1)).astype(np.uint8)
