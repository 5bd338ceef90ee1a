"""Photographs that have one translucent mark in common."""
from typing import Dict, List, Tuple

import cv2
import numpy as np
from skimage import data

Shape = Tuple[int, int]
SIZE = (128, 160)
_SOURCES = ['astronaut', 'chelsea', 'coffee', 'rocket']


def photographs(number: int = 20,
                seed: int = 0,
                size: Shape = SIZE) -> List[np.ndarray]:
    """Different pieces of photographs, ``(H, W, 3)``, uint8."""
    rng = np.random.default_rng(seed)
    sources: Dict[str, np.ndarray] = {
        name: getattr(data, name)()
        for name in _SOURCES
    }
    pieces = []
    for place in range(number):
        whole = sources[_SOURCES[place % len(_SOURCES)]]
        top, left = (int(rng.integers(most - side))
                     for most, side in zip(whole.shape, size))
        piece = whole[top:top + size[0], left:left + size[1]]
        pieces.append(piece[:, ::int(rng.choice([-1, 1]))].copy())
    return pieces


def mark_opacity(opacity: float = 0.5,
                 size: Shape = SIZE,
                 moved: Shape = (0, 0)) -> np.ndarray:
    """A word with a disc in the lower right corner, ``(H, W)``, float."""
    drawn = np.zeros(size, np.uint8)
    height, width = size
    white = (255, )
    cv2.putText(drawn, 'Photo', (width - 124, height - 18),
                cv2.FONT_HERSHEY_SIMPLEX, 0.8, white, 3, cv2.LINE_AA)
    cv2.circle(drawn, (width - 25, height - 26), 13, white, -1, cv2.LINE_AA)
    return np.roll(drawn, moved, (0, 1)) / 255 * opacity


def stamp(photograph: np.ndarray, opacity: np.ndarray,
          colour: Tuple[int, ...]) -> np.ndarray:
    """The photograph under the mark, as editors compute it."""
    share = opacity[..., None]
    full = np.iinfo(photograph.dtype).max
    values = (1 - share) * photograph + share * np.array(colour) * (full / 255)
    return np.rint(values).astype(photograph.dtype)


def psnr(found: List[np.ndarray], truth: List[np.ndarray],
         inside: np.ndarray) -> float:
    """Over all photographs, of the pixels inside, in decibels."""
    squares = [((one.astype(float) - other)[inside]**2).mean()
               for one, other in zip(found, truth)]  # yapf: disable
    return float(10 * np.log10(255**2 / np.mean(squares)))
