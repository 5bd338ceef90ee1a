"""Parts of pictures that show results; imports neither torch nor MMagic."""
from typing import Sequence

import cv2
import numpy as np

BACKGROUND = 64
_CAPTION_HEIGHT = 20
_CAPTION_SCALE = 0.4
_GAP = 4
_MIN_CELL_WIDTH = 128


def draw_confidence(confidence: np.ndarray) -> np.ndarray:
    """Colours from dark blue (0, intact) to yellow (1, corrupted), uint8 RGB
    ``(H, W, 3)``, of a probability in [0, 1], ``(H, W)``, float."""
    heat = cv2.applyColorMap(to_uint8(255 * confidence), cv2.COLORMAP_VIRIDIS)
    return heat[..., ::-1]  # BGR -> RGB


def draw_mask(mask: np.ndarray) -> np.ndarray:
    """White = corrupted (1), black = intact (0), uint8 RGB ``(H, W, 3)``, of a
    mask ``(H, W)``, float."""
    return np.repeat(to_uint8(255 * mask)[..., None], 3, axis=2)


def draw_caption(caption: str, width: int) -> np.ndarray:
    """A strip of some width in pixels, uint8 RGB ``(H, width, 3)``, with a
    text of one or several lines in its middle; a line gets smaller until it
    fits."""
    return np.concatenate(
        [_draw_line(line, width) for line in caption.split('\n')])


def _draw_line(text: str, width: int) -> np.ndarray:
    font = cv2.FONT_HERSHEY_SIMPLEX
    (text_width, text_height), _ = cv2.getTextSize(text, font, _CAPTION_SCALE,
                                                   1)
    scale = _CAPTION_SCALE * min(1.0, width / max(text_width, 1))
    strip = np.full((_CAPTION_HEIGHT, width, 3), BACKGROUND, dtype=np.uint8)
    left = max(0, (width - text_width) // 2)
    base = (_CAPTION_HEIGHT + text_height) // 2
    cv2.putText(strip, text, (left, base), font, scale, (255, 255, 255), 1,
                cv2.LINE_AA)
    return strip


def fit(picture: np.ndarray, max_cell_side: int) -> np.ndarray:
    """Magnify small pictures, ``(H, W)`` or ``(H, W, C)``, by a whole factor,
    reduce those whose longest side is more than ``max_cell_side`` pixels."""
    height, width = picture.shape[:2]
    factor = min(-(-_MIN_CELL_WIDTH // width),
                 max_cell_side / max(height, width))
    if factor >= 1:  # whole pixels stay visible
        factor = int(factor)
        return picture.repeat(factor, axis=0).repeat(factor, axis=1)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def join(parts: Sequence[np.ndarray], axis: int) -> np.ndarray:
    """Put uint8 RGB parts of one height beside (axis 1), or of one width below
    each other (axis 0), with a gap."""
    shape = list(parts[0].shape)
    shape[axis] = _GAP
    gap = np.full(shape, BACKGROUND, dtype=np.uint8)
    spaced = [piece for part in parts for piece in (part, gap)][:-1]
    return np.concatenate(spaced, axis=axis)


def to_uint8(values: np.ndarray) -> np.ndarray:
    """Round to whole levels; what is beyond [0, 255] is clipped."""
    # NaN of a diverged model is drawn black instead of failing the run
    return np.nan_to_num(values).clip(0, 255).round().astype(np.uint8)
