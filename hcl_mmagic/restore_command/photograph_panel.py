"""One picture that shows what was found and what was made."""
import numpy as np

from ..apis.results import RestorationResult
from ..drawing import draw_caption, draw_confidence, fit, join
from ..photographs.photograph import Photograph, as_eight_bits

_MAX_CELL_SIDE = 512
_MASK_COLOR = (255, 0, 64)
_MASK_OPACITY = 0.6


def draw_panel(result: RestorationResult) -> np.ndarray:
    """Draw input | mask over it | confidence | restored, uint8 RGB ``(H, W,
    3)``.

    The mask is drawn in red, the confidence from dark blue (0) to yellow (1).
    Small photographs are magnified, large ones reduced.
    """
    original = _draw_photograph(result.original)
    # Reduced, a pixel of the mask is the share that is changed.
    changed = fit(255 * result.mask, _MAX_CELL_SIDE)[..., None] / 255
    opacity = _MASK_OPACITY * changed
    over = original * (1 - opacity) + np.array(_MASK_COLOR) * opacity
    cells = {
        'input': original,
        'mask over it': over.round().astype(np.uint8),
        'confidence': draw_confidence(fit(result.confidence, _MAX_CELL_SIDE)),
        'restored': _draw_photograph(result.restored),
    }
    captions = [
        draw_caption(caption, cell.shape[1])
        for caption, cell in cells.items()
    ]
    return join([join(captions, axis=1),
                 join(list(cells.values()), axis=1)], axis=0)  # yapf: disable


def _draw_photograph(photograph: Photograph) -> np.ndarray:
    """8 bit RGB, without alpha."""
    pixels = fit(photograph.pixels, _MAX_CELL_SIDE)
    pixels = pixels.reshape(*pixels.shape[:2], -1)  # OpenCV drops one channel
    return np.broadcast_to(as_eight_bits(pixels), pixels.shape[:2] + (3, ))
