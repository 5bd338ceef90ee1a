"""Random colours."""
import colorsys
from collections.abc import Sequence
from typing import Optional

import numpy as np

PAPER = (238, 232, 214)
"""Bare photographic paper, a little yellow."""


def check_colors(
        colors: Optional[Sequence[tuple]]) -> Optional[Sequence[tuple]]:
    """Return RGB colours from 0 to 255, or ValueError if there is none or one
    is not RGB."""
    if colors is None:
        return None
    values = np.array([*colors], dtype=object)
    if len(values) == 0 or values.shape != (len(values), 3) or any(
            not 0 <= value <= 255 for value in values.ravel()):
        raise ValueError('colors must hold RGB colours from 0 to 255, such '
                         f'as [(255, 0, 0)], got {colors}.')
    return colors


def random_color(colors: Optional[Sequence[tuple]] = None) -> np.ndarray:
    """Draw one of the colours (RGB from 0 to 255), or by default any vivid
    one, black or white: float32 ``(3, )``."""
    if colors is not None:
        return np.array(colors[np.random.randint(len(colors))], np.float32)
    kind = np.random.rand()
    if kind < 0.12:
        return np.full(3, np.random.uniform(0, 40), np.float32)
    if kind < 0.24:
        return np.full(3, np.random.uniform(215, 255), np.float32)
    hue, saturation, value = np.random.rand(3)
    rgb = colorsys.hsv_to_rgb(hue, 0.6 + 0.4 * saturation, 0.45 + 0.55 * value)
    return 255 * np.array(rgb, np.float32)
