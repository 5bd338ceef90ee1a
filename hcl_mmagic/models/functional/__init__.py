"""Pure tensor functions of the networks and losses."""

from .hole_filling import fill_smoothly
from .morphology import (average_to, dilate, enlarge, erode, patch_shares,
                         resize_mask, upsample_quadtree)
from .precision import at_least_float32, full_precision
from .texture import id_mrf_distance

__all__ = [
    'at_least_float32', 'average_to', 'dilate', 'enlarge', 'erode',
    'fill_smoothly', 'full_precision', 'id_mrf_distance', 'patch_shares',
    'resize_mask', 'upsample_quadtree'
]
