"""The pictures of all methods, side by side."""
from typing import Dict, Optional, Sequence

import numpy as np

from ...drawing import draw_mask, fit
from ...visualization.panel import stack_rows
from .method_results import Line

MAX_CELL_SIDE = 256


def draw_grid(test_set: str, indices: Sequence[int],
              lines: Sequence[Line]) -> np.ndarray:
    """Draw damaged | true mask | mask and restored of each method | truth, a
    row for each sample, uint8 RGB. Masks are white where corrupted; that of a
    detector is drawn once, not with each inpaintor."""
    return stack_rows([(f'sample {index}', _make_cells(test_set, index, lines))
                       for index in indices])


def _make_cells(test_set: str, index: int,
                lines: Sequence[Line]) -> Dict[str, np.ndarray]:
    """Pictures of one sample by caption, two lines of text each."""
    sample = lines[0].results[test_set].pictures[index]
    assert sample.mask is not None  # of a frozen sample
    cells: Dict[str, Optional[np.ndarray]] = {
        'damaged\n': sample.corrupted,
        'true mask\n': draw_mask(sample.mask)
    }
    for line in lines:
        picture = line.results[test_set].pictures[index]
        if line.detector is not None:
            inpaintor = line.name.removeprefix(line.detector).strip()
            cells[f'{line.detector}\n{inpaintor}'] = picture.pred_img
            continue
        if picture.pred_mask is not None:
            cells[f'{line.name}\nmask'] = draw_mask(picture.pred_mask)
        if picture.pred_img is not None:
            cells[f'{line.name}\nrestored'] = picture.pred_img
    cells['truth\n'] = sample.gt_img
    return {
        caption: fit(cell, MAX_CELL_SIDE)
        for caption, cell in cells.items() if cell is not None
    }
