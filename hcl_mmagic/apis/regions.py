"""Regions of a map of confidences: each is damage, or is left alone.

Pixels of some confidence that lie close together are one region, such as the
letters of a word or the specks of a blot. What is measured of each region
(:data:`FEATURE_NAMES`) goes into a logistic regression that was fitted on
regions of intact and damaged photographs.
"""
from dataclasses import dataclass
from typing import Dict, List, Tuple

import cv2
import numpy as np

from ..near_pixels import GAP, label_near_pixels

# Pixels of at least this confidence belong to a region.
CANDIDATE = 0.3
FEATURE_NAMES = ('log_area', 'mean', 'peak', 'sure_share', 'unsure_share',
                 'log_thickness', 'log_rest', 'log_doubt')
# The least share of a picture that counts, one pixel of a megapixel.
LEAST_SHARE = 1e-6


@dataclass(frozen=True)
class Region:
    """Pixels that are damaged together, or not.

    Args:
        box (tuple[int, int, int, int]): x, y, width and height in pixels.
        area (int): Pixels of a confidence above one half.
        features (dict[str, float]): What was measured, by the names of
            :data:`FEATURE_NAMES`.
    """
    box: Tuple[int, int, int, int]
    area: int
    features: Dict[str, float]


def find_regions(confidence: np.ndarray) -> Tuple[np.ndarray, List[Region]]:
    """Find the regions of a photograph and measure them.

    Args:
        confidence (np.ndarray): Probability that a pixel is corrupted, in
            [0, 1], ``(H, W)``, float32.

    Returns:
        tuple[np.ndarray, list[Region]]: Number of the region that each pixel
        belongs to, from 1 on, 0 for none, ``(H, W)``, int32; and the regions
        in that order. A region without a pixel above one half is none.
    """
    candidate = (confidence >= CANDIDATE).view(np.uint8)
    labels = label_near_pixels(candidate, GAP)
    where = np.flatnonzero(candidate)
    number = labels.ravel()[where]
    value = confidence.ravel()[where]
    area = np.bincount(number[value > 0.5], minlength=labels.max() + 1)
    kept = np.flatnonzero(area)  # 0 is not among them
    renumbered = np.zeros(len(area), np.int32)
    renumbered[kept] = np.arange(1, len(kept) + 1)
    labels = renumbered[labels]
    return labels, _measure(confidence, labels, area[kept])


def _measure(confidence: np.ndarray, labels: np.ndarray,
             area: np.ndarray) -> List[Region]:
    total = confidence.size
    where = np.flatnonzero(labels)
    number, value = labels.ravel()[where] - 1, confidence.ravel()[where]
    order = np.lexsort((value, number))
    number, value = number[order], value[order]
    count = np.bincount(number, minlength=len(area))
    starts = np.cumsum(count) - count

    def share_of(chosen: np.ndarray) -> np.ndarray:
        return np.bincount(number[chosen], minlength=len(area)) / count

    depth = cv2.distanceTransform((labels > 0).view(np.uint8), cv2.DIST_L2,
                                  cv2.DIST_MASK_3).ravel()[where][order]
    thickness = np.maximum.reduceat(depth, starts) if len(area) else depth
    doubt = np.count_nonzero((confidence > 0.2) & (confidence < 0.8)) / total
    features = dict(
        log_area=_log_share(area / total),
        mean=np.bincount(number, value, minlength=len(area)) / count,
        peak=value[starts + (0.9 * (count - 1)).astype(int)],
        sure_share=share_of(value > 0.9),
        unsure_share=share_of(value < 0.7),
        log_thickness=_log_share(thickness / min(confidence.shape)),
        log_rest=_log_share((area.sum() - area) / total),
        log_doubt=np.full(len(area), _log_share(np.array(doubt))))
    rows, columns = (
        position[order] for position in np.divmod(where, confidence.shape[1]))
    regions = []
    for index, (start, length) in enumerate(zip(starts, count)):
        part = slice(start, start + length)
        left, top = columns[part].min(), rows[part].min()
        box = (int(left), int(top), int(columns[part].max() - left + 1),
               int(rows[part].max() - top + 1))
        regions.append(
            Region(
                box, int(area[index]),
                {name: float(features[name][index])
                 for name in FEATURE_NAMES}))
    return regions


def _log_share(share: np.ndarray) -> np.ndarray:
    return np.log10(np.maximum(share, LEAST_SHARE))
