"""Pixels that lie close together."""
import cv2
import numpy as np

# Pixels closer than this share of the short side belong to one region, such as
# the letters of a word.
GAP = 0.012


def label_near_pixels(mask: np.ndarray, gap: float) -> np.ndarray:
    """Number of the region that each pixel of a mask belongs to.

    Args:
        mask (np.ndarray): 1 = of a region, such as corrupted, 0 = of none,
            ``(H, W)``, bool or uint8.
        gap (float): Pixels closer than this share of the short side belong to
            one region, see :data:`GAP`.

    Returns:
        np.ndarray: From 1 on, 0 outside of the mask, ``(H, W)``, int32.
    """
    mask = mask.view(np.uint8)
    side = max(int(gap * min(mask.shape)), 1) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    _, labels = cv2.connectedComponents(
        cv2.dilate(mask, kernel), connectivity=8, ltype=cv2.CV_32S)
    labels[mask == 0] = 0
    return labels
