"""Pictures of which nobody can say whether they are damaged photographs."""

from typing import Optional

import cv2
import numpy as np

# Short side that shows enough of a photograph, in pixels.
SMALLEST_SIDE = 64
# A page: this share of it is paper, of nearly one bright colour, and letters
# of less than a tenth of its short side cover at least that share.
PAPER_SHARE, INK_SHARE = 0.7, 0.01
PAPER_RANGE, PAPER_LEVEL = 16, 150
MOST_COLOUR = 24
# Short side that a page is looked at at.
PAGE_SIDE = 256


def why_not_judged(picture: np.ndarray) -> Optional[str]:
    """Why a picture, ``(H, W, 1 or 3)``, uint8, is no photograph that can be
    judged, in words; None if it can be."""
    height, width = picture.shape[:2]
    if min(height, width) < SMALLEST_SIDE:
        return (f'{width} x {height} pixels are too few to judge, at least '
                f'{SMALLEST_SIDE} on either side are needed')
    if _has_two_values(picture):
        return 'it has but two values, black and white: no photograph'
    if _is_page(picture):
        return 'it looks like a page of print or a drawing: no photograph'
    return None


def _has_two_values(picture: np.ndarray) -> bool:
    return bool(
        ((picture == picture.min()) | (picture == picture.max())).all())


def _is_page(picture: np.ndarray) -> bool:
    """Whether nearly all is paper of one bright colour, and what is not is
    thin."""
    scale = PAGE_SIDE / min(picture.shape[:2])
    small = cv2.resize(
        picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = small.reshape(*small.shape[:2], -1).astype(np.int32)
    grey = small.mean(2)
    paper = np.bincount(grey.astype(np.int64).ravel(), minlength=256).argmax()
    on_paper = np.abs(grey - paper) <= PAPER_RANGE
    if paper < PAPER_LEVEL or on_paper.mean() < PAPER_SHARE or np.ptp(
            small, axis=2)[on_paper].mean() > MOST_COLOUR:
        return False
    ink = (grey < paper - 2 * PAPER_RANGE).astype(np.uint8)
    # Anything thicker than a letter is a picture on the page.
    thick = cv2.morphologyEx(ink, cv2.MORPH_OPEN,
                             np.ones((PAGE_SIDE // 10, ) * 2, np.uint8))
    return bool(ink.mean() > INK_SHARE and not thick.any())
