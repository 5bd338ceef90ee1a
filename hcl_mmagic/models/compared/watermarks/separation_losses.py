"""Losses of SIRF and DHAN: features, and layers that exclude each other."""

from typing import Dict, Optional, Tuple

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor

from ...losses import FeatureLoss
from .hypercolumns import HYPERCOLUMN_LAYERS
from .output import DirectOutput

# Of the layers of HYPERCOLUMN_LAYERS, in the authors' code.
FEATURE_WEIGHTS = (1 / 2.6, 1 / 4.8, 1 / 3.7, 1 / 5.6, 10 / 1.5)
# Standard deviation of ImageNet's pixels, of a range of 1.
STD = (0.229, 0.224, 0.225)
NUM_SCALES = 3
EPSILON = 1e-6


class FeatureSeparationLoss(FeatureLoss):
    """L1 of pictures and of their features in a VGG-19.

    SIRF (CVPR 2018), equation 1, with the weights of its authors' code, in
    which the pixels count as one more layer; here in the VGG's own range.
    Without the VGG's file the pixels alone are compared.

    Args:
        feature_weight (float): Of this loss.
        checkpoint (str, optional): Local file of the VGG-19, see
            :class:`~..losses.FeatureLoss`.
    """

    def __init__(self,
                 *,
                 feature_weight: float = 0.2,
                 checkpoint: Optional[str] = None) -> None:
        super().__init__(
            'vgg19', HYPERCOLUMN_LAYERS, checkpoint=checkpoint, required=False)
        self.feature_weight = feature_weight

    def compare(self, image: Tensor, truth: Tensor) -> Tensor:
        """Weighted distance of pictures in [-1, 1], ``(N, 3, H, W)``."""
        std = 2 * image.new_tensor(STD).view(3, 1, 1)
        distance = F.l1_loss(image / std, truth / std)
        if self.has_features(truth):
            found = self.features(image, self.layers)
            with torch.no_grad():
                expected = self.features(truth, self.layers)
            distance = distance + sum(
                weight * F.l1_loss(found[name], expected[name])
                for weight, name in zip(FEATURE_WEIGHTS, self.layers))
        return self.feature_weight * distance


@MODELS.register_module()
class DHANLoss(FeatureSeparationLoss):
    """Features of the image and cross-entropy of the mask (DHAN, AAAI 2020);
    for the arguments see :class:`FeatureSeparationLoss`."""

    def forward(self, output: DirectOutput, corrupted: Tensor, gt_img: Tensor,
                mask: Tensor) -> Dict[str, Tensor]:
        """Weighted losses of a network's output against the truth in [-1, 1],
        ``(N, 3, H, W)``, and the mask, ``(N, 1, H, W)``."""
        return dict(
            loss_image=self.compare(output.images[0], gt_img),
            loss_mask=F.binary_cross_entropy_with_logits(
                output.mask_logits[0], mask))


@MODELS.register_module()
class SIRFLoss(FeatureSeparationLoss):
    """Features of both layers, L1 of the reflection, and exclusion.

    SIRF (CVPR 2018), section 3.1. The reflection is what the damaged picture
    has more than the clean one, of a range of 1; for the arguments see
    :class:`FeatureSeparationLoss`.
    """

    def forward(self, output: DirectOutput, corrupted: Tensor, gt_img: Tensor,
                mask: Tensor) -> Dict[str, Tensor]:
        """Weighted losses of a network's output against the truth in [-1, 1],
        ``(N, 3, H, W)``; the mask is not looked at."""
        assert output.layer is not None
        image, reflection = output.images[0], (corrupted - gt_img) / 2
        return dict(
            loss_image=self.compare(image, gt_img),
            loss_layer_features=self.compare(2 * output.layer - 1,
                                             2 * reflection - 1),
            loss_layer=F.l1_loss(output.layer, reflection),
            loss_exclusion=exclusion((image + 1) / 2, output.layer))


def exclusion(image: Tensor, layer: Tensor) -> Tensor:
    r"""How much two layers have edges in the same places.

    SIRF, equation 3: :math:`\sum_n || \tanh(\lambda_T |\nabla T_n|) \odot
    \tanh(\lambda_R |\nabla R_n|) ||_F` over three sizes, each half the last,
    where :math:`\lambda_T = \sqrt{||\nabla R||_F / ||\nabla T||_F}` and
    :math:`\lambda_R` its inverse bring both to one scale. The norm here is
    the root of the mean, not of the sum, so that it does not depend on the
    size, and the mean of both directions is taken.

    Args:
        image (Tensor): One layer T, ``(N, 3, H, W)``, of a range of 1.
        layer (Tensor): The other one, R, likewise.

    Returns:
        Tensor: A scalar.
    """
    total = image.new_zeros(())
    for _ in range(NUM_SCALES):
        for edges, others in zip(_gradients(image), _gradients(layer)):
            ratio = ((others.norm() + EPSILON) / (edges.norm() + EPSILON))
            both = (edges.abs() * ratio.sqrt()).tanh() * (others.abs() /
                                                          ratio.sqrt()).tanh()
            total = total + (both.square().mean(dim=(1, 2, 3)) +
                             EPSILON**2).sqrt().mean() / 2
        image, layer = (F.avg_pool2d(half, 2) for half in (image, layer))
    return total


def _gradients(image: Tensor) -> Tuple[Tensor, Tensor]:
    """Differences of neighbours, down and across."""
    return image.diff(dim=2), image.diff(dim=3)
