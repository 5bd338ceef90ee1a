"""Pixels and alpha side by side, as files store them."""
from typing import Iterator

import numpy as np
from PIL import Image

from .photograph import Photograph

# Few enough that copies of them need little memory.
_VALUES_OF_A_BAND = 2**20
ALL = slice(None)
# Of zlib. Photographs become hardly smaller beyond it, but take twice as long.
COMPRESSION_LEVEL = 4


def bands(photograph: Photograph) -> Iterator[slice]:
    """Rows to be encoded together.

    Args:
        photograph (Photograph): Of any size.

    Yields:
        slice: Of rows, from the top.
    """
    step = max(1, _VALUES_OF_A_BAND // photograph.pixels[0].size)
    for top in range(0, photograph.height, step):
        yield slice(top, min(top + step, photograph.height))


def band_of_rows(photograph: Photograph, rows: slice = ALL) -> np.ndarray:
    """Values of some rows.

    Args:
        photograph (Photograph): Of any kind.
        rows (slice): Which rows.

    Returns:
        np.ndarray: ``(rows, W, C)``, alpha last where there is one.
    """
    if photograph.alpha is None:
        return photograph.pixels[rows]
    return np.dstack([photograph.pixels[rows], photograph.alpha[rows]])


def to_pil(photograph: Photograph) -> Image.Image:
    """Picture of PIL's.

    Args:
        photograph (Photograph): Of 8 bits.

    Returns:
        Image.Image: L, LA, RGB or RGBA.
    """
    samples = band_of_rows(photograph)
    if samples.shape[2] == 1:
        samples = samples[..., 0]
    return Image.fromarray(samples)
