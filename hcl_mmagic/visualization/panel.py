"""Panels: the pictures of one photograph's restoration, side by side."""
from pathlib import Path
from typing import (Any, Callable, Dict, List, Mapping, NamedTuple, Optional,
                    Sequence, Tuple, Union)

import cv2
import numpy as np

from ..drawing import (BACKGROUND, draw_caption, draw_confidence, draw_mask,
                       fit, join)
from ..engine.fileio import AtomicLocalBackend


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
    """Draw photographs below each other, as uint8 RGB ``(H, W, 3)``.

    Each row shows: input | true mask | detected mask | confidence | restored |
    truth. In the masks white is corrupted; the confidence is the probability
    of 'corrupted', from dark blue (0) to yellow (1). Pictures narrower than
    128 pixels are magnified, those with a side above ``max_cell_side`` are
    reduced. A ValueError if there are no rows, or a row's pictures differ in
    size.
    """
    if not rows:
        raise ValueError('make_panel needs at least one row, but got none.')
    return stack_rows([(row.title, _make_cells(row, max_cell_side))
                       for row in rows])


def stack_rows(
    rows: Sequence[Tuple[Optional[str], Mapping[str,
                                                np.ndarray]]]) -> np.ndarray:
    """Put rows of captioned pictures below each other, uint8 RGB ``(H, W,
    3)``.

    A row has a title or None, and its pictures by caption in drawing order, of
    one height. Captions stand above the first row, and again above a row of
    another width.
    """
    strips: List[np.ndarray] = []
    previous_width = None
    for title, cells in rows:
        pictures = join(list(cells.values()), axis=1)
        width = pictures.shape[1]
        if width != previous_width:
            captions = [
                draw_caption(caption, cell.shape[1])
                for caption, cell in cells.items()
            ]
            strips.append(join(captions, axis=1))
            previous_width = width
        if title is not None:
            strips.append(draw_caption(title, width))
        strips.append(pictures)
    panel_width = max(strip.shape[1] for strip in strips)
    return join([_pad_right(strip, panel_width) for strip in strips], axis=0)


def write_png(path: Union[str, Path], image: np.ndarray) -> None:
    """Write an image, uint8 RGB ``(H, W, 3)`` or grey ``(H, W)`` of 8 or 16
    bits, so that the file is never seen half written; missing folders are
    made."""
    if image.ndim == 3:
        image = image[..., ::-1]  # OpenCV writes BGR
    _, encoded = cv2.imencode('.png', image)
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
        'true mask': if_present(draw_mask, row.mask),
        'detected mask': if_present(draw_mask, row.pred_mask),
        'confidence': if_present(draw_confidence, row.mask_prob),
        'restored': row.pred_img,
        'truth': row.gt_img,
    }
    return {
        caption: fit(picture, max_cell_side)
        for caption, picture in pictures.items() if picture is not None
    }


def if_present(convert: Callable[[Any], np.ndarray],
               value: Any) -> Optional[np.ndarray]:
    """A picture of a value, None of None."""
    return None if value is None else convert(value)


def _pad_right(strip: np.ndarray, width: int) -> np.ndarray:
    return np.pad(
        strip, ((0, 0), (0, width - strip.shape[1]), (0, 0)),
        constant_values=BACKGROUND)
