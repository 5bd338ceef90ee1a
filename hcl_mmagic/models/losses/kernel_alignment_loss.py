"""Alignment of a picture's largest variation with its true split."""

from typing import Dict, Sequence

import torch
from mmagic.registry import MODELS
from torch import Tensor, nn

from ..functional import MaskHierarchy, patch_shares, upsample_quadtree

# Squared deviations below this are rounding errors: nothing to split there.
SMALLEST_VARIATION = 1e-6


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
        """Loss of each stage, averaged over images.

        Args:
            projections (Sequence[Tensor]): Unit vectors per stage, finest
                first, ``(N, C, Hs, Ws)``.
            hierarchy (MaskHierarchy): What the detector made of them; tells
                the picture from its padding.
            mask (Tensor): True mask, 1 = corrupted, 0 = intact,
                ``(N, 1, H, W)``, float; any size of at least the finest
                stage's.

        Returns:
            dict[str, Tensor]: ``loss_alignment_s0``, ``loss_alignment_s1``,
            ... in [0, loss_weight].
        """
        shares = patch_shares(mask, projections)
        seen = [hierarchy.uncertain[-1]]
        while len(seen) < len(projections):
            seen.insert(0, upsample_quadtree(seen[0]))
        losses = {}
        for stage, projection in enumerate(projections):
            weight = seen[stage].flatten(2).to(projection)
            alignment = _alignment(
                _centre(projection.flatten(2), weight),
                _centre(shares[stage].flatten(2), weight))
            losses[f'loss_alignment_s{stage}'] = self.loss_weight * (
                1 - alignment).mean()
        return losses


def _centre(values: Tensor, weight: Tensor) -> Tensor:
    """Take each image's mean off (N, C, P) where the weight (N, 1, P) is 1."""
    count = weight.sum(2, keepdim=True).clamp(min=1)
    mean = (values * weight).sum(2, keepdim=True) / count
    return (values - mean) * weight


def _alignment(features: Tensor, target: Tensor) -> Tensor:
    """Alignment in [0, 1] of centred (N, C, P) and (N, 1, P), (N,); 1 where
    the target does not vary."""
    between = torch.bmm(features, target.transpose(1, 2)).square().sum((1, 2))
    covariance = torch.bmm(features, features.transpose(1, 2))
    total = covariance.square().sum((1, 2)).clamp(min=SMALLEST_VARIATION**2)
    target_variation = target.square().sum((1, 2))
    varies = target_variation > SMALLEST_VARIATION
    # The clamp keeps the division of what is not chosen finite.
    aligned = between / (
        total.sqrt() * target_variation.clamp(min=SMALLEST_VARIATION))
    return torch.where(varies, aligned, torch.ones_like(aligned))
