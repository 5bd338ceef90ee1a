"""HCL's perceptual loss on VGG-19 features."""

from typing import Dict, Optional, Sequence

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor

from ..functional import at_least_float32
from .vgg_loss import VGGLoss, layer_names

RELUS = tuple(name for name in layer_names('vgg19') if name.startswith('relu'))


@MODELS.register_module()
class VGGPerceptualLoss(VGGLoss):
    """L1 distance of VGG-19 features, summed over layers (HCL, equation 11).

    Layers and weights of the recipes are those of the authors' code.
    Nothing is ever downloaded. A part whose weight is 0 is not computed; with
    both weights 0 no VGG is needed. The weights are read when the first loss
    is computed, so testing a model needs none.

    Args:
        coarse_layers (Sequence[str]): Layers that judge the coarse image.
        coarse_weight (float): Weight of the coarse image's loss.
        refined_layers (Sequence[str]): Layers that judge the refined image.
        refined_weight (float): Weight of the refined image's loss.
        checkpoint (str, optional): Local file with the state dict of
            torchvision's ``vgg19`` or of its ``features``. None takes the
            file from torchvision's download cache.
        required (bool): Whether to stop if no ``checkpoint`` is named and the
            cache has none; otherwise a warning says so and there is no loss.

    Raises:
        ValueError: If a layer does not exist.
    """

    def __init__(self,
                 *,
                 coarse_layers: Sequence[str] = ('relu2_2', 'relu3_2'),
                 coarse_weight: float = 1.0,
                 refined_layers: Sequence[str] = ('relu4_2', 'relu5_2'),
                 refined_weight: float = 1.0,
                 checkpoint: Optional[str] = None,
                 required: bool = True) -> None:
        for layer in (*coarse_layers, *refined_layers):
            if layer not in RELUS:
                raise ValueError(f'layers of VGGPerceptualLoss must be among '
                                 f'{", ".join(RELUS)}, got {layer!r}')
        coarse_layers = tuple(coarse_layers) if coarse_weight else ()
        refined_layers = tuple(refined_layers) if refined_weight else ()
        super().__init__(
            'vgg19',
            coarse_layers + refined_layers,
            checkpoint=checkpoint,
            required=required)
        self.coarse_weight = coarse_weight
        self.refined_weight = refined_weight
        self.coarse_layers = coarse_layers
        self.refined_layers = refined_layers

    def forward(self, coarse: Tensor, refined: Tensor,
                gt_img: Tensor) -> Dict[str, Tensor]:
        """Compare both images with the truth.

        Args:
            coarse (Tensor): Coarse image in [-1, 1], ``(N, 3, H, W)``.
            refined (Tensor): Refined image, likewise.
            gt_img (Tensor): Undamaged image, likewise.

        Returns:
            dict[str, Tensor]: ``loss_perceptual_coarse`` and
            ``loss_perceptual_refined``, weighted, without those of weight 0.
        """
        losses: Dict[str, Tensor] = {}
        if not self.has_features(gt_img):
            return losses
        with torch.no_grad():
            truth = self.vgg((gt_img + 1) / 2, self.layers)
        if self.coarse_layers:
            losses['loss_perceptual_coarse'] = (
                self.coarse_weight *
                self._distance(coarse, truth, self.coarse_layers))
        if self.refined_layers:
            losses['loss_perceptual_refined'] = (
                self.refined_weight *
                self._distance(refined, truth, self.refined_layers))
        return losses

    def _distance(self, image: Tensor, truth: Dict[str, Tensor],
                  layers: Sequence[str]) -> Tensor:
        """Sum over layers of the mean absolute difference."""
        features = self.vgg((image + 1) / 2, layers)
        return sum(
            F.l1_loss(
                at_least_float32(features[layer]),
                at_least_float32(truth[layer])) for layer in layers)
