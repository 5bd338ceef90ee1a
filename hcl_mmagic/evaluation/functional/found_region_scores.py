"""How much of the damage of one image was found, thin damage included.

Masks are ``(H, W)``, any number type, not 0 = corrupted.
"""
from typing import Dict, Optional, Tuple

import cv2
import numpy as np

from hcl_mmagic.near_pixels import GAP, label_near_pixels

# Pixels that a thin line may lie beside the truth.
TOLERANCE = 3
# Share of an image's pixels beyond which it counts as altered.
ALTERED_SHARE = 0.005


def found_region_scores(pred_mask: np.ndarray,
                        mask: np.ndarray) -> Dict[str, Optional[float]]:
    """Scores of a detected mask that do not count pixel by pixel.

    Args:
        pred_mask (np.ndarray): Pixels that are called corrupted.
        mask (np.ndarray): Pixels that are, of the same shape.

    Returns:
        dict[str, float]: ``Marked``, the share of the image that is called
        corrupted; ``Recall_3px``, the share of the corrupted pixels that have
        a marked one within 3 pixels; ``RegionRecall``, the share of the
        regions of damage of which at least half of the pixels are marked;
        ``RegionPrecision``, the share of the marked regions of which at least
        half of the pixels are corrupted. All in [0, 1]; None where there is
        nothing to have a share of.

    Raises:
        ValueError: If the shapes differ.
    """
    pred, true = (np.asarray(one).astype(bool) for one in (pred_mask, mask))
    if pred.shape != true.shape or pred.ndim != 2:
        raise ValueError('Two masks (H, W) of one shape are compared, got '
                         f'{pred.shape} and {true.shape}.')
    found, damaged = _count_covered(true, pred)
    right, marked = _count_covered(pred, true)
    return dict(
        Marked=float(pred.mean()),
        Recall_3px=_share((_distance_to(pred)[true] <= TOLERANCE).sum(),
                          true.sum()),
        RegionRecall=_share(found, damaged),
        RegionPrecision=_share(right, marked))


def _count_covered(mask: np.ndarray, cover: np.ndarray) -> Tuple[int, int]:
    """Regions of a mask of which another covers at least half, and all."""
    labels = label_near_pixels(mask, GAP)
    number = labels.max() + 1
    size = np.bincount(labels[mask], minlength=number)[1:]
    covered = np.bincount(labels[mask & cover], minlength=number)[1:]
    return int((2 * covered >= size).sum()), int(number) - 1


def _distance_to(mask: np.ndarray) -> np.ndarray:
    """Distance of each pixel to the nearest one of a mask, in pixels."""
    if not mask.any():
        return np.full(mask.shape, np.inf)
    return cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2,
                                 cv2.DIST_MASK_PRECISE)


def _share(part: int, whole: int) -> Optional[float]:
    return float(part / whole) if whole else None
