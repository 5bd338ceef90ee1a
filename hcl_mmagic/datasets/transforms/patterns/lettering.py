"""Lines of text in the fonts that come with matplotlib."""
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hcl_mmagic.datasets.sample_photographs import locate_packaged_file

FONTS = ('DejaVuSans', 'DejaVuSans-Bold', 'DejaVuSans-Oblique', 'DejaVuSerif',
         'DejaVuSerif-Bold', 'DejaVuSerif-Italic', 'DejaVuSansMono',
         'DejaVuSansMono-Bold')
"""Font files of matplotlib without their ending."""
_WORDS = ('SAMPLE', 'PREVIEW', 'PROOF', 'DRAFT', 'COPYRIGHT', 'DO NOT COPY',
          'stock photo', 'Watermark', 'CONFIDENTIAL', 'For review only',
          'Archive', 'demo', 'EXAMPLE', 'Studio', 'unlicensed')
_NAMES = ('Anna Berg', 'J. Miller', 'Lee & Sons', 'Northlight', 'M. Rossi',
          'Foto Klein', 'Tanaka', 'Blue River', 'Atelier 9', 'O. Silva')
_STRAIGHT = list('EFHILT')
_CAPITALS = list('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')
_LETTERS = list('abcdefghijklmnopqrstuvwxyz')


def random_text() -> str:
    """Draw a line as it stands on watermarked photographs."""
    year = np.random.randint(1990, 2031)
    month, day = np.random.randint(1, 13), np.random.randint(1, 29)
    number = np.random.randint(10, 100000)
    address = ''.join(np.random.choice(_LETTERS, np.random.randint(4, 9)))
    lines = (
        np.random.choice(_WORDS),
        f'\N{COPYRIGHT SIGN} {year} {np.random.choice(_NAMES)}',
        f'{np.random.choice(_NAMES)} Photography',
        f'{year}-{month:02d}-{day:02d}',
        f"{day:02d}.{month:02d}.'{year % 100:02d}",
        f'IMG_{number:05d}',
        f'www.{address}.com',
    )
    return str(lines[np.random.choice(len(lines), p=_LINE_WEIGHTS)])


_LINE_WEIGHTS = np.array([6, 3, 1, 1, 1, 1, 1]) / 14


def straight_word() -> str:
    """Draw capitals of which most have upright and level strokes only, such
    as E, F, H, I, L and T."""
    letters = _STRAIGHT if np.random.rand() < 0.7 else _CAPITALS
    return ''.join(np.random.choice(letters, np.random.randint(3, 9)))


def choose_font(text: str, line_height: int, most_width: int,
                fonts: Sequence[str]) -> tuple[str, int]:
    """Draw one of several fonts, and find the size in pixels, at most
    ``line_height``, at which no line is wider than ``most_width`` pixels."""
    name = fonts[np.random.randint(len(fonts))]
    size = line_height
    text_width = max(
        _load_font(name, size).getlength(line) for line in text.split('\n'))
    if text_width > most_width:
        size = max(1, int(size * most_width / text_width))
    return name, size


def draw_letters(text: str, font_name: str, size: int) -> np.ndarray:
    """Draw text without a margin, in one of matplotlib's font files and at a
    size in pixels: the share it covers, float32 ``(h, w)`` in [0, 1]."""
    image = _draw(text, font_name, size, 0, 0)
    # the font's own box is wider by what it leaves free
    return np.asarray(image.crop(image.getbbox()), np.float32) / 255


def draw_outlined(text: str, font_name: str, size: int,
                  stroke: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw text as :func:`draw_letters` does, and the same text with letters
    thicker by ``stroke`` pixels on each side, both of one size."""
    letters, thicker = (
        np.asarray(_draw(text, font_name, size, width, stroke), np.float32) /
        255 for width in (0, stroke))
    return letters, thicker


def _draw(text: str, font_name: str, size: int, stroke: int,
          margin: int) -> Image.Image:
    font = _load_font(font_name, size)
    box = ImageDraw.Draw(Image.new('L', (1, 1))).textbbox((0, 0), text, font)
    left, top, right, bottom = map(round, box)
    image = Image.new(
        'L',
        (max(1, right - left) + 2 * margin, max(1, bottom - top) + 2 * margin))
    ImageDraw.Draw(image).text((margin - left, margin - top),
                               text,
                               fill=255,
                               font=font,
                               stroke_width=stroke)
    return image


@lru_cache(maxsize=256)
def _load_font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        locate_packaged_file(f'matplotlib/mpl-data/fonts/ttf/{name}.ttf'),
        size)
