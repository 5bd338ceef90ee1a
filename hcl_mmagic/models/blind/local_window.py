"""Where a local discriminator looks."""

from typing import Tuple

import torch.nn.functional as F
from torch import Tensor


def damage_window(mask: Tensor, size: Tuple[int,
                                            int]) -> Tuple[int, int, int, int]:
    """The window of a given height and width, at most those of the mask, that
    holds most of the damage: top, left, height and width, MMagic's
    ``mask_bbox``.

    The discriminators of Global&Local and DeepFillv1 look closer at one
    rectangle around the hole; a detected mask ``(1, H, W)``, 1 = corrupted,
    may have any shape and any number of parts. Where several windows hold the
    same number of corrupted pixels, the one in the middle of them is taken.
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
