"""Badges: coloured labels, stars, discs and ribbons with words on them."""
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from mmagic.registry import TRANSFORMS

from hcl_mmagic.datasets.transforms.random_draws import check_probability
from .base import Canvas
from .colors import random_color
from .curves import blur, place, points_around, resize_by, shrink
from .lettering import draw_letters, straight_word
from .stamps import StampPattern

_SUPERSAMPLING = 4
_WORDS = ('NEW', 'SALE', 'TOP', 'HD', 'FREE', '50%', '-20%', 'HOT', '4K',
          'No 1', 'BEST', 'LIVE', '24 h', 'PRO', 'EXTRA', 'VIP', '5.0', '1+1')
_FONTS = ('DejaVuSans-Bold', 'DejaVuSerif-Bold', 'DejaVuSansMono-Bold')
_CONTRAST = 90  # of the mean of red, green and blue


@TRANSFORMS.register_module()
class BadgeCorruption(StampPattern):
    """A badge as on sale: a disc, a star, a polygon, a label or a ribbon.

    Filled with one colour, many with a rim or a word on it or both.

    Keys: see :class:`CorruptionPattern`.

    Args:
        shapes (Sequence[str]): Some of 'disc', 'star', 'burst', 'polygon',
            'label' and 'ribbon' (from edge to edge of a corner).
        word_probability (float): How often there is a word or a sign on it.
        **stamp: Further arguments of :class:`StampPattern`: ``size_range`` of
            the longer side ((0.08, 0.35), at least 12 pixels),
            ``opacity_range`` ((0.3, 1)), ``rotation_range`` ((-20, 20)),
            ``position`` ('corner'), ``ratio_range`` ((0.002, 0.4)).
    """

    def __init__(self,
                 *,
                 shapes: Sequence[str] = ('disc', 'star', 'burst', 'polygon',
                                          'label', 'ribbon'),
                 word_probability: float = 0.7,
                 **stamp: Any) -> None:
        super().__init__(
            **{
                'size_range': (0.08, 0.35),
                'opacity_range': (0.3, 1.),
                'rotation_range': (-20., 20.),
                'position': 'corner',
                'ratio_range': (0.002, 0.4),
                **stamp
            })
        if not shapes or not set(shapes) <= set(_OUTLINES):
            raise ValueError(f'shapes must be some of {(*_OUTLINES, )}, got '
                             f'{shapes!r}.')
        self.word_probability = check_probability('word_probability',
                                                  word_probability)
        self.shapes = shapes

    def _draw_stamp(self, height: int, width: int) -> np.ndarray:
        side = self._random_side(height, width, lowest=12)
        shape = self.shapes[np.random.randint(len(self.shapes))]
        outline = _OUTLINES[shape]()
        canvas = Canvas(side, side)
        face = self._random_stamp_color()
        ink = _contrasting(face)
        if np.random.rand() < 0.3:
            shadow = blur(_fill(outline, side), 0.03 * side)
            canvas.paint(np.float32(0.5) * shadow, (0, 0, 0))
        if np.random.rand() < 0.4:  # a rim
            canvas.paint(_fill(outline, side), ink)
            outline = 0.88 * outline
        canvas.paint(_fill(outline, side), face)
        if np.random.rand() < self.word_probability:
            turn = 45 if shape == 'ribbon' else 0
            canvas.paint(_draw_word(side, outline, turn), ink)
        return canvas.stamp()


def _contrasting(color: np.ndarray) -> np.ndarray:
    """Draw a colour that can be read on another one."""
    for _ in range(20):
        ink = random_color()
        if abs(ink.mean() - color.mean()) > _CONTRAST:
            return ink
    return np.full(3, 0 if color.mean() > 127 else 255, np.float32)


def _fill(outline: np.ndarray, side: int) -> np.ndarray:
    """Share of a filled outline, whose points go from -0.5 to 0.5."""
    large = np.zeros((side * _SUPERSAMPLING, ) * 2, np.uint8)
    points = np.rint((outline + 0.5) * side * _SUPERSAMPLING)
    cv2.fillPoly(large, [points.astype(np.int32)], (255, ), cv2.LINE_AA)
    return shrink(large, (side, side))


def _draw_word(side: int, outline: np.ndarray, degrees: float) -> np.ndarray:
    """Share of a word in the middle, turned, narrow enough for the shape."""
    word = straight_word() if np.random.rand() < 0.3 else np.random.choice(
        _WORDS)
    room = side * np.random.uniform(0.5, 0.75)
    letters = draw_letters(
        str(word), _FONTS[np.random.randint(len(_FONTS))], max(8, round(room)))
    scale = room / letters.shape[1]
    tallest = 0.6 * side * _height_in_the_middle(outline, degrees)
    scale = min(scale, tallest / letters.shape[0])
    # small letters would be lost if not averaged before they are turned
    letters = resize_by(letters, scale)
    return place(letters, degrees, np.full(2, side / 2), (side, side))


def _height_in_the_middle(outline: np.ndarray, degrees: float) -> float:
    """How high a shape is across a word in its middle, from 0 to 1."""
    angle = np.deg2rad(degrees)
    across = outline @ (np.sin(angle), np.cos(angle))
    return float(np.ptp(across))


def _disc() -> np.ndarray:
    return points_around(np.full(72, 0.48)) * (1, np.random.uniform(0.7, 1))


def _star() -> np.ndarray:
    return points_around(np.tile([0.49, np.random.uniform(0.18, 0.3)], 5))


def _burst() -> np.ndarray:
    return points_around(
        np.tile([0.49, np.random.uniform(0.36, 0.44)],
                np.random.randint(8, 20)))


def _polygon() -> np.ndarray:
    return points_around(np.full(np.random.randint(3, 9), 0.48))


def _label() -> np.ndarray:
    """A box, many with cut corners."""
    height = np.random.uniform(0.15, 0.5)
    cut = np.random.uniform(0, 0.5) * height if np.random.rand() < 0.5 else 0
    corner = np.array([[0.48 - cut, height / 2], [0.48, height / 2 - cut]])
    half = np.concatenate([corner, corner[::-1] * (1, -1)])
    return np.concatenate([half, -half])


def _ribbon() -> np.ndarray:
    """A band across a square, from its left to its upper edge."""
    inner, outer = sorted(np.random.uniform(-0.25, 0.3, 2))
    outer = max(outer, inner + 0.15)
    return np.array([[-0.5, inner], [inner, -0.5], [outer, -0.5],
                     [-0.5, outer]])


_OUTLINES = dict(
    disc=_disc,
    star=_star,
    burst=_burst,
    polygon=_polygon,
    label=_label,
    ribbon=_ribbon)
