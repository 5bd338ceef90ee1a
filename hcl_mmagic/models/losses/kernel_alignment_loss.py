"""Alignment of a picture's largest variation with its true split."""

from typing import Dict, Sequence

import torch
from mmagic.registry import MODELS
from torch import Tensor, nn

from ..detection import MaskHierarchy
from ..functional import patch_shares

# Squared deviations below this, per pixel, are rounding errors.
SMALLEST_VARIATION = 1e-5


@MODELS.register_module()
class KernelAlignmentLoss(nn.Module):
    r"""Makes the true split the one that 2-means finds.

    2-means splits a picture along its largest variation, whether or not that
    is the one between corrupted and intact pixels. The contrastive loss
    compares pairs of pixels and leaves open how much the classes vary
    within. This loss closes the gap: one minus the centred kernel-target
    alignment (Cortes, Mohri and Rostamizadeh, JMLR 2012) of the linear kernel
    of a picture's projections with its true mask,

    .. math:: 1 - \frac{\|F^T y\|^2}{\|F^T F\|_F \, \|y\|^2}

    for centred projections F and the centred mask y. It is 0 when all
    variation is between the classes and 1 when none is. A picture of one
    class costs nothing. Not part of HCL.

    Args:
        loss_weight (float): Weight of the loss.
    """

    def __init__(self, *, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.loss_weight = loss_weight

    def forward(self, projections: Sequence[Tensor], hierarchy: MaskHierarchy,
                mask: Tensor) -> Dict[str, Tensor]:
        """Loss of each stage, averaged over images: ``loss_alignment_s0``,
        ``loss_alignment_s1``, ... in [0, loss_weight]. Every pixel counts; for
        the arguments see :class:`~.HierarchicalContrastiveLoss`."""
        shares = patch_shares(mask, projections)
        return {
            f'loss_alignment_s{stage}':
            self.loss_weight *
            (1 - _alignment(projection.flatten(2), share.flatten(2))).mean()
            for stage, (projection,
                        share) in enumerate(zip(projections, shares))
        }


def _alignment(features: Tensor, target: Tensor) -> Tensor:
    """Alignment in [0, 1] of (N, C, P) with (N, 1, P), (N,); 1 where the
    target does not vary. Only the target is centred as a map: the features'
    mean is taken off their C x C covariance instead, which is far smaller."""
    pixels = features.shape[2]
    smallest = SMALLEST_VARIATION * pixels
    target = target - target.mean(2, keepdim=True)
    between = torch.bmm(features, target.transpose(1, 2)).square().sum((1, 2))
    mean = features.mean(2, keepdim=True)
    covariance = torch.bmm(features, features.transpose(
        1, 2)) - pixels * torch.bmm(mean, mean.transpose(1, 2))
    total = covariance.square().sum((1, 2)).clamp(min=smallest**2).sqrt()
    target_variation = target.square().sum((1, 2))
    varies = target_variation > smallest
    # The clamp keeps the division of what is not chosen finite.
    aligned = between / (total * target_variation.clamp(min=smallest))
    return torch.where(varies, aligned, torch.ones_like(aligned))
