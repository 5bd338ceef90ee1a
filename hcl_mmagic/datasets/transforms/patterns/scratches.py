"""Scratches, dust and hairs on prints."""
import numpy as np
from mmagic.registry import TRANSFORMS

from hcl_mmagic.datasets.transforms.random_draws import (check_probability,
                                                         check_range, happens,
                                                         random_integer,
                                                         random_within)
from .base import Canvas, CorruptionPattern, Drawing
from .colors import PAPER, random_color
from .curves import (Sketch, random_blob, random_changes, random_position,
                     random_walk, smooth_curve)

_DIRT = (35, 28, 22)


@TRANSFORMS.register_module()
class ScratchCorruption(CorruptionPattern):
    """Thin broken lines that lay the paper bare, dust and hairs.

    Most scratches of a print run the same way. Some may be plain: of even
    width, unbroken, with sharp ends. Some may come in bundles, as behind a
    grain of sand.

    Keys, ``ratio_range`` and ``max_draws``: see :class:`CorruptionPattern`.

    Args:
        num_scratches (tuple[int, int]): Fewest and most scratches.
        num_specks (tuple[int, int]): Fewest and most dust specks and hairs.
        width_range (tuple[float, float]): Thinnest and thickest scratch, as
            a share of the short side; at least half a pixel.
        length_range (tuple[float, float]): Shortest and longest scratch, as
            a share of the short side.
        opacity_range (tuple[float, float]): Faintest and strongest scratch.
        bend_range (tuple[float, float]): Straightest and most bent scratch:
            how far it strays from its line, as a share of its length.
        plain_probability (float): How often a scratch is plain.
        bundle_probability (float): How often there are two to five parallel
            scratches in the place of one.
        color_probability (float): How often all scratches have a colour in
            the place of paper and dirt: any vivid one, black or white.
    """

    def __init__(self,
                 *,
                 num_scratches: tuple[int, int] = (4, 20),
                 num_specks: tuple[int, int] = (0, 40),
                 width_range: tuple[float, float] = (0.002, 0.008),
                 length_range: tuple[float, float] = (0.2, 1.2),
                 opacity_range: tuple[float, float] = (0.5, 1.),
                 bend_range: tuple[float, float] = (0.012, 0.012),
                 plain_probability: float = 0.,
                 bundle_probability: float = 0.,
                 color_probability: float = 0.,
                 ratio_range: tuple[float, float] = (0.01, 0.3),
                 max_draws: int = 20) -> None:
        super().__init__(ratio_range, max_draws)
        self.num_scratches = check_range('num_scratches', num_scratches, 1)
        self.num_specks = check_range('num_specks', num_specks, 0)
        self.width_range = check_range('width_range', width_range, 0, 1)
        self.length_range = check_range('length_range', length_range, 0)
        self.opacity_range = check_range('opacity_range', opacity_range, 0, 1)
        self.bend_range = check_range('bend_range', bend_range, 0, 1)
        self.plain_probability = check_probability('plain_probability',
                                                   plain_probability)
        self.bundle_probability = check_probability('bundle_probability',
                                                    bundle_probability)
        self.color_probability = check_probability('color_probability',
                                                   color_probability)

    def _draw(self, height: int, width: int) -> Drawing:
        side = min(height, width)
        paper, dirt = Sketch(height, width), Sketch(height, width)
        main_direction = np.random.uniform(0, np.pi)
        for _ in range(random_integer(self.num_scratches)):
            spread = 0.12 if np.random.rand() < 0.75 else 1.5
            self._draw_scratch(paper if np.random.rand() < 0.85 else dirt,
                               random_position(height, width), side,
                               np.random.normal(main_direction, spread))
        specks = paper if np.random.rand() < 0.5 else dirt
        for _ in range(random_integer(self.num_specks)):
            _draw_speck(specks, random_position(height, width), side)
        bare, dark = np.array(PAPER), np.array(_DIRT)
        if happens(self.color_probability):
            bare = dark = random_color()
        canvas = Canvas(height, width)
        canvas.paint(dirt.share(), dark)
        canvas.paint(paper.share(), bare)
        return canvas.drawing()

    def _draw_scratch(self, sketch: Sketch, middle: np.ndarray, side: int,
                      direction: float) -> None:
        length = side * np.random.uniform(*self.length_range)
        along = length * np.array((np.cos(direction), np.sin(direction)))
        knots = np.linspace(-0.5, 0.5, 5)[:, None] * along
        knots += np.random.normal(0,
                                  random_within(self.bend_range) * length,
                                  (5, 2))
        points = smooth_curve(middle + knots)
        plain = happens(self.plain_probability)
        strengths = np.ones(len(points)) if plain else _random_strengths(
            len(points))
        strengths *= np.random.uniform(*self.opacity_range)
        widths = np.full(
            len(points), side * np.random.uniform(*self.width_range))
        if not plain:
            widths *= 1 + 0.3 * random_changes(len(points))
        sketch.line(points, widths, strengths)
        if happens(self.bundle_probability):
            _draw_neighbours(sketch, points, widths, strengths)


def _random_strengths(count: int) -> np.ndarray:
    """Mostly even, faint at the ends, missing in places."""
    strengths = np.clip(4 * np.sin(np.pi * np.linspace(0, 1, count)), 0, 1)
    return strengths * np.clip(1.2 + 0.8 * random_changes(count, 16), 0, 1)


def _draw_neighbours(sketch: Sketch, points: np.ndarray, widths: np.ndarray,
                     strengths: np.ndarray) -> None:
    """Add parts of the same scratch beside it."""
    along = points[-1] - points[0]
    aside = along[::-1] * (-1, 1) / max(np.hypot(*along), 1e-6)
    for _ in range(np.random.randint(1, 5)):
        gap = np.random.choice((-1, 1)) * np.random.uniform(1.5, 6)
        start, stop = np.sort(np.random.randint(0, len(points), 2)) + (0, 2)
        part = slice(start, stop)
        sketch.line(points[part] + gap * widths.mean() * aside, widths[part],
                    strengths[part])


def _draw_speck(sketch: Sketch, middle: np.ndarray, side: int) -> None:
    """Dust, or now and then a hair."""
    if np.random.rand() < 0.85:
        radius = side * np.random.uniform(0.002, 0.007)
        sketch.fill(random_blob(middle, radius, 0.3))
    else:
        points = random_walk(middle, step=0.02 * side, count=6, bend=0.5)
        sketch.line(points, np.full(len(points), 0.003 * side))
