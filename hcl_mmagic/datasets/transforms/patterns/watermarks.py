"""Watermarks: text and logos, turned, see-through, once or tiled."""
from collections.abc import Sequence
from typing import Optional, Union

import cv2
import numpy as np
from mmagic.registry import TRANSFORMS
from PIL import Image, UnidentifiedImageError

from hcl_mmagic.datasets.image_files import UnreadableImageError, find_images
from hcl_mmagic.datasets.transforms.random_draws import (check_probability,
                                                         check_range)
from .base import Canvas, CorruptionPattern, Drawing
from .colors import check_colors, random_color
from .curves import random_position
from .lettering import draw_text, random_text
from .logos import draw_logo

_MIN_TEXT_HEIGHT = 8
_MIN_LOGO_SIDE = 12


class _WatermarkCorruption(CorruptionPattern):
    """One stamp, put anywhere or repeated over the whole photograph.

    Args:
        size_range (tuple[float, float]): Smallest and largest stamp, as a
            share of the short side.
        opacity_range (tuple[float, float]): Least and most opaque stamp.
        rotation_range (tuple[float, float]): Least and largest turn in
            degrees, counter-clockwise.
        tile_probability (float): How often the stamp is repeated.
        gap_range (tuple[float, float]): Least and largest gap between
            repeated stamps, as a share of the stamp's height.
        colors (Sequence[tuple], optional): RGB colours to draw from.
        ratio_range (tuple[float, float]): Allowed share of corrupted pixels.
        max_draws (int): See :class:`CorruptionPattern`.
    """

    def __init__(self, size_range: tuple[float,
                                         float], opacity_range: tuple[float,
                                                                      float],
                 rotation_range: tuple[float, float], tile_probability: float,
                 gap_range: tuple[float,
                                  float], colors: Optional[Sequence[tuple]],
                 ratio_range: tuple[float, float], max_draws: int) -> None:
        super().__init__(ratio_range, max_draws)
        check_range('size_range', size_range, 0, 1)
        check_range('opacity_range', opacity_range, 0, 1)
        check_range('rotation_range', rotation_range, -360, 360)
        check_probability('tile_probability', tile_probability)
        check_range('gap_range', gap_range, 0)
        check_colors(colors)
        self.size_range = size_range
        self.opacity_range = opacity_range
        self.rotation_range = rotation_range
        self.tile_probability = tile_probability
        self.gap_range = gap_range
        self.colors = colors

    def _draw(self, height: int, width: int) -> Drawing:
        stamp = self._draw_stamp(height, width)
        if np.random.rand() < self.tile_probability:
            stamp = _tile(stamp, np.random.uniform(*self.gap_range),
                          np.hypot(height, width))
            center = random_position(height, width)
        else:
            center = np.random.uniform(0.15, 0.85, 2) * (width, height)
        stamp = _place(stamp, np.random.uniform(*self.rotation_range), center,
                       (height, width))
        opacity = np.float32(np.random.uniform(*self.opacity_range))
        share = np.clip(stamp[..., 3], 0, 1)
        canvas = Canvas(height, width)
        canvas.paint(opacity * share,
                     stamp[..., :3] / np.maximum(share, 1e-6)[..., None])
        return canvas.drawing()

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


@TRANSFORMS.register_module()
class TextWatermarkCorruption(_WatermarkCorruption):
    """See-through text in one of the DejaVu fonts of matplotlib.

    Keys: see :class:`CorruptionPattern`.

    Args:
        texts (Sequence[str], optional): Lines to draw from. By default they
            are made up of words such as SAMPLE, names, copyright signs,
            dates, picture numbers and addresses.
        size_range (tuple[float, float]): Lowest and highest line, as a share
            of the short side; at least 8 pixels, and narrow enough for the
            text to fit the width.
        opacity_range (tuple[float, float]): Least and most opaque text.
        rotation_range (tuple[float, float]): Least and largest turn in
            degrees, counter-clockwise.
        tile_probability (float): How often the text is repeated all over.
        gap_range (tuple[float, float]): Least and largest gap between
            repeated texts, as a share of the line's height.
        colors (Sequence[tuple], optional): RGB colours to draw from. By
            default mostly white, else vivid ones, black and white.
        ratio_range (tuple[float, float]): Allowed share of corrupted pixels.
        max_draws (int): After so many draws out of range the closest one is
            taken.
    """

    def __init__(self,
                 *,
                 texts: Optional[Sequence[str]] = None,
                 size_range: tuple[float, float] = (0.08, 0.25),
                 opacity_range: tuple[float, float] = (0.3, 0.8),
                 rotation_range: tuple[float, float] = (-45., 45.),
                 tile_probability: float = 0.4,
                 gap_range: tuple[float, float] = (0.5, 2.),
                 colors: Optional[Sequence[tuple]] = None,
                 ratio_range: tuple[float, float] = (0.01, 0.4),
                 max_draws: int = 20) -> None:
        super().__init__(size_range, opacity_range, rotation_range,
                         tile_probability, gap_range, colors, ratio_range,
                         max_draws)
        if texts is not None and (isinstance(texts, str) or not texts
                                  or not all(text.strip() for text in texts)):
            raise ValueError('texts must be a list of lines, none empty, got '
                             f'{texts!r}.')
        self.texts = texts

    def _draw_stamp(self, height: int, width: int) -> np.ndarray:
        line_height = self._random_side(height, width, _MIN_TEXT_HEIGHT)
        if self.texts is None:
            text = random_text()
        else:
            text = self.texts[np.random.randint(len(self.texts))]
        share = draw_text(text, line_height, most_width=width)
        return _tint(share, self._random_stamp_color())


@TRANSFORMS.register_module()
class LogoWatermarkCorruption(_WatermarkCorruption):
    """See-through logos: drawn emblems, or pictures with transparency.

    Drawn emblems are rings, polygons and stars with a letter or a pattern
    in them.

    Keys: see :class:`CorruptionPattern`.

    Args:
        folder (str or Sequence[str], optional): Folders of logos with an
            alpha channel (PNG, WebP, TIFF), searched with all folders below.
            By default the logos are drawn.
        size_range (tuple[float, float]): Smallest and largest longer side of
            a logo, as a share of the short side; at least 12 pixels.
        opacity_range (tuple[float, float]): Least and most opaque logo.
        rotation_range (tuple[float, float]): Least and largest turn in
            degrees, counter-clockwise.
        tile_probability (float): How often the logo is repeated all over.
        gap_range (tuple[float, float]): Least and largest gap between
            repeated logos, as a share of the logo's height.
        colors (Sequence[tuple], optional): RGB colours of drawn logos. By
            default mostly white, else vivid ones, black and white.
        ratio_range (tuple[float, float]): Allowed share of corrupted pixels.
        max_draws (int): After so many draws out of range the closest one is
            taken.

    Raises:
        DataNotFoundError: If the folder is missing or holds no picture.
        UnreadableImageError: If a logo cannot be read or has no alpha
            channel.
    """

    def __init__(self,
                 *,
                 folder: Optional[Union[str, Sequence[str]]] = None,
                 size_range: tuple[float, float] = (0.2, 0.6),
                 opacity_range: tuple[float, float] = (0.3, 0.8),
                 rotation_range: tuple[float, float] = (-30., 30.),
                 tile_probability: float = 0.3,
                 gap_range: tuple[float, float] = (0.2, 1.),
                 colors: Optional[Sequence[tuple]] = None,
                 ratio_range: tuple[float, float] = (0.01, 0.4),
                 max_draws: int = 20) -> None:
        super().__init__(size_range, opacity_range, rotation_range,
                         tile_probability, gap_range, colors, ratio_range,
                         max_draws)
        self.paths = None if folder is None else find_images(folder)

    def _draw_stamp(self, height: int, width: int) -> np.ndarray:
        side = self._random_side(height, width, _MIN_LOGO_SIDE)
        if self.paths is None:
            return _tint(draw_logo(side), self._random_stamp_color())
        return _read_logo(self.paths[np.random.randint(len(self.paths))], side)


def _tint(share: np.ndarray, color: np.ndarray) -> np.ndarray:
    return np.dstack([share[..., None] * color, share])


def _read_logo(path: str, side: int) -> np.ndarray:
    """Read a picture with transparency at the given longer side."""
    try:
        with Image.open(path) as opened:
            has_alpha = opened.has_transparency_data
            logo = opened.convert('RGBA')
    except UnidentifiedImageError as error:
        raise UnreadableImageError(f'{path}: not an image') from error
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadableImageError(f'{path}: {error}') from error
    if not has_alpha:
        raise UnreadableImageError(
            f'{path}: a logo needs an alpha channel, got a picture without '
            'transparency; save it as PNG with a transparent background')
    scale = side / max(logo.size)
    logo = logo.resize([max(1, round(length * scale)) for length in logo.size],
                       Image.Resampling.BILINEAR)
    pixels = np.asarray(logo, np.float32)
    return _tint(pixels[..., 3] / 255, pixels[..., :3])


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


def _place(stamp: np.ndarray, degrees: float, center: np.ndarray,
           shape: tuple[int, int]) -> np.ndarray:
    """Turn a stamp and move its middle to a point of the photograph."""
    middle = np.array(stamp.shape[1::-1]) / 2
    matrix = cv2.getRotationMatrix2D(middle.tolist(), degrees, 1)
    matrix[:, 2] += center - middle
    return cv2.warpAffine(stamp, matrix, shape[::-1], flags=cv2.INTER_LINEAR)
