"""Repairing only the parts of a picture that are damaged."""

from typing import Callable, List, Optional, Sequence, Tuple

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage
from torch import Tensor

# Rows and columns of a picture.
Region = Tuple[slice, slice]
# (picture, its features, their masks, the picture's mask) -> coarse and
# refined image.
Repair = Callable[[Tensor, Sequence[Tensor], Sequence[Tensor], Tensor],
                  Tuple[Tensor, Optional[Tensor]]]


def damaged_regions(mask: Tensor, cell: int, context: int) -> List[Region]:
    """Rectangles that hold all damage of a picture, with its surroundings.

    The picture is a grid of cells. Cells within the context of a damaged one
    belong together when they touch; each such group is one rectangle.

    Args:
        mask (Tensor): 1 = corrupted, 0 = intact, ``(H, W)``, float; H and W
            multiples of the cell.
        cell (int): Side of a cell in pixels.
        context (int): Pixels to add around the damage, at least.

    Returns:
        list[Region]: Borders are multiples of the cell. None without damage;
        the whole picture if the rectangles together were as large as that.
    """
    damaged = F.max_pool2d(mask[None, None], cell)[0, 0].cpu().numpy() > 0
    reach = -(-context // cell)
    near = ndimage.maximum_filter(damaged, 2 * reach + 1, mode='constant')
    groups, _ = ndimage.label(near, structure=np.ones((3, 3)))
    regions = [(slice(rows.start * cell, rows.stop * cell),
                slice(columns.start * cell, columns.stop * cell))
               for rows, columns in ndimage.find_objects(groups)]
    height, width = mask.shape
    if sum(map(_area, regions)) >= height * width:
        return [(slice(0, height), slice(0, width))]
    return regions


def _area(region: Region) -> int:
    rows, columns = region
    return (rows.stop - rows.start) * (columns.stop - columns.start)


def repair_regions(repair: Repair, picture: Tensor, features: Sequence[Tensor],
                   masks: Sequence[Tensor], mask: Tensor, cell: int,
                   context: int) -> Tuple[Tensor, Optional[Tensor]]:
    """Repair the damaged regions of each picture of a batch.

    Args:
        repair (Callable): Repairs a picture, or a region as if it were one.
        picture (Tensor): The pictures, in [-1, 1], ``(N, 3, H, W)``. They
            stay as they are outside of the regions.
        features (Sequence[Tensor]): Of the whole pictures, finest first,
            ``(N, C_s, H_s, W_s)``.
        masks (Sequence[Tensor]): 1 = corrupted, 0 = intact, float
            ``(N, 1, H_s, W_s)``.
        mask (Tensor): That of the pictures, likewise, ``(N, 1, H, W)``.
        cell (int): See :func:`damaged_regions`; every stage must divide it
            into whole windows.
        context (int): See :func:`damaged_regions`.

    Returns:
        tuple[Tensor, Tensor | None]: Coarse and refined pictures,
        ``(N, 3, H, W)``; None for the latter if ``repair`` makes none.
    """
    coarse, refined = picture.clone(), picture.clone()
    for index in range(len(picture)):
        for region in damaged_regions(mask[index, 0], cell, context):
            rows, columns = region
            repaired = repair(
                _cut(picture, index, region, picture),
                [_cut(item, index, region, picture) for item in features],
                [_cut(item, index, region, picture) for item in masks],
                _cut(mask, index, region, picture))
            if repaired[1] is None:
                refined = None
            else:
                refined[index, :, rows, columns] = repaired[1][0]
            coarse[index, :, rows, columns] = repaired[0][0]
    return coarse, refined


def _cut(feature: Tensor, index: int, region: Region,
         picture: Tensor) -> Tensor:
    """What a map of one picture shows of a region, ``(1, C, h, w)``."""
    stride = picture.shape[-2] // feature.shape[-2]
    rows, columns = (
        slice(part.start // stride, part.stop // stride) for part in region)
    cut = feature[index:index + 1, :, rows, columns]
    return cut.contiguous(memory_format=torch.channels_last)
