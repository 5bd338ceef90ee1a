"""Lines of text in the fonts that come with matplotlib."""
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hcl_mmagic.datasets.sample_photographs import locate_packaged_file

_FONTS = ('DejaVuSans', 'DejaVuSans-Bold', 'DejaVuSans-Oblique', 'DejaVuSerif',
          'DejaVuSerif-Bold', 'DejaVuSerif-Italic', 'DejaVuSansMono',
          'DejaVuSansMono-Bold')
_WORDS = ('SAMPLE', 'PREVIEW', 'PROOF', 'DRAFT', 'COPYRIGHT', 'DO NOT COPY',
          'stock photo', 'Watermark', 'CONFIDENTIAL', 'For review only',
          'Archive', 'demo', 'EXAMPLE', 'Studio', 'unlicensed')
_NAMES = ('Anna Berg', 'J. Miller', 'Lee & Sons', 'Northlight', 'M. Rossi',
          'Foto Klein', 'Tanaka', 'Blue River', 'Atelier 9', 'O. Silva')
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


def draw_text(text: str, line_height: int, most_width: int) -> np.ndarray:
    """Draw a line in a random font.

    Args:
        text (str): The line.
        line_height (int): Size of the font in pixels; smaller where the line
            would be wider than ``most_width``.
        most_width (int): In pixels.

    Returns:
        np.ndarray: float32 ``(h, w)`` in [0, 1], the share the letters
        cover.
    """
    name = _FONTS[np.random.randint(len(_FONTS))]
    size = line_height
    text_width = _load_font(name, size).getlength(text)
    if text_width > most_width:
        size = max(1, int(size * most_width / text_width))
    return draw_letters(text, name, size)


def draw_letters(text: str, font_name: str, size: int) -> np.ndarray:
    """Draw text without a margin.

    Args:
        text (str): The letters.
        font_name (str): One of matplotlib's font files, without its ending.
        size (int): Size of the font in pixels.

    Returns:
        np.ndarray: float32 ``(h, w)`` in [0, 1], the share they cover.
    """
    font = _load_font(font_name, size)
    left, top, right, bottom = font.getbbox(text)
    image = Image.new('L', (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(image).text((-left, -top), text, fill=255, font=font)
    # the font's own box is wider by what it leaves free
    return np.asarray(image.crop(image.getbbox()), np.float32) / 255


@lru_cache(maxsize=256)
def _load_font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        locate_packaged_file(f'matplotlib/mpl-data/fonts/ttf/{name}.ttf'),
        size)
