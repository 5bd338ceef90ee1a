"""Perceptual losses: HCL's, and MMagic's with its style loss."""

from typing import Callable, Dict, Mapping, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor

from hcl_mmagic.errors import ConfigError
from ..functional import at_least_float32, full_precision
from .feature_loss import CONVS_PER_BLOCK, FeatureLoss, layer_names

RELUS = tuple(name for name in layer_names('vgg19') if name.startswith('relu'))


def weighted_distance(
        weights: Mapping[str, float],
        features: Mapping[str, Tensor],
        truth: Mapping[str, Tensor],
        statistic: Callable[[Tensor], Tensor] = at_least_float32) -> Tensor:
    """Weighted sum over layers of the mean absolute difference of a statistic
    of the features, a scalar."""
    return torch.stack([
        weight * F.l1_loss(statistic(features[name]), statistic(truth[name]))
        for name, weight in weights.items()
    ]).sum()


@MODELS.register_module()
class VGGPerceptualLoss(FeatureLoss):
    """L1 distance of VGG-19 features, summed over layers (HCL, equation 11).

    Layers and weights of the recipes are those of the authors' code. A part
    whose weight is 0 is not computed; with both weights 0 no VGG is needed.

    Args:
        coarse_layers (Sequence[str]): Layers that judge the coarse image.
        coarse_weight (float): Weight of the coarse image's loss.
        refined_layers (Sequence[str]): Layers that judge the refined image.
        refined_weight (float): Weight of the refined image's loss.
        checkpoint (str, optional): Local file of the VGG, see
            :class:`~.feature_loss.FeatureLoss`.
        required (bool): See there.

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
        # By the image that they judge.
        weights = {}
        if coarse_weight:
            weights['coarse'] = dict.fromkeys(coarse_layers, coarse_weight)
        if refined_weight:
            weights['refined'] = dict.fromkeys(refined_layers, refined_weight)
        super().__init__(
            'vgg19',
            [layer for chosen in weights.values() for layer in chosen],
            checkpoint=checkpoint,
            required=required)
        self.weights = weights

    def forward(self, coarse: Tensor, refined: Tensor,
                gt_img: Tensor) -> Dict[str, Tensor]:
        """Compare the coarse and the refined with the true image, each in
        [-1, 1], ``(N, 3, H, W)``: ``loss_perceptual_coarse`` and
        ``loss_perceptual_refined``, weighted, without those of weight 0."""
        if not self.has_features(gt_img):
            return {}
        with torch.no_grad():
            truth = self.features(gt_img, self.layers)
        images = dict(coarse=coarse, refined=refined)
        return {
            f'loss_perceptual_{name}':
            weighted_distance(weights, self.features(images[name], [*weights]),
                              truth)
            for name, weights in self.weights.items()
        }


@MODELS.register_module()
class OfflinePerceptualLoss(FeatureLoss):
    """MMagic's ``PerceptualLoss`` for machines without a network.

    The numbers are the same, and the arguments that MMagic's inpainting
    configs have, but for ``pretrained``: MMagic downloads the VGG whatever
    that says. Here nothing is downloaded; the weights are read when the first
    loss is computed. Without them there is no loss, which MMagic's inpainting
    models accept, and one warning.

    Args:
        layer_weights (dict): Weight of the perceptual loss of each layer by
            its position in torchvision's ``features``, such as
            ``{'4': 1.0}``.
        layer_weights_style (dict, optional): The same for the style loss.
            None takes those of the perceptual loss.
        vgg_type (str): 'vgg16' or 'vgg19'.
        perceptual_weight (float): Weight of the perceptual loss; 0 leaves it
            out.
        style_weight (float): Weight of the style loss, likewise.
        checkpoint (str, optional): Local file of the VGG, see
            :class:`~.feature_loss.FeatureLoss`.
        required (bool): See there.

    Raises:
        ConfigError: If the VGG or a layer is unknown.
    """

    def __init__(self,
                 layer_weights: Mapping[str, float],
                 layer_weights_style: Optional[Mapping[str, float]] = None,
                 vgg_type: str = 'vgg19',
                 perceptual_weight: float = 1.0,
                 style_weight: float = 1.0,
                 checkpoint: Optional[str] = None,
                 required: bool = False) -> None:
        if vgg_type not in CONVS_PER_BLOCK:
            raise ConfigError(
                'OfflinePerceptualLoss: vgg_type must be one of '
                f'{", ".join(CONVS_PER_BLOCK)}, got {vgg_type!r}')
        perceptual = _named_weights(layer_weights, vgg_type, perceptual_weight)
        style = _named_weights(layer_weights_style or layer_weights, vgg_type,
                               style_weight)
        super().__init__(
            vgg_type, [*perceptual, *style],
            checkpoint=checkpoint,
            required=required)
        self.perceptual = perceptual
        self.style = style

    def forward(self, x: Tensor,
                gt: Tensor) -> Tuple[Optional[Tensor], Optional[Tensor]]:
        """Weighted perceptual and style loss; None for one that is left out.

        Args:
            x (Tensor): Restored image in [-1, 1], ``(N, 3, H, W)``. The
                channels come as the inpainting model has them: BGR for those
                that MMagic trained so.
            gt (Tensor): Undamaged image, likewise.
        """
        if not self.has_features(gt):
            return None, None
        features = self.features(x, self.layers)
        with torch.no_grad():
            truth = self.features(gt, self.layers)
        perceptual, style = (weighted_distance(weights, features, truth,
                                               statistic) if weights else None
                             for weights, statistic in ((self.perceptual,
                                                         at_least_float32),
                                                        (self.style,
                                                         gram_matrix)))
        return perceptual, style


def gram_matrix(features: Tensor) -> Tensor:
    """Products of all pairs of channels, averaged over pixels and channels:
    ``(N, C, C)`` of ``(N, C, H, W)``, float32 or more, as half precision
    overflows."""
    flat = at_least_float32(features).flatten(2)
    with full_precision(features):
        return flat @ flat.transpose(1, 2) / flat[0].numel()


def _named_weights(weights: Mapping[str, float], vgg_type: str,
                   loss_weight: float) -> Dict[str, float]:
    """Weights by the names of the layers, times that of the loss; none at all
    if that is 0."""
    names = dict(enumerate(layer_names(vgg_type)))
    for position in weights:
        if not (position.isdecimal() and int(position) in names):
            raise ConfigError(
                f'OfflinePerceptualLoss: the layers of {vgg_type} are 0 to '
                f'{len(names) - 1}, got {position!r}')
    return {
        names[int(position)]: loss_weight * weight
        for position, weight in weights.items() if loss_weight > 0
    }
