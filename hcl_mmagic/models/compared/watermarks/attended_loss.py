"""Loss of BS2AM: the image and the masks of its attentions."""

from typing import Dict

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn

from ...functional import average_to
from .output import DirectOutput


@MODELS.register_module()
class AttendedImageLoss(nn.Module):
    """L1 of the image, mean square of every attention's mask.

    Weights of the blind network in S2AM's public code; the paper (TIP 2020)
    does not print them. The truth of a smaller mask is its mean over the
    pixels.

    Args:
        image_weight (float): Of the image's loss.
        mask_weight (float): Of each mask's.
    """

    def __init__(self,
                 *,
                 image_weight: float = 100.,
                 mask_weight: float = 90.) -> None:
        super().__init__()
        self.image_weight = image_weight
        self.mask_weight = mask_weight

    def forward(self, output: DirectOutput, corrupted: Tensor, gt_img: Tensor,
                mask: Tensor) -> Dict[str, Tensor]:
        """Weighted losses of a network's output against the truth in [-1, 1],
        ``(N, 3, H, W)``, and the mask, ``(N, 1, H, W)``."""
        mask_loss = torch.stack([
            F.mse_loss(logits.sigmoid(), average_to(mask, logits.shape[-2:]))
            for logits in output.mask_logits
        ]).sum()
        return dict(
            loss_image=self.image_weight * F.l1_loss(output.images[0], gt_img),
            loss_mask=self.mask_weight * mask_loss)
