"""Putting the repair into the photograph, and nothing else."""

import numpy as np


def composite(pixels: np.ndarray, filled: np.ndarray,
              weights: np.ndarray) -> np.ndarray:
    """Take the masked pixels from the repair and all others as they are: a new
    photograph, ``(H, W, C)``, uint8 or uint16, from two such and ``weights``,
    ``(H, W)``, uint8: 255 = wholly from the repair, 0 = untouched, in between
    a mixture."""
    result = pixels.copy()
    whole = weights == 255
    result[whole] = filled[whole]
    soft = (weights > 0) & ~whole
    share = weights[soft].astype(np.float32)[:, None] / 255
    result[soft] = np.rint(filled[soft] * share + pixels[soft] * (1 - share))
    return result
