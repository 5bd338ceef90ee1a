"""Drawn emblems."""
import cv2
import numpy as np

from .curves import points_around, shrink
from .lettering import draw_letters

_SUPERSAMPLING = 4
_FONTS = ('DejaVuSans-Bold', 'DejaVuSerif-Bold', 'DejaVuSerif-Italic')
_CAPITALS = 'ABCDEFGHJKLMNPRSTVWXZ'


def draw_logo(side: int) -> np.ndarray:
    """Draw a ring, polygon or star with a letter, rings or a star in it: the
    share it covers, float32 ``(side, side)`` in [0, 1]."""
    size = side * _SUPERSAMPLING
    logo = np.zeros((size, size), np.uint8)
    outline = _random_outline(size)
    filled = np.random.rand() < 0.5
    line_width = max(1, round(size * np.random.uniform(0.03, 0.09)))
    if filled:
        cv2.fillPoly(logo, [outline], (255, ), cv2.LINE_AA)
    else:
        cv2.polylines(logo, [outline], True, (255, ), line_width, cv2.LINE_AA)
    inside = (_draw_monogram, _draw_rings,
              _draw_star)[np.random.choice(3, p=(0.6, 0.2, 0.2))](
                  size)
    # On a filled emblem the sign is cut out.
    logo = np.minimum(logo, 255 -
                      inside) if filled else np.maximum(logo, inside)
    return shrink(logo, (side, side))


def _polygon(size: int, radii: np.ndarray) -> np.ndarray:
    """Corners at even angles around the middle, the first one on top."""
    return np.rint(size * (0.5 + points_around(radii))).astype(np.int32)


def _random_outline(size: int) -> np.ndarray:
    kind = np.random.randint(3)
    if kind == 0:  # a circle
        return _polygon(size, np.full(90, 0.44))
    corners = np.random.randint(3, 9)
    if kind == 1:
        return _polygon(size, np.full(corners, 0.45))
    return _polygon(size, np.tile([0.46, 0.36], corners + 3))


def _draw_monogram(size: int) -> np.ndarray:
    """One or two capitals."""
    count = np.random.randint(1, 3)
    letters = ''.join(np.random.choice(list(_CAPITALS), count))
    font = _FONTS[np.random.randint(len(_FONTS))]
    drawn = draw_letters(letters, font, max(1, size // (count + 1)))
    inside = np.zeros((size, size), np.uint8)
    height, width = np.minimum(drawn.shape, size)
    top, left = (size - height) // 2, (size - width) // 2
    inside[top:top + height,
           left:left + width] = np.rint(255 * drawn[:height, :width])
    return inside


def _draw_rings(size: int) -> np.ndarray:
    inside = np.zeros((size, size), np.uint8)
    line_width = max(1, size // 24)
    for radius in range(size // 12, size // 4, size // 12 + 1):
        cv2.circle(inside, (size // 2, size // 2), radius, (255, ), line_width,
                   cv2.LINE_AA)
    return inside


def _draw_star(size: int) -> np.ndarray:
    inside = np.zeros((size, size), np.uint8)
    points = np.random.randint(4, 8)
    cv2.fillPoly(inside, [_polygon(size, np.tile([0.26, 0.11], points))],
                 (255, ), cv2.LINE_AA)
    return inside
