"""What time does to prints: stains and creases."""
import cv2
import numpy as np
from mmagic.registry import TRANSFORMS

from hcl_mmagic.datasets.transforms.random_draws import (check_range,
                                                         random_integer)
from .base import Canvas, CorruptionPattern, Drawing, MultiplicativePattern
from .colors import PAPER
from .curves import (Sketch, blur, random_blob, random_changes,
                     random_position, smooth_noise)


@TRANSFORMS.register_module()
class StainCorruption(MultiplicativePattern):
    """Brown spots and rings of dried liquid: ``img = gt * factor``.

    Keys, ``ratio_range`` and ``max_draws``: see :class:`CorruptionPattern`.

    Args:
        num_stains (tuple[int, int]): Fewest and most stains.
        size_range (tuple[float, float]): Smallest and largest radius, as a
            share of the short side.
        strength_range (tuple[float, float]): Palest and darkest stain, the
            share of the stain's colour at its darkest point.
    """

    # light that brown ink lets through, red, green and blue
    _BROWNS = np.array(
        ((0.55, 0.36, 0.17), (0.7, 0.52, 0.25), (0.42, 0.28, 0.17)),
        np.float32)

    def __init__(self,
                 *,
                 num_stains: tuple[int, int] = (1, 5),
                 size_range: tuple[float, float] = (0.06, 0.35),
                 strength_range: tuple[float, float] = (0.6, 1.),
                 ratio_range: tuple[float, float] = (0.03, 0.6),
                 max_draws: int = 20) -> None:
        super().__init__(ratio_range, max_draws)
        self.num_stains = check_range('num_stains', num_stains, 1)
        self.size_range = check_range('size_range', size_range, 0, 2)
        self.strength_range = check_range('strength_range', strength_range, 0,
                                          1)

    def _draw(self, height: int, width: int) -> Drawing:
        shape = (height, width)
        side = min(shape)
        clear = np.ones(shape, np.float32)
        grain = smooth_noise(shape, 0.12 * side, octaves=4)
        for _ in range(random_integer(self.num_stains)):
            radius = side * np.random.uniform(*self.size_range)
            strength = np.random.uniform(*self.strength_range)
            clear *= 1 - strength * _random_stain(shape, radius, grain)
        brown = self._BROWNS[np.random.randint(len(self._BROWNS))]
        return Drawing(1 - clear, brown)


@TRANSFORMS.register_module()
class CreaseCorruption(CorruptionPattern):
    """Folds: a broken line of bare paper between a light and a dark side.

    Keys, ``ratio_range`` and ``max_draws``: see :class:`CorruptionPattern`.

    Args:
        num_creases (tuple[int, int]): Fewest and most folds; further ones
            may start at the first, as where a print was crumpled.
        width_range (tuple[float, float]): Thinnest and thickest line, as a
            share of the short side; at least half a pixel.
        relief_range (tuple[float, float]): Narrowest and widest light and
            dark side, as a share of the short side.
        relief_opacity_range (tuple[float, float]): Least and most white and
            black in them.
    """

    def __init__(self,
                 *,
                 num_creases: tuple[int, int] = (1, 3),
                 width_range: tuple[float, float] = (0.004, 0.014),
                 relief_range: tuple[float, float] = (0.01, 0.03),
                 relief_opacity_range: tuple[float, float] = (0.15, 0.4),
                 ratio_range: tuple[float, float] = (0.01, 0.5),
                 max_draws: int = 20) -> None:
        super().__init__(ratio_range, max_draws)
        self.num_creases = check_range('num_creases', num_creases, 1)
        self.width_range = check_range('width_range', width_range, 0, 1)
        self.relief_range = check_range('relief_range', relief_range, 0, 0.5)
        self.relief_opacity_range = check_range('relief_opacity_range',
                                                relief_opacity_range, 0, 1)

    def _draw(self, height: int, width: int) -> Drawing:
        canvas = Canvas(height, width)
        knot = np.random.uniform(0.2, 0.8, 2) * (width, height)
        for number in range(random_integer(self.num_creases)):
            start = knot
            if number and np.random.rand() < 0.5:
                start = random_position(height, width)
            self._paint_crease(
                canvas, (height, width), start, through=number == 0)
        return canvas.drawing()

    def _paint_crease(self, canvas: Canvas, shape: tuple[int, int],
                      start: np.ndarray, through: bool) -> None:
        side, far = min(shape), float(np.hypot(*shape))
        angle = np.random.uniform(0, 2 * np.pi)
        along = np.array((np.cos(angle), np.sin(angle)))
        normal = along[::-1] * (-1, 1)
        count = max(8, int(far / 3))
        steps = np.linspace(-far if through else 0, far, count)
        jitter = 0.003 * side * (
            random_changes(count, 24) + 0.5 * random_changes(count, count))
        points = start + steps[:, None] * along + jitter[:, None] * normal

        relief = side * np.random.uniform(*self.relief_range)
        opacity = np.float32(np.random.uniform(*self.relief_opacity_range))
        for grey, offset in (255, -relief), (0, relief):
            ridge = Sketch(*shape)
            ridge.line(points + 0.7 * offset * normal, np.full(count, relief))
            canvas.paint(opacity * blur(ridge.share(), relief / 2),
                         (grey, ) * 3)
        widths = side * np.random.uniform(*self.width_range) * np.clip(
            1 + 0.7 * random_changes(count, 40), 0.2, 2.5)
        crack = Sketch(*shape)
        crack.line(points, widths)
        # The paper shows where the fibres are broken.
        fibres = 0.75 + 0.4 * smooth_noise(shape, max(1.5, 0.012 * side), 2)
        canvas.paint(crack.share() * np.clip(fibres, 0, 1), PAPER)


def _random_stain(shape: tuple[int, int], radius: float,
                  grain: np.ndarray) -> np.ndarray:
    """Share of the dye: pale inside, dark at the rim where it dried last."""
    outline = random_blob(random_position(*shape), radius, 0.12)
    sketch = Sketch(*shape)
    sketch.fill(outline)
    filled = sketch.share()
    inner = cv2.distanceTransform((filled > 0.5).astype(np.uint8), cv2.DIST_L2,
                                  3)
    rim_width = max(1.5, 0.08 * radius)
    rim = np.exp(-inner / rim_width)
    body = np.random.uniform(0.4, 0.85) * np.clip(1 + 0.35 * grain, 0.3, 1.5)
    dye = np.clip(body + rim * np.random.uniform(0.2, 0.6), 0, 1)
    return filled * blur(dye, 0.6)
