"""Watermarks: text and logos, turned, see-through, once or tiled."""
from collections.abc import Sequence
from typing import Any, Optional, Union

import numpy as np
from mmagic.registry import TRANSFORMS
from PIL import Image

from hcl_mmagic.datasets.transforms.random_draws import (check_probability,
                                                         check_range, happens,
                                                         random_integer)
from hcl_mmagic.errors import PhotographError
from hcl_mmagic.photographs.finding import find_images
from hcl_mmagic.photographs.reading import read_photograph
from .base import Canvas
from .curves import blur
from .lettering import (FONTS, choose_font, draw_letters, draw_outlined,
                        random_text, straight_word)
from .logos import draw_logo
from .stamps import StampPattern, tint

_MIN_TEXT_HEIGHT = 8
_MIN_LOGO_SIDE = 12


@TRANSFORMS.register_module()
class TextWatermarkCorruption(StampPattern):
    """Text in the DejaVu fonts of matplotlib: see-through marks, captions,
    subtitles.

    Keys: see :class:`CorruptionPattern`.

    Args:
        texts (Sequence[str], optional): Lines to draw from. By default they
            are made up of words such as SAMPLE, names, copyright signs,
            dates, picture numbers and addresses.
        fonts (Sequence[str]): Names of the fonts to draw from, such as
            'DejaVuSans-Bold'. By default eight of them.
        num_lines (tuple[int, int]): Fewest and most lines, one below the
            other.
        straight_probability (float): How often a made up line is a word of
            upright capitals, mostly of straight strokes such as E, H and T.
        outline_probability (float): How often letters have an outline, dark
            around bright ones and bright around dark ones.
        shadow_probability (float): How often letters throw a soft shadow.
        most_width (float): Widest line, as a share of the width: lines that
            are wider are set smaller. Above 1 for crops, which show a part.
        **stamp: Further arguments of :class:`StampPattern`: ``size_range`` of
            a line's height ((0.08, 0.25), at least 8 pixels),
            ``rotation_range`` ((-45, 45)), ``tile_probability`` (0.4).
    """

    def __init__(self,
                 *,
                 texts: Optional[Sequence[str]] = None,
                 fonts: Sequence[str] = FONTS,
                 num_lines: tuple[int, int] = (1, 1),
                 straight_probability: float = 0.,
                 outline_probability: float = 0.,
                 shadow_probability: float = 0.,
                 most_width: float = 1.,
                 **stamp: Any) -> None:
        super().__init__(
            **{
                'size_range': (0.08, 0.25),
                'rotation_range': (-45., 45.),
                'tile_probability': 0.4,
                **stamp
            })
        if texts is not None and (isinstance(texts, str) or not texts
                                  or not all(text.strip() for text in texts)):
            raise ValueError('texts must be a list of lines, none empty, got '
                             f'{texts!r}.')
        if not fonts or not set(fonts) <= set(FONTS):
            raise ValueError(f'fonts must be some of {FONTS}, got {fonts!r}.')
        self.num_lines = check_range('num_lines', num_lines, 1)
        self.straight_probability = check_probability('straight_probability',
                                                      straight_probability)
        self.outline_probability = check_probability('outline_probability',
                                                     outline_probability)
        self.shadow_probability = check_probability('shadow_probability',
                                                    shadow_probability)
        if most_width <= 0:
            raise ValueError(f'most_width must be above 0, got {most_width}.')
        self.texts = texts
        self.fonts = fonts
        self.most_width = most_width

    def _draw_stamp(self, height: int, width: int) -> np.ndarray:
        line_height = self._random_side(height, width, _MIN_TEXT_HEIGHT)
        count = self.num_lines[0]
        if self.num_lines != (1, 1):
            count = random_integer(self.num_lines)
        text = '\n'.join(self._random_line() for _ in range(count))
        font = choose_font(text, line_height, round(self.most_width * width),
                           self.fonts)
        color = self._random_stamp_color()
        outlined = happens(self.outline_probability)
        shadowed = happens(self.shadow_probability)
        if not outlined and not shadowed:
            return tint(draw_letters(text, *font), color)
        return _draw_lettering(text, font, color, outlined, shadowed)

    def _random_line(self) -> str:
        if self.texts is not None:
            return self.texts[np.random.randint(len(self.texts))]
        if happens(self.straight_probability):
            return straight_word()
        return random_text()


@TRANSFORMS.register_module()
class LogoWatermarkCorruption(StampPattern):
    """See-through logos: drawn emblems, or pictures with transparency.

    Drawn emblems are rings, polygons and stars with a letter or a pattern
    in them.

    Keys: see :class:`CorruptionPattern`.

    Args:
        folder (str or Sequence[str], optional): Folders of logos with an
            alpha channel (PNG, WebP, TIFF), searched with all folders below.
            By default the logos are drawn.
        **stamp: Further arguments of :class:`StampPattern`: ``size_range`` of
            a logo's longer side ((0.2, 0.6), at least 12 pixels),
            ``rotation_range`` ((-30, 30)), ``tile_probability`` (0.3),
            ``gap_range`` ((0.2, 1)).

    Raises:
        DataNotFoundError: If the folder is missing or holds no picture.
        PhotographError: If a logo cannot be read or has no alpha
            channel.
    """

    def __init__(self,
                 *,
                 folder: Optional[Union[str, Sequence[str]]] = None,
                 **stamp: Any) -> None:
        super().__init__(
            **{
                'size_range': (0.2, 0.6),
                'rotation_range': (-30., 30.),
                'tile_probability': 0.3,
                'gap_range': (0.2, 1.),
                **stamp
            })
        self.paths = None if folder is None else find_images(folder)

    def _draw_stamp(self, height: int, width: int) -> np.ndarray:
        side = self._random_side(height, width, _MIN_LOGO_SIDE)
        if self.paths is None:
            return tint(draw_logo(side), self._random_stamp_color())
        return _read_logo(self.paths[np.random.randint(len(self.paths))], side)


def _read_logo(path: str, side: int) -> np.ndarray:
    """Read a picture with transparency at the given longer side."""
    photograph = read_photograph(path)
    if photograph.alpha is None:
        raise PhotographError(
            f'{path}: a logo needs an alpha channel, got a picture without '
            'transparency; save it as PNG with a transparent background')
    logo = photograph.to_pil().convert('RGBA')
    scale = side / max(logo.size)
    logo = logo.resize([max(1, round(length * scale)) for length in logo.size],
                       Image.Resampling.BILINEAR)
    pixels = np.asarray(logo, np.float32)
    return tint(pixels[..., 3] / 255, pixels[..., :3])


def _draw_lettering(text: str, font: tuple[str, int], color: np.ndarray,
                    outlined: bool, shadowed: bool) -> np.ndarray:
    """Draw a stamp of letters on an outline, a shadow or both."""
    size = font[1]
    stroke = max(1, round(size * np.random.uniform(0.03, 0.1)))
    letters, thicker = draw_outlined(text, *font, stroke)
    shift = max(1, round(size * np.random.uniform(0.03, 0.1)))
    below = thicker if outlined else letters
    letters, thicker, below = (
        np.pad(share, 2 * shift) for share in (letters, thicker, below))
    canvas = Canvas(*letters.shape)
    contrast = (0, ) * 3 if color.mean() > 100 else (255, ) * 3
    if shadowed:
        shadow = blur(np.roll(below, (shift, shift), (0, 1)), shift / 2)
        canvas.paint(
            np.float32(np.random.uniform(0.4, 0.9)) * shadow, contrast)
    if outlined:
        canvas.paint(thicker, contrast)
    canvas.paint(letters, color)
    return canvas.stamp()
