"""Raindrops on the glass before the lens."""
from typing import NamedTuple

import cv2
import numpy as np
from mmagic.registry import TRANSFORMS

from hcl_mmagic.datasets.transforms.corruption import blend
from hcl_mmagic.datasets.transforms.random_draws import (check_range,
                                                         random_integer,
                                                         random_size)
from .base import CorruptionPattern, Drawing
from .curves import random_position


class _Optics(NamedTuple):
    """What the drops do to the light, float32 ``(H, W)``."""

    map_x: np.ndarray  # where the light of each pixel comes from
    map_y: np.ndarray
    brightness: np.ndarray  # what is left of it
    glare: np.ndarray  # share of the reflected sky, in [0, 1]
    blur_radius: float  # in pixels, of the picture seen in the drops


@TRANSFORMS.register_module()
class RaindropCorruption(CorruptionPattern):
    """Drops that show the scene upside down, small and out of focus.

    A drop is a strong lens: it bends the view by more the nearer to its rim
    (refraction), is darker at the rim, brighter where the sky is reflected,
    and its edge is soft, because the lens looks past it.

    Keys, ``ratio_range`` and ``max_draws``: see :class:`CorruptionPattern`.

    Args:
        num_drops (tuple[int, int]): Fewest and most drops.
        radius_range (tuple[float, float]): Smallest and largest drop, as a
            share of the short side; small ones are more frequent.
        view_range (tuple[float, float]): Smallest and largest part of the
            picture seen in a drop, as a multiple of the drop's size.
        blur_range (tuple[float, float]): Least and most blur in the drops,
            as a share of the short side.
        softness_range (tuple[float, float]): Sharpest and softest edge, as a
            share of the drop's radius.
    """

    def __init__(self,
                 *,
                 num_drops: tuple[int, int] = (6, 40),
                 radius_range: tuple[float, float] = (0.015, 0.09),
                 view_range: tuple[float, float] = (2., 5.),
                 blur_range: tuple[float, float] = (0.004, 0.015),
                 softness_range: tuple[float, float] = (0.1, 0.4),
                 ratio_range: tuple[float, float] = (0.03, 0.5),
                 max_draws: int = 20) -> None:
        super().__init__(ratio_range, max_draws)
        self.num_drops = check_range('num_drops', num_drops, 1)
        self.radius_range = check_range('radius_range', radius_range, 1e-3,
                                        0.5)
        self.view_range = check_range('view_range', view_range, 1)
        self.blur_range = check_range('blur_range', blur_range, 0, 0.2)
        self.softness_range = check_range('softness_range', softness_range, 0,
                                          1)

    def _draw(self, height: int, width: int) -> Drawing:
        side = min(height, width)
        share = np.zeros((height, width), np.float32)
        map_y, map_x = np.mgrid[:height, :width].astype(np.float32)
        optics = _Optics(map_x, map_y, np.ones_like(share),
                         np.zeros_like(share),
                         side * np.random.uniform(*self.blur_range))
        softness = np.random.uniform(*self.softness_range)
        view = np.random.uniform(*self.view_range)
        for _ in range(random_integer(self.num_drops)):
            radius = max(1.5, side * random_size(self.radius_range))
            _add_drop(share, optics, radius, view, softness)
        return Drawing(share, optics)

    def _apply(self, gt: np.ndarray, drawing: Drawing) -> np.ndarray:
        optics = drawing.content
        seen: np.ndarray = gt.astype(np.float32)
        if optics.blur_radius > 0:
            seen = cv2.GaussianBlur(seen, (0, 0), optics.blur_radius)
        seen = cv2.remap(
            seen,
            optics.map_x,
            optics.map_y,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT_101)
        seen = seen * optics.brightness[..., None]
        seen = seen + optics.glare[..., None] * (255 - seen)
        seen = np.clip(np.rint(seen), 0, 255).astype(np.uint8)
        return blend(gt, seen, drawing.share[..., None])


def _add_drop(share: np.ndarray, optics: _Optics, radius: float, view: float,
              softness: float) -> None:
    """Draw one drop over the former ones, in place."""
    height, width = share.shape
    center = random_position(height, width)
    stretch = np.random.uniform(1, 1.35)  # gravity pulls it down
    phases = np.random.uniform(0, 2 * np.pi, 2)
    reach = radius * stretch * 1.4
    left, top = np.maximum(np.floor(center - reach), 0).astype(int)
    right, bottom = np.ceil(center + reach).astype(int) + 1
    window = np.s_[top:bottom, left:right]
    y, x = np.mgrid[window].astype(np.float32)
    y, x = y[:height - top, :width - left], x[:height - top, :width - left]
    across, down = (x - center[0]) / radius, (y - center[1]) / radius / stretch
    angle = np.arctan2(down, across)
    dents = (0.08 * np.cos(2 * angle + phases[0]) +
             0.05 * np.cos(3 * angle + phases[1]))
    distance = np.hypot(across, down) / (1 + dents)  # 1 at the rim
    cover = np.clip((1 - distance) / max(softness, 1 / radius) + 0.5, 0, 1)
    # A sphere shows more of the scene the nearer to its rim.
    bend = view * radius * (0.5 + 0.5 * distance**2)
    inside = cover > 0
    for target, value in (
        (optics.map_x, center[0] - bend * across),
        (optics.map_y, center[1] - bend * down),
        (optics.brightness, _rim_brightness(distance, down)),
        (optics.glare, _glare(across, down)),
    ):
        target[window][inside] = value[inside]
    share[window] = np.maximum(share[window], cover)


def _rim_brightness(distance: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Dark at the upper rim, which shows the ground, bright below."""
    rim = np.minimum(distance, 1)**3
    return 1.02 - rim * (0.3 - 0.35 * np.clip(down, -1, 1))


def _glare(across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """A bright spot at the upper left."""
    squares = ((across + 0.35) / 0.18)**2 + ((down + 0.42) / 0.12)**2
    return 0.75 * np.exp(-squares)
