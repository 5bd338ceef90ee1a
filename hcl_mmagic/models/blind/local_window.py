"""Where a local discriminator looks."""

from typing import Tuple

import torch.nn.functional as F
from torch import Tensor


def damage_window(mask: Tensor, size: Tuple[int,
                                            int]) -> Tuple[int, int, int, int]:
    """The window of a given size that holds most of the damage.

    The discriminators of Global&Local and DeepFillv1 look closer at one
    rectangle around the hole; a detected mask may have any shape and any
    number of parts. Where several windows hold the same number of corrupted
    pixels, the one in the middle of them is taken.

    Args:
        mask (Tensor): 1 = corrupted, 0 = intact, ``(1, H, W)``.
        size (tuple[int, int]): Height and width of the window in pixels, at
            most those of the mask.

    Returns:
        tuple[int, int, int, int]: Top, left, height and width in pixels,
        MMagic's ``mask_bbox``.
    """
    height, width = size
    # An integral image: all windows are counted at once.
    counts = F.pad((mask[0] > 0.5).long(), (1, 0, 1, 0)).cumsum(0).cumsum(1)
    damage = (
        counts[height:, width:] - counts[:-height, width:] -
        counts[height:, :-width] + counts[:-height, :-width])
    best = (damage == damage.max()).nonzero().float()
    middle = (best - best.mean(0)).square().sum(1).argmin()
    top, left = best[middle].int().tolist()
    return top, left, height, width
