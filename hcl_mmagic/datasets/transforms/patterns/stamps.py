"""What is put on a photograph as a whole: marks, badges, dates."""
from collections.abc import Sequence
from typing import Optional

import numpy as np

from hcl_mmagic.datasets.transforms.random_draws import (check_probability,
                                                         check_range)
from .base import Canvas, CorruptionPattern, Drawing
from .colors import check_colors, random_color
from .curves import place, random_position

POSITIONS = ('anywhere', 'inside', 'corner', 'bottom')


class StampPattern(CorruptionPattern):
    """One stamp, put somewhere or repeated over the whole photograph.

    Keys, ``ratio_range`` and ``max_draws``: see :class:`CorruptionPattern`.

    Args:
        size_range (tuple[float, float]): Smallest and largest stamp, as a
            share of the short side. Above 1 for crops: they show a part of
            the stamp.
        opacity_range (tuple[float, float]): Least and most opaque stamp.
        rotation_range (tuple[float, float]): Least and largest turn in
            degrees, counter-clockwise.
        tile_probability (float): How often the stamp is repeated all over.
        gap_range (tuple[float, float]): Least and largest gap between
            repeated stamps, as a share of the stamp's height.
        position (str): Where a stamp stands that is not repeated: 'anywhere',
            in part outside, too, 'inside', as a whole if it fits, in a
            'corner' or at the 'bottom'; but for the first up to 6 % of the
            short side from the edges.
        colors (Sequence[tuple], optional): RGB colours to draw from. By
            default mostly white, else vivid ones, black and white.
    """

    _LARGEST_MARGIN = 0.06

    def __init__(self,
                 *,
                 size_range: tuple[float, float],
                 opacity_range: tuple[float, float] = (0.3, 0.8),
                 rotation_range: tuple[float, float] = (0., 0.),
                 tile_probability: float = 0.,
                 gap_range: tuple[float, float] = (0.5, 2.),
                 position: str = 'anywhere',
                 colors: Optional[Sequence[tuple]] = None,
                 ratio_range: tuple[float, float] = (0.01, 0.4),
                 max_draws: int = 20) -> None:
        super().__init__(ratio_range, max_draws)
        self.size_range = check_range('size_range', size_range, 0, 4)
        self.opacity_range = check_range('opacity_range', opacity_range, 0, 1)
        self.rotation_range = check_range('rotation_range', rotation_range,
                                          -360, 360)
        self.tile_probability = check_probability('tile_probability',
                                                  tile_probability)
        self.gap_range = check_range('gap_range', gap_range, 0)
        self.colors = check_colors(colors)
        if position not in POSITIONS:
            raise ValueError(f'position must be one of {POSITIONS}, got '
                             f'{position!r}.')
        self.position = position

    def _draw(self, height: int, width: int) -> Drawing:
        stamp = self._draw_stamp(height, width)
        center = None
        if np.random.rand() < self.tile_probability:
            stamp = _tile(stamp, np.random.uniform(*self.gap_range),
                          np.hypot(height, width))
            center = random_position(height, width)
        elif self.position == 'anywhere':
            center = np.random.uniform(0.15, 0.85, 2) * (width, height)
        degrees = np.random.uniform(*self.rotation_range)
        if center is None:
            center = self._center_inside(stamp, degrees, (height, width))
        stamp = place(stamp, degrees, center, (height, width))
        opacity = np.float32(np.random.uniform(*self.opacity_range))
        share = np.clip(stamp[..., 3], 0, 1)
        canvas = Canvas(height, width)
        canvas.paint(opacity * share,
                     stamp[..., :3] / np.maximum(share, 1e-6)[..., None])
        return canvas.drawing()

    def _center_inside(self, stamp: np.ndarray, degrees: float,
                       shape: tuple[int, int]) -> np.ndarray:
        """Draw the middle, x and y; of a stamp too large any part is seen."""
        angle = np.deg2rad(degrees)
        turn = np.abs([[np.cos(angle), np.sin(angle)],
                       [np.sin(angle), np.cos(angle)]])
        margins = min(shape) * np.random.uniform(0, self._LARGEST_MARGIN, 2)
        nearest = turn @ stamp.shape[1::-1] / 2 + margins
        farthest = np.array(shape[::-1]) - nearest
        if self.position == 'corner':
            return np.where(np.random.rand(2) < 0.5, nearest, farthest)
        center = np.random.uniform(
            np.minimum(nearest, farthest), np.maximum(nearest, farthest))
        if self.position == 'bottom':
            center[1] = farthest[1]
            if nearest[0] <= farthest[0]:
                center[0] = shape[1] / 2
        return center

    def _random_side(self, height: int, width: int, lowest: int) -> int:
        side = min(height, width) * np.random.uniform(*self.size_range)
        return max(lowest, round(side))

    def _random_stamp_color(self) -> np.ndarray:
        """White, as most watermarks are, or another colour."""
        if self.colors is None and np.random.rand() < 0.6:
            return np.full(3, 255, np.float32)
        return random_color(self.colors)

    def _draw_stamp(self, height: int, width: int) -> np.ndarray:
        """Draw a stamp: float32 ``(h, w, 4)``, RGB from 0 to 255 times the
        share, and the share."""
        raise NotImplementedError


def tint(share: np.ndarray, color: np.ndarray) -> np.ndarray:
    """A stamp of one colour, see :meth:`StampPattern._draw_stamp`."""
    return np.dstack([share[..., None] * color, share])


def _tile(stamp: np.ndarray, gap: float, diagonal: float) -> np.ndarray:
    """Repeat a stamp, every other row shifted, wide enough to cover the
    photograph wherever its centre lies and however it is turned."""
    space = round(gap * stamp.shape[0])
    stamp = np.pad(stamp, ((0, space), (0, space), (0, 0)))
    rows, columns = np.ceil(
        2 * diagonal / np.array(stamp.shape[:2])).astype(int) + 1
    row = np.tile(stamp, (1, columns, 1))
    shifted = np.roll(row, stamp.shape[1] // 2, axis=1)
    return np.concatenate(
        [shifted if number % 2 else row for number in range(rows)])
