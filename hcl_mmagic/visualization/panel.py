"""Panels: the pictures of one photograph's restoration, side by side."""
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence, Union

import cv2
import numpy as np

from ..engine.fileio import AtomicLocalBackend

_BACKGROUND = 64
_CAPTION_HEIGHT = 20
_CAPTION_SCALE = 0.4
_GAP = 4
_MIN_CELL_WIDTH = 128


class PanelRow(NamedTuple):
    """The pictures of one photograph, all of one size.

    Images are uint8 RGB ``(H, W, 3)``; maps are float ``(H, W)`` in [0, 1],
    1 = corrupted. A picture that is None is left out of the panel. The title
    stands above the row.
    """

    pred_img: Optional[np.ndarray] = None
    corrupted: Optional[np.ndarray] = None
    mask: Optional[np.ndarray] = None
    pred_mask: Optional[np.ndarray] = None
    mask_prob: Optional[np.ndarray] = None
    gt_img: Optional[np.ndarray] = None
    title: Optional[str] = None


def make_panel(rows: Sequence[PanelRow],
               max_cell_side: int = 256) -> np.ndarray:
    """Draw photographs below each other.

    Each row shows: input | true mask | detected mask | confidence | restored |
    truth. In the masks white is corrupted; the confidence is the probability
    of 'corrupted', from dark blue (0) to yellow (1). Pictures narrower than
    128 pixels are magnified, those with a side above ``max_cell_side`` are
    reduced. Captions stand above the first row, and again above a row of
    another width.

    Args:
        rows (Sequence[PanelRow]): The photographs, of any sizes.
        max_cell_side (int): Longest side of one picture in the panel, in
            pixels.

    Returns:
        np.ndarray: The panel, uint8 RGB ``(H, W, 3)``.

    Raises:
        ValueError: If there are no rows, or a row's pictures differ in size.
    """
    if not rows:
        raise ValueError('make_panel needs at least one row, but got none.')
    strips: List[np.ndarray] = []
    previous_width = None
    for row in rows:
        cells = _make_cells(row, max_cell_side)
        pictures = _join(list(cells.values()), axis=1)
        width = pictures.shape[1]
        if width != previous_width:
            captions = [
                _draw_caption(caption, cell.shape[1])
                for caption, cell in cells.items()
            ]
            strips.append(_join(captions, axis=1))
            previous_width = width
        if row.title is not None:
            strips.append(_draw_caption(row.title, width))
        strips.append(pictures)
    panel_width = max(strip.shape[1] for strip in strips)
    return _join([_pad_right(strip, panel_width) for strip in strips], axis=0)


def write_png(path: Union[str, Path], image: np.ndarray) -> None:
    """Write an image so that the file is never seen half written.

    Args:
        path (str | Path): The file; missing folders are made.
        image (np.ndarray): uint8 RGB ``(H, W, 3)``.
    """
    _, encoded = cv2.imencode('.png', image[..., ::-1])
    AtomicLocalBackend().put(encoded.tobytes(), path)


def _make_cells(row: PanelRow, max_cell_side: int) -> Dict[str, np.ndarray]:
    """Pictures of one row by caption, in drawing order."""
    sizes = {
        picture.shape[:2]
        for picture in row if isinstance(picture, np.ndarray)
    }
    if len(sizes) > 1:
        raise ValueError('The pictures of a panel row must have one size, '
                         f'but got {sorted(sizes)}.')
    pictures = {
        'input': row.corrupted,
        'true mask': _draw_mask(row.mask),
        'detected mask': _draw_mask(row.pred_mask),
        'confidence': _draw_confidence(row.mask_prob),
        'restored': row.pred_img,
        'truth': row.gt_img,
    }
    return {
        caption: _fit(picture, max_cell_side)
        for caption, picture in pictures.items() if picture is not None
    }


def _draw_mask(mask: Optional[np.ndarray]) -> Optional[np.ndarray]:
    """White = corrupted."""
    if mask is None:
        return None
    return np.repeat(_to_uint8(255 * mask)[..., None], 3, axis=2)


def _draw_confidence(mask_prob: Optional[np.ndarray]) -> Optional[np.ndarray]:
    if mask_prob is None:
        return None
    heat = cv2.applyColorMap(_to_uint8(255 * mask_prob), cv2.COLORMAP_VIRIDIS)
    return heat[..., ::-1]  # BGR -> RGB


def _draw_caption(caption: str, width: int) -> np.ndarray:
    font = cv2.FONT_HERSHEY_SIMPLEX
    (text_width, text_height), _ = cv2.getTextSize(caption, font,
                                                   _CAPTION_SCALE, 1)
    scale = _CAPTION_SCALE * min(1.0, width / text_width)
    strip = np.full((_CAPTION_HEIGHT, width, 3), _BACKGROUND, dtype=np.uint8)
    left = max(0, (width - text_width) // 2)
    base = (_CAPTION_HEIGHT + text_height) // 2
    cv2.putText(strip, caption, (left, base), font, scale, (255, 255, 255), 1,
                cv2.LINE_AA)
    return strip


def _fit(picture: np.ndarray, max_cell_side: int) -> np.ndarray:
    """Magnify small pictures by a whole factor, reduce large ones."""
    height, width = picture.shape[:2]
    factor = min(-(-_MIN_CELL_WIDTH // width),
                 max_cell_side / max(height, width))
    if factor >= 1:  # whole pixels stay visible
        factor = int(factor)
        return picture.repeat(factor, axis=0).repeat(factor, axis=1)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _join(parts: List[np.ndarray], axis: int) -> np.ndarray:
    """Put parts beside (axis 1) or below (axis 0) each other, with a gap."""
    shape = list(parts[0].shape)
    shape[axis] = _GAP
    gap = np.full(shape, _BACKGROUND, dtype=np.uint8)
    spaced = [piece for part in parts for piece in (part, gap)][:-1]
    return np.concatenate(spaced, axis=axis)


def _pad_right(strip: np.ndarray, width: int) -> np.ndarray:
    return np.pad(
        strip, ((0, 0), (0, width - strip.shape[1]), (0, 0)),
        constant_values=_BACKGROUND)


def _to_uint8(values: np.ndarray) -> np.ndarray:
    # NaN of a diverged model is drawn black instead of failing the run
    return np.nan_to_num(values).clip(0, 255).round().astype(np.uint8)
