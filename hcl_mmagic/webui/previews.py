"""Small pictures for the browser; results are never made from them."""
import base64
import io

import cv2
import numpy as np
from PIL import Image

from ..apis.mask_editing import MaskOptions, blend_weights
from ..photographs.photograph import Photograph

PREVIEW_SIDE = 1024
_MARK = (230, 0, 90)  # the brush's colour, too
MARK_HEX = '#{:02x}{:02x}{:02x}'.format(*_MARK)
_MARK_OPACITY = 130
_OUTLINE = (255, 255, 255)


def preview_photograph(photograph: Photograph) -> np.ndarray:
    """The photograph, of any size and depth, as a screen can show it: RGB on
    white, ``(h, w, 3)``, uint8, longest side at most ``PREVIEW_SIDE``."""
    samples = photograph.pixels
    if photograph.alpha is not None:
        samples = np.dstack([samples, photograph.alpha])
    scale = min(1, PREVIEW_SIDE / max(samples.shape[:2]))
    size = [max(1, round(side * scale)) for side in samples.shape[1::-1]]
    samples = cv2.resize(samples, size, interpolation=cv2.INTER_AREA)
    if samples.dtype == np.uint16:
        samples = (samples / 257).round().astype(np.uint8)
    samples = samples.reshape(*samples.shape[:2], -1)
    colours = samples[..., :photograph.pixels.shape[2]]
    if photograph.alpha is not None:
        opacity = samples[..., -1:] / 255
        colours = (colours * opacity + 255 * (1 - opacity)).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(colours, (*size[::-1], 3)))


def shrink_mask(mask: np.ndarray, height: int, width: int) -> np.ndarray:
    """The mask at the preview's size, bool: True where any pixel below is
    corrupted, so nothing corrupted gets lost."""
    return cv2.resize(
        mask.astype(np.float32), (width, height),
        interpolation=cv2.INTER_AREA) > 0


def enlarge_mask(mask: np.ndarray, height: int, width: int) -> np.ndarray:
    """What was drawn on the preview, bool, at the photograph's size, uint8."""
    return cv2.resize(
        mask.view(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)


def mask_layer(mask: np.ndarray) -> np.ndarray:
    """A mask, ``(h, w)``, bool, as a layer that the brush goes on drawing on:
    half opaque where corrupted, else transparent, RGBA, uint8."""
    return np.where(mask[..., None], np.array((*_MARK, _MARK_OPACITY),
                                              np.uint8), np.uint8(0))


def drawn_mask(layer: np.ndarray, height: int, width: int) -> np.ndarray:
    """The mask, bool, that a drawn layer, RGBA of any size, shows, the reverse
    of :func:`mask_layer`. The soft rim of a stroke counts where it is as
    opaque as half the layer's mask."""
    opacity = cv2.resize(
        layer[..., 3], (width, height), interpolation=cv2.INTER_NEAREST)
    return opacity > _MARK_OPACITY // 2


def outline_changes(preview: np.ndarray, mask: np.ndarray,
                    options: MaskOptions, scale: float) -> np.ndarray:
    """A copy of a preview, ``(h, w, 3)``, uint8, with a line around all that a
    restoration of a mask, bool, would change. Options are in the photograph's
    pixels; ``scale`` is pixels of the preview per pixel of the photograph."""
    scaled = MaskOptions(
        dilate=(options.dilate or 0) * scale,
        feather=(options.feather or 0) * scale)
    changed = blend_weights(mask.view(np.uint8), scaled) > 0
    line = cv2.dilate(changed.view(np.uint8), np.ones((3, 3), np.uint8))
    outlined = preview.copy()
    outlined[line.astype(bool) & ~changed] = _OUTLINE
    return outlined


def data_uri(preview: np.ndarray) -> str:
    """A preview as an address that holds the picture itself (WebP)."""
    stream = io.BytesIO()
    Image.fromarray(preview).save(stream, 'WEBP', quality=92)
    content = base64.b64encode(stream.getvalue()).decode()
    return f'data:image/webp;base64,{content}'
