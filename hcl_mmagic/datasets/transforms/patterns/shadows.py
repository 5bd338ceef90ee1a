"""Soft shadows."""
import numpy as np
from mmagic.registry import TRANSFORMS

from hcl_mmagic.datasets.transforms.random_draws import (check_range,
                                                         random_integer)
from .base import Drawing, MultiplicativePattern
from .curves import Sketch, blur, random_blob, random_position

_BLUE_SKY = np.array((-0.5, 0., 0.5), np.float32)


@TRANSFORMS.register_module()
class ShadowCorruption(MultiplicativePattern):
    """Shadows of things outside the picture: ``img = gt * factor``.

    A shadow is round with dents, or one side of a line as of a wall, with a
    penumbra. Where shadows overlap it is not darker: they block the same
    light.

    Keys, ``ratio_range`` and ``max_draws``: see :class:`CorruptionPattern`.

    Args:
        num_shadows (tuple[int, int]): Fewest and most shadows.
        brightness_range (tuple[float, float]): Least and most light that is
            left in the shadow, as a share of the light outside.
        tint_range (tuple[float, float]): How much bluer the shadow is: by
            how much the share of blue light is above that of red.
        size_range (tuple[float, float]): Least and largest radius of a round
            shadow, as a share of the short side.
        softness_range (tuple[float, float]): Sharpest and softest edge: its
            Gaussian radius as a share of the short side.
    """

    def __init__(self,
                 *,
                 num_shadows: tuple[int, int] = (1, 3),
                 brightness_range: tuple[float, float] = (0.3, 0.65),
                 tint_range: tuple[float, float] = (0., 0.1),
                 size_range: tuple[float, float] = (0.15, 0.5),
                 softness_range: tuple[float, float] = (0.005, 0.03),
                 ratio_range: tuple[float, float] = (0.05, 0.6),
                 max_draws: int = 20) -> None:
        super().__init__(ratio_range, max_draws)
        self.num_shadows = check_range('num_shadows', num_shadows, 1)
        self.brightness_range = check_range('brightness_range',
                                            brightness_range, 0, 0.95)
        self.tint_range = check_range('tint_range', tint_range, 0, 0.5)
        self.size_range = check_range('size_range', size_range, 0)
        self.softness_range = check_range('softness_range', softness_range, 0,
                                          0.2)

    def _draw(self, height: int, width: int) -> Drawing:
        side = min(height, width)
        sketch = Sketch(height, width)
        for _ in range(random_integer(self.num_shadows)):
            if np.random.rand() < 0.7:
                radius = side * np.random.uniform(*self.size_range)
                outline = random_blob(
                    random_position(height, width), radius, 0.25)
            else:
                outline = _random_half(height, width)
            sketch.fill(outline)
        share = blur(sketch.share(),
                     side * np.random.uniform(*self.softness_range))
        brightness = np.random.uniform(*self.brightness_range)
        tint = np.random.uniform(*self.tint_range)
        return Drawing(share, np.clip(brightness + tint * _BLUE_SKY, 0, 1))


def _random_half(height: int, width: int) -> np.ndarray:
    """Outline of what lies on one side of a random line."""
    start = random_position(height, width)
    angle = np.random.uniform(0, 2 * np.pi)
    along = 2 * (height + width) * np.array((np.cos(angle), np.sin(angle)))
    aside = along[::-1] * (-1, 1)
    return np.stack([
        start + along, start - along, start - along + aside,
        start + along + aside
    ])
