"""Dates that cameras burn into the picture."""
from typing import Any

import cv2
import numpy as np
from mmagic.registry import TRANSFORMS

from hcl_mmagic.datasets.transforms.random_draws import check_probability
from .base import Canvas
from .colors import random_color
from .curves import blur, shrink
from .stamps import StampPattern

_LIGHTS = ((255, 140, 30), (255, 90, 20), (255, 60, 50), (255, 190, 60),
           (255, 220, 90), (255, 250, 230))
_SUPERSAMPLING = 4
_MIN_HEIGHT = 6

# Bars of a seven-segment digit: ends in x from 0 to 1 and y from 0 (top) to 2.
_BARS = dict(
    a=((0, 0), (1, 0)),
    b=((1, 0), (1, 1)),
    c=((1, 1), (1, 2)),
    d=((0, 2), (1, 2)),
    e=((0, 1), (0, 2)),
    f=((0, 0), (0, 1)),
    g=((0, 1), (1, 1)))
_DIGITS = dict(
    zip('0123456789', ('abcdef', 'bc', 'abged', 'abgcd', 'fgbc', 'afgcd',
                       'afgedc', 'abc', 'abcdefg', 'abcdfg')))
_SIGNS = {
    '-': (((0.15, 1), (0.85, 1)), ),
    '/': (((0.1, 2), (0.9, 0)), ),
    '.': (((0.5, 2), (0.5, 2)), ),
    ':': (((0.5, 0.6), (0.5, 0.6)), ((0.5, 1.4), (0.5, 1.4))),
    "'": (((0.5, 0), (0.4, 0.4)), ),
    ' ': (),
}


@TRANSFORMS.register_module()
class DateStampCorruption(StampPattern):
    """Glowing seven-segment digits: the date, many with the time.

    Keys: see :class:`CorruptionPattern`.

    Args:
        dot_probability (float): How often the bars are rows of dots.
        glow_probability (float): How often there is a halo.
        **stamp: Further arguments of :class:`StampPattern`: ``size_range`` of
            the digits' height ((0.025, 0.07), at least 6 pixels),
            ``opacity_range`` ((0.75, 1)), ``position`` ('corner'),
            ``colors`` (orange to red and yellow, now and then white),
            ``ratio_range`` ((0.0005, 0.1)).
    """

    def __init__(self,
                 *,
                 dot_probability: float = 0.3,
                 glow_probability: float = 0.4,
                 **stamp: Any) -> None:
        super().__init__(
            **{
                'size_range': (0.025, 0.07),
                'opacity_range': (0.75, 1.),
                'position': 'corner',
                'colors': _LIGHTS,
                'ratio_range': (0.0005, 0.1),
                **stamp
            })
        self.dot_probability = check_probability('dot_probability',
                                                 dot_probability)
        self.glow_probability = check_probability('glow_probability',
                                                  glow_probability)

    def _draw_stamp(self, height: int, width: int) -> np.ndarray:
        digit_height = self._random_side(height, width, _MIN_HEIGHT)
        dotted = np.random.rand() < self.dot_probability
        letters = _draw_date(random_date(), digit_height, dotted)
        color = random_color(self.colors)
        margin = max(1, digit_height // 2)
        letters = np.pad(letters, margin)
        canvas = Canvas(*letters.shape)
        if np.random.rand() < self.glow_probability:
            halo = blur(letters, digit_height * np.random.uniform(0.05, 0.1))
            canvas.paint(np.float32(np.random.uniform(0.3, 0.7)) * halo, color)
        core = blur(letters, 0.03 * digit_height)
        canvas.paint(core, color)
        return canvas.stamp()


def random_date() -> str:
    """Draw a date as cameras write it, in digits and signs."""
    year = np.random.randint(1985, 2031)
    month, day = np.random.randint(1, 13), np.random.randint(1, 32)
    hour, minute = np.random.randint(24), np.random.randint(60)
    dates = (f"'{year % 100:02d} {month:2d} {day:2d}",
             f"{month:2d} {day:2d} '{year % 100:02d}",
             f"{day:02d}.{month:02d}.'{year % 100:02d}",
             f'{year}/{month:02d}/{day:02d}', f'{year}-{month:02d}-{day:02d}',
             f'{day:2d} {hour:2d}:{minute:02d}')
    date = dates[np.random.randint(len(dates))]
    if np.random.rand() < 0.25:
        date += f'  {hour:2d}:{minute:02d}'
    return date


def _draw_date(text: str, height: int, dotted: bool) -> np.ndarray:
    """Share of digits and signs, with a margin of half a bar."""
    large_height = height * _SUPERSAMPLING
    thickness = large_height * np.random.uniform(0.1, 0.17)
    unit = (large_height - thickness) / 2
    step = unit * np.random.uniform(0.75, 0.85) + 2.2 * thickness
    slant = np.random.choice((0., 0.08, 0.15))
    width = int(len(text) * step + slant * large_height + thickness)
    large = np.zeros((large_height, width), np.uint8)
    for number, sign in enumerate(text):
        for ends in _bars(sign):
            points = np.array(ends, float) * (step - 2.2 * thickness, unit)
            points += thickness / 2
            points[:, 0] += number * step
            points[:, 0] += slant * (large_height - points[:, 1])
            _draw_bar(large, points, thickness)
    if dotted:
        large = np.minimum(large, _dots(large.shape, 1.3 * thickness))
    return shrink(large, (height, max(1, round(width / _SUPERSAMPLING))))


def _bars(sign: str) -> tuple:
    if sign in _DIGITS:
        return tuple(_BARS[bar] for bar in _DIGITS[sign])
    return _SIGNS[sign]


def _draw_bar(large: np.ndarray, ends: np.ndarray, thickness: float) -> None:
    """A bar with pointed ends, a little shorter than from end to end."""
    along = ends[1] - ends[0]
    length = np.hypot(*along)
    if length < thickness:  # a dot
        center = np.rint(ends.mean(axis=0)).astype(int).tolist()
        cv2.circle(large, center, max(1, round(0.6 * thickness)), (255, ), -1,
                   cv2.LINE_AA)
        return
    along /= length
    aside = along[::-1] * (-1, 1) * thickness / 2
    tip = along * thickness / 2
    gap = 0.12 * thickness * along
    start, end = ends[0] + gap, ends[1] - gap
    outline = (start, start + tip + aside, end - tip + aside, end,
               end - tip - aside, start + tip - aside)
    cv2.fillPoly(large, [np.rint(outline).astype(np.int32)], (255, ),
                 cv2.LINE_AA)


def _dots(shape: tuple[int, ...], pitch: float) -> np.ndarray:
    """A grid of discs, uint8."""
    rows, columns = np.mgrid[:shape[0], :shape[1]] % pitch - pitch / 2
    inside = np.hypot(rows, columns) < 0.45 * pitch
    return (255 * inside).astype(np.uint8)
