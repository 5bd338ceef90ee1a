"""The pictures of all methods, side by side."""
from typing import Dict, List, Sequence, Tuple

import numpy as np

from hcl_mmagic.drawing import draw_mask, fit
from hcl_mmagic.visualization.panel import PanelRow, stack_rows

MAX_CELL_SIDE = 256


def draw_grid(pictures: Sequence[int], lines: Sequence[Tuple[str,
                                                             Dict[int,
                                                                  PanelRow]]]
              ) -> np.ndarray:
    """Draw damaged | true mask | mask and restored of each method | truth.

    Args:
        pictures (Sequence[int]): Indices of the samples, one row for each.
        lines (Sequence[tuple[str, dict[int, PanelRow]]]): Name of each
            method, and what it made of each sample: a mask (white =
            corrupted), a restored picture, or both.

    Returns:
        np.ndarray: uint8 RGB ``(H, W, 3)``.
    """
    return stack_rows([(f'sample {index}', _make_cells(index, lines))
                       for index in pictures])


def _make_cells(
    index: int, lines: Sequence[Tuple[str, Dict[int, PanelRow]]]
) -> Dict[str, np.ndarray]:
    """Pictures of one sample by caption, two lines each."""
    sample = lines[0][1][index]
    cells = {
        'damaged\n': sample.corrupted,
        'true mask\n': draw_mask(sample.mask)
    }
    for name, rows in lines:
        row = rows[index]
        if row.pred_mask is not None:
            cells[f'{name}\nmask'] = draw_mask(row.pred_mask)
        if row.pred_img is not None:
            cells[f'{name}\nrestored'] = row.pred_img
    cells['truth\n'] = sample.gt_img
    return {
        caption: fit(cell, MAX_CELL_SIDE)
        for caption, cell in cells.items()
    }
