"""Binary morphology and resizing of masks, batched."""

from typing import List, Sequence

import torch.nn.functional as F
from torch import Tensor


def erode(region: Tensor) -> Tensor:
    """Erode a binary set ``(N, 1, H, W)``, bool, by one pixel (3x3 square).
    What lies beyond the picture never erodes a pixel."""
    # Shifted bytes: pooling would want floats and thirty times as long.
    column = region.clone()
    column[..., 1:, :] &= region[..., :-1, :]
    column[..., :-1, :] &= region[..., 1:, :]
    eroded = column.clone()
    eroded[..., 1:] &= column[..., :-1]
    eroded[..., :-1] &= column[..., 1:]
    return eroded


def dilate(mask: Tensor, distance: int) -> Tensor:
    """Grow a mask, 1 = corrupted, ``(N, 1, H, W)``, float, by 0 or more pixels
    to every side, corners included."""
    return F.max_pool2d(mask, 2 * distance + 1, stride=1, padding=distance)


def upsample_quadtree(stage_map: Tensor) -> Tensor:
    """Hand each value of a stage to its 2x2 children in the finer stage: from
    ``(N, C, H, W)`` to ``(N, C, 2H, 2W)``."""
    return stage_map.repeat_interleave(2, -2).repeat_interleave(2, -1)


def resize_mask(mask: Tensor, size: Sequence[int]) -> Tensor:
    """Resize a mask ``(N, 1, H, W)`` to a height and a width by nearest
    neighbours, without inventing grey values."""
    if tuple(mask.shape[-2:]) == tuple(size):
        return mask
    return F.interpolate(mask, size=[*size], mode='nearest')


def enlarge(stage_map: Tensor, size: Sequence[int]) -> Tensor:
    """Interpolate a stage's map, such as log-odds, bilinearly to the picture's
    height and width. Thin damage keeps its shape: of a true mask, looked at in
    patches of 2x2 pixels, nearest neighbours bring back less."""
    if tuple(stage_map.shape[-2:]) == tuple(size):
        return stage_map
    return F.interpolate(stage_map, size=[*size], mode='bilinear')


def average_to(mask: Tensor, size: Sequence[int]) -> Tensor:
    """Average a mask ``(N, 1, H, W)`` over the patches that the pixels of a
    height and width stand for."""
    height, width = size
    return F.adaptive_avg_pool2d(mask, (height, width))


def patch_shares(mask: Tensor, stage_maps: Sequence[Tensor]) -> List[Tensor]:
    """Corrupted share of the patch that each pixel of a stage stands for.

    Args:
        mask (Tensor): True mask, 1 = corrupted, 0 = intact,
            ``(N, 1, H, W)``, float; nearest-resized to the finest stage.
        stage_maps (Sequence[Tensor]): A map of each stage, finest first,
            ``(N, C, Hs, Ws)``, each twice the size of the next.

    Returns:
        list[Tensor]: ``(N, 1, Hs, Ws)`` in [0, 1] per stage; 0 and 1 are
        pure patches.
    """
    finest = resize_mask(mask, stage_maps[0].shape[-2:])
    return [F.avg_pool2d(finest, 2**s) for s in range(len(stage_maps))]
