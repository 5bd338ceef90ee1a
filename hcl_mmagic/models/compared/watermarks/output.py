"""What a network that restores a whole picture at once makes of it."""

from typing import NamedTuple, Optional, Tuple

from torch import Tensor


class DirectOutput(NamedTuple):
    """Images, masks and the separated layer of one pass.

    Args:
        images (tuple[Tensor]): Restored images in [-1, 1], ``(N, 3, H, W)``,
            the final one first; a network may overshoot the range.
        mask_logits (tuple[Tensor]): Log-odds of 'corrupted', the most
            trusted map first, ``(N, 1, h, w)``, maybe smaller than the
            picture; empty where a method finds no mask.
        layer (Tensor, optional): What was laid over the picture,
            ``(N, 3, H, W)``, as the loss of the method defines it.
    """
    images: Tuple[Tensor, ...]
    mask_logits: Tuple[Tensor, ...] = ()
    layer: Optional[Tensor] = None
