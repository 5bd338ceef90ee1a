"""Printed pages, which look like damage and are none."""
import numpy as np
from mmagic.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmcv.transforms.utils import cache_randomness

from .patterns.base import Canvas
from .patterns.lettering import FONTS, draw_letters, random_text, straight_word
from .random_draws import check_probability, check_range, random_size

_SYLLABLES = ('an', 'ber', 'con', 'de', 'er', 'fin', 'ge', 'ho', 'in', 'ker',
              'la', 'men', 'no', 'or', 'per', 'ra', 'sen', 'ter', 'un', 'ver')


@TRANSFORMS.register_module()
class DrawDocument(BaseTransform):
    """Put a printed page, a form or a screen in the photograph's place.

    Lines of text and rules in dark ink on paper, or bright on dark. Meant to
    stay intact: with :class:`NoCorruption` a detector learns that letters
    alone are no damage.

    Required Keys:

    - gt (uint8 ``(H, W, 3)``)

    Modified Keys:

    - gt

    Args:
        line_range (tuple[float, float]): Lowest and highest line of text, as
            a share of the short side; each doubling is equally likely.
        dark_probability (float): How often the page is dark, as on a screen.
        photograph_probability (float): How often a part of the page shows
            the photograph.
    """

    def __init__(self,
                 *,
                 line_range: tuple[float, float] = (0.03, 0.25),
                 dark_probability: float = 0.2,
                 photograph_probability: float = 0.4) -> None:
        self.line_range = check_range('line_range', line_range, 1e-3, 1)
        self.dark_probability = check_probability('dark_probability',
                                                  dark_probability)
        self.photograph_probability = check_probability(
            'photograph_probability', photograph_probability)

    def transform(self, results: dict) -> dict:
        """Change ``results['gt']``."""
        gt = results['gt']
        page, window = self.random_page(*gt.shape[:2])
        page[window] = gt[window]
        results['gt'] = page
        return results

    @cache_randomness
    def random_page(self, height: int,
                    width: int) -> tuple[np.ndarray, tuple[slice, slice]]:
        """Draw a page, uint8 ``(H, W, 3)``, and the rows and columns of it
        that show the photograph."""
        canvas = Canvas(height, width)
        canvas.paint(np.ones((height, width), np.float32), self._paper())
        size = max(5, round(min(height, width) * random_size(self.line_range)))
        ink = np.random.uniform(0, 70, 3)
        font = FONTS[np.random.randint(len(FONTS))]
        left = np.random.randint(-width // 2, max(1, width // 8))
        top = np.random.randint(-size, size)
        pitch = round(size * np.random.uniform(1.15, 1.9))
        for row in range(top, height, pitch):
            kind = np.random.rand()
            if kind < 0.12:  # a gap between paragraphs, or a rule
                if kind < 0.04:
                    _paint_at(canvas, row, 0,
                              np.ones((max(1, size // 12), width)), ink)
                continue
            line = _random_line(font, size, width - left, heading=kind > 0.92)
            _paint_at(canvas, row, left, line, ink)
        page = canvas.drawing().content
        if np.random.rand() < self.dark_probability:
            page = 255 - page
        window = slice(0, 0), slice(0, 0)
        if np.random.rand() < self.photograph_probability:
            rows = np.sort(np.random.randint(0, height + 1, 2))
            columns = np.sort(np.random.randint(0, width + 1, 2))
            window = slice(*rows), slice(*columns)
        return page, window

    def _paper(self) -> np.ndarray:
        return np.random.uniform(190, 255) + np.random.uniform(-12, 0, 3)


def _random_line(font: str, size: int, room: int, heading: bool) -> np.ndarray:
    """Share of a line of words; a paragraph's last one may be short."""
    if heading:
        text = straight_word() if np.random.rand() < 0.5 else random_text()
    else:
        count = max(1, int(room / (2.6 * size) * np.random.choice((1, 1, .5))))
        text = ' '.join(_random_word() for _ in range(count))
    return draw_letters(text, font, size)


def _random_word() -> str:
    if np.random.rand() < 0.1:
        return f'{np.random.randint(1, 10000)}'
    word = ''.join(np.random.choice(_SYLLABLES, np.random.randint(1, 4)))
    return word.capitalize() if np.random.rand() < 0.15 else word


def _paint_at(canvas: Canvas, row: int, column: int, share: np.ndarray,
              color: np.ndarray) -> None:
    """Paint a share at a place, what sticks out is cut off."""
    whole = np.zeros(canvas.shape, np.float32)
    height, width = whole.shape
    top, left = max(row, 0), max(column, 0)
    bottom = min(row + share.shape[0], height)
    right = min(column + share.shape[1], width)
    if top < bottom and left < right:
        whole[top:bottom, left:right] = share[top - row:bottom - row,
                                              left - column:right - column]
        canvas.paint(whole, color)
