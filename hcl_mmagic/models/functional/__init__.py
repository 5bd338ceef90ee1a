"""Pure tensor functions of the networks and losses."""

from .hole_filling import fill_smoothly
from .mask_hierarchy import (FINER_CENTRES, MaskHierarchy, PixelChoice,
                             build_mask_hierarchy)
from .morphology import (dilate, enlarge, erode, patch_shares, resize_mask,
                         upsample_quadtree)
from .precision import at_least_float32, full_precision
from .soft_two_means import (clustering_cost, farthest_pairs, fixed_pixels,
                             random_pixels, side_means, soft_two_means,
                             split_by_means)
from .texture import id_mrf_distance

__all__ = [
    'FINER_CENTRES', 'MaskHierarchy', 'PixelChoice', 'at_least_float32',
    'build_mask_hierarchy', 'clustering_cost', 'dilate', 'enlarge', 'erode',
    'farthest_pairs', 'fill_smoothly', 'fixed_pixels', 'full_precision',
    'id_mrf_distance', 'patch_shares', 'random_pixels', 'resize_mask',
    'side_means', 'soft_two_means', 'split_by_means', 'upsample_quadtree'
]
