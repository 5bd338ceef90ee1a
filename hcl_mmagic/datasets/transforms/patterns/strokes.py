"""Graffiti and scribbles: strokes of varying width, colour and opacity."""
from collections.abc import Sequence
from typing import Any, Optional

import numpy as np
from mmagic.registry import TRANSFORMS

from hcl_mmagic.datasets.transforms.random_draws import (check_probability,
                                                         check_range,
                                                         random_integer)
from .base import Canvas, CorruptionPattern, Drawing
from .colors import check_colors, random_color
from .curves import Sketch, blur, random_changes
from .stroke_paths import random_scribble, random_tag

_INKS = ((20, 20, 20), (25, 45, 140), (180, 25, 30), (20, 110, 50))


class StrokesPattern(CorruptionPattern):
    """Strokes with a width, an opacity and a colour each.

    Keys, ``ratio_range`` and ``max_draws``: see :class:`CorruptionPattern`.

    Args:
        num_strokes (tuple[int, int]): Fewest and most strokes.
        width_range (tuple[float, float]): Thinnest and thickest stroke, as a
            share of the short side.
        opacity_range (tuple[float, float]): Least and most opaque stroke.
        colors (Sequence[tuple], optional): RGB colours to draw from.
    """

    def __init__(self,
                 *,
                 num_strokes: tuple[int, int],
                 width_range: tuple[float, float],
                 opacity_range: tuple[float, float],
                 ratio_range: tuple[float, float],
                 colors: Optional[Sequence[tuple]] = None,
                 max_draws: int = 20) -> None:
        super().__init__(ratio_range, max_draws)
        self.num_strokes = check_range('num_strokes', num_strokes, 1)
        self.width_range = check_range('width_range', width_range, 0, 1)
        self.opacity_range = check_range('opacity_range', opacity_range, 0, 1)
        self.colors = check_colors(colors)

    def _draw(self, height: int, width: int) -> Drawing:
        canvas = Canvas(height, width)
        for _ in range(random_integer(self.num_strokes)):
            stroke_width = min(height,
                               width) * np.random.uniform(*self.width_range)
            opacity = np.float32(np.random.uniform(*self.opacity_range))
            self._draw_stroke(canvas, (height, width), stroke_width, opacity)
        return canvas.drawing()

    def _draw_stroke(self, canvas: Canvas, shape: tuple[int, int],
                     stroke_width: float, opacity: np.float32) -> None:
        raise NotImplementedError


@TRANSFORMS.register_module()
class GraffitiCorruption(StrokesPattern):
    """Spray paint: tags, throw-ups with an outline, drips and soft edges.

    Keys: see :class:`CorruptionPattern`.

    Args:
        softness_range (tuple[float, float]): Blur of the edge, as a share of
            the line's width.
        outline_probability (float): How often a tag has an outline of
            another colour.
        drip_probability (float): How often paint runs down from a tag.
        **strokes: Further arguments of :class:`StrokesPattern`:
            ``num_strokes`` (tags, (1, 3)), ``width_range`` ((0.02, 0.07); it
            changes by half along a tag), ``opacity_range`` ((0.75, 1)),
            ``colors`` (vivid ones, black and white), ``ratio_range``
            ((0.05, 0.5)).
    """

    def __init__(self,
                 *,
                 softness_range: tuple[float, float] = (0.03, 0.2),
                 outline_probability: float = 0.4,
                 drip_probability: float = 0.5,
                 **strokes: Any) -> None:
        super().__init__(
            **{
                'num_strokes': (1, 3),
                'width_range': (0.02, 0.07),
                'opacity_range': (0.75, 1.),
                'ratio_range': (0.05, 0.5),
                **strokes
            })
        self.softness_range = check_range('softness_range', softness_range, 0)
        self.outline_probability = check_probability('outline_probability',
                                                     outline_probability)
        self.drip_probability = check_probability('drip_probability',
                                                  drip_probability)

    def _draw_stroke(self, canvas: Canvas, shape: tuple[int, int],
                     stroke_width: float, opacity: np.float32) -> None:
        letters = [(points, _random_pressure(len(points), 0.25))
                   for points in random_tag(shape)]
        softness = stroke_width * np.random.uniform(*self.softness_range)
        if np.random.rand() < self.outline_probability:
            outline = _draw_letters(shape, letters, 1.7 * stroke_width)
            canvas.paint(opacity * blur(outline.share(), softness),
                         random_color(self.colors))
        inside = _draw_letters(shape, letters, stroke_width)
        if np.random.rand() < self.drip_probability:
            _draw_drips(inside, letters[0][0], stroke_width, min(shape))
        canvas.paint(opacity * blur(inside.share(), softness),
                     random_color(self.colors))


@TRANSFORMS.register_module()
class ScribbleCorruption(StrokesPattern):
    """Pen lines: loops, hatching and wandering lines.

    Keys: see :class:`CorruptionPattern`.

    Args:
        **strokes: Arguments of :class:`StrokesPattern`: ``num_strokes``
            ((1, 5)), ``width_range`` ((0.006, 0.02); it changes by a quarter
            along a line), ``opacity_range`` ((0.6, 1)), ``colors`` (black,
            blue, red and green ink or any vivid one), ``ratio_range``
            ((0.01, 0.4)).
    """

    def __init__(self, **strokes: Any) -> None:
        super().__init__(
            **{
                'num_strokes': (1, 5),
                'width_range': (0.006, 0.02),
                'opacity_range': (0.6, 1.),
                'ratio_range': (0.01, 0.4),
                **strokes
            })

    def _draw_stroke(self, canvas: Canvas, shape: tuple[int, int],
                     stroke_width: float, opacity: np.float32) -> None:
        points = random_scribble(shape)
        inks = self.colors
        if inks is None and np.random.rand() < 0.6:
            inks = _INKS
        sketch = Sketch(*shape)
        sketch.line(points, stroke_width * _random_pressure(len(points), 0.12))
        canvas.paint(opacity * sketch.share(), random_color(inks))


def _random_pressure(count: int, spread: float) -> np.ndarray:
    """Factors of a width that change slowly along a line, about 1."""
    return np.clip(1 + spread * random_changes(count), 0.4, 1.6)


def _draw_letters(shape: tuple[int, int], letters: list[tuple],
                  stroke_width: float) -> Sketch:
    sketch = Sketch(*shape)
    for points, pressure in letters:
        sketch.line(points, stroke_width * pressure)
    return sketch


def _draw_drips(sketch: Sketch, points: np.ndarray, stroke_width: float,
                side: int) -> None:
    """Add paint that runs straight down and ends in a drop."""
    for _ in range(np.random.randint(1, 6)):
        start = points[np.random.randint(len(points))]
        length = np.random.uniform(0.08, 0.35) * side
        drip = start + np.linspace(0, 1, 8)[:, None] * (0, length)
        widths = np.linspace(0.3, 0.15, 8) * stroke_width
        widths[-2:] = 0.25 * stroke_width
        sketch.line(drip, widths)
