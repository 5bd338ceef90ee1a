"""Dust, hair, dirt and scratches of real film, from files."""
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Optional

import numpy as np
from mmagic.registry import TRANSFORMS

from hcl_mmagic.datasets.transforms.random_draws import (check_probability,
                                                         check_range,
                                                         random_integer,
                                                         random_size)
from hcl_mmagic.errors import DataNotFoundError
from hcl_mmagic.photographs.eight_bits import read_image
from hcl_mmagic.photographs.finding import find_images
from .base import Canvas, CorruptionPattern, Drawing
from .colors import check_colors, random_color
from .curves import place, random_position, resize_by

_FAINTEST = 0.1  # smaller shares are scanner noise and the skirts of shapes


@TRANSFORMS.register_module()
class FilmDamageCorruption(CorruptionPattern):
    """Shapes of real film damage: white = opaque on black, one a file.

    Of FilmDamageSimulator (https://github.com/daniela997/FilmDamageSimulator),
    for instance. Shapes are scaled, turned and mirrored. All shapes on a
    photograph come from one folder and have about one colour: bright as on a
    print of a dusty negative, dark as on a dusty print, or any.

    Keys, ``ratio_range`` and ``max_draws``: see :class:`CorruptionPattern`.

    Args:
        folder (str): Folder of shapes, or of folders, one for each kind; the
            kinds are drawn equally often.
        part (tuple[float, float]): Which of the files of each kind are used,
            by name: (0, 0.9) leaves out the last tenth.
        num_shapes (tuple[int, int]): Fewest and most shapes.
        size_range (tuple[float, float]): Smallest and largest side of a whole
            file, its empty border included, as a share of the short side;
            each doubling is equally likely.
        opacity_range (tuple[float, float]): Faintest and strongest shape.
        color_probability (float): How often the colour is any vivid one;
            bright and dark ones share the rest.
        colors (Sequence[tuple], optional): RGB colours to draw from, in place
            of all the above.

    Raises:
        DataNotFoundError: If the folder is missing, or a kind has no file in
            the part.
        PhotographError: If a file cannot be read.
    """

    def __init__(self,
                 *,
                 folder: str,
                 part: tuple[float, float] = (0., 1.),
                 num_shapes: tuple[int, int] = (1, 6),
                 size_range: tuple[float, float] = (0.3, 1.5),
                 opacity_range: tuple[float, float] = (0.5, 1.),
                 color_probability: float = 0.1,
                 colors: Optional[Sequence[tuple]] = None,
                 ratio_range: tuple[float, float] = (0.0005, 0.4),
                 max_draws: int = 20) -> None:
        super().__init__(ratio_range, max_draws)
        check_range('part', part, 0, 1)
        self.num_shapes = check_range('num_shapes', num_shapes, 1)
        self.size_range = check_range('size_range', size_range, 0.01)
        self.opacity_range = check_range('opacity_range', opacity_range, 0, 1)
        self.color_probability = check_probability('color_probability',
                                                   color_probability)
        self.colors = check_colors(colors)
        self.kinds = _list_kinds(folder, part)

    def _draw(self, height: int, width: int) -> Drawing:
        paths = self.kinds[np.random.randint(len(self.kinds))]
        color = self._random_color()
        canvas = Canvas(height, width)
        for _ in range(random_integer(self.num_shapes)):
            shape = _read_shape(paths[np.random.randint(len(paths))])
            share = _place(shape, min(height, width), self.size_range,
                           (height, width))
            opacity = np.float32(np.random.uniform(*self.opacity_range))
            spread = np.random.normal(0, 6)
            canvas.paint(opacity * share, np.clip(color + spread, 0, 255))
        return canvas.drawing()

    def _random_color(self) -> np.ndarray:
        if self.colors is not None or \
                np.random.rand() < self.color_probability:
            return random_color(self.colors)
        low, high = (215, 256) if np.random.rand() < 0.6 else (0, 60)
        return np.random.uniform(low, high) + np.random.normal(0, 5, 3)


def _list_kinds(folder: str, part: tuple[float, float]) -> list[list[str]]:
    """The files of each kind that are in the part."""
    kinds: dict[str, list[str]] = {}
    for path in find_images(folder):
        kinds.setdefault(os.path.dirname(path), []).append(path)
    for kind, paths in kinds.items():
        start, stop = (round(share * len(paths)) for share in part)
        if start == stop:
            raise DataNotFoundError(f'{kind} has {len(paths)} shapes, of '
                                    f'which none is in the part {part}.')
        kinds[kind] = paths[start:stop]
    return list(kinds.values())


# All shapes of FilmDamageSimulator take 110 MB.
@lru_cache(maxsize=2048)
def _read_shape(path: str) -> tuple[np.ndarray, int]:
    """Shape without its empty border, and longer side of the whole file."""
    whole = read_image(path, 'L')
    rows, columns = (
        np.flatnonzero((whole >= 255 * _FAINTEST).any(axis=axis))
        for axis in (1, 0))
    if not len(rows):
        return np.zeros((1, 1), np.uint8), max(whole.shape)
    shape = whole[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    return np.pad(shape, 1), max(whole.shape)  # soft at its own edge


def _place(shape: tuple[np.ndarray, int], side: int,
           size_range: tuple[float, float], size: tuple[int,
                                                        int]) -> np.ndarray:
    """Share of a shape, scaled, turned, mirrored, its middle anywhere."""
    pixels, whole = shape
    scale = random_size(size_range) * side / whole
    if np.random.rand() < 0.5:
        pixels = pixels[:, ::-1]
    if scale < 0.7:  # hairs would be lost if not averaged
        pixels = resize_by(pixels, scale)
        scale = 1.
    placed = place(pixels, np.random.uniform(0, 360), random_position(*size),
                   size, scale)
    share = placed.astype(np.float32) / 255
    share[share < _FAINTEST] = 0
    return share
