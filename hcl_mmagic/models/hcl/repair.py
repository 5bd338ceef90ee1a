"""From features and masks to the repaired image."""

from typing import Optional, Sequence, Tuple

import torch
from torch import Tensor, nn

from ..functional import fill_smoothly

Images = Tuple[Optional[Tensor], Optional[Tensor]]


def repair_image(decoder: Optional[nn.Module],
                 refiner: Optional[nn.Module],
                 corrupted: Tensor,
                 features: Sequence[Tensor],
                 masks: Sequence[Tensor],
                 mask: Tensor,
                 residual: bool = False) -> Images:
    """Coarse and refined image, as far as there are networks for them, in
    [-1, 1], ``(N, 3, H, W)``, float32.

    The refiner's losses do not reach the decoder, as in the authors' code.

    Args:
        decoder (nn.Module, optional): Makes the coarse image of the features.
        refiner (nn.Module, optional): Makes the refined one of that.
        corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
        features (Sequence[Tensor]): The encoder's, finest first.
        masks (Sequence[Tensor]): 1 = corrupted, 0 = intact, float
            ``(N, 1, H_s, W_s)`` of each stage.
        mask (Tensor): That of the pictures, likewise, ``(N, 1, H, W)``.
        residual (bool): The networks tell what to add to a smooth filling of
            the mask, and the refiner sees the picture's own pixels outside
            of it, instead of making the whole image.
    """
    if decoder is None:
        return None, None
    coarse = decoder(features, masks).float()
    if residual:
        coarse = (fill_smoothly(corrupted, mask) + coarse).clamp(-1, 1)
    if refiner is None:
        return coarse, None
    seen = coarse.detach()
    if not residual:
        return coarse, refiner(seen, mask).float()
    seen = torch.where(mask > 0.5, seen, corrupted)
    return coarse, (seen + refiner(seen, mask).float()).clamp(-1, 1)
