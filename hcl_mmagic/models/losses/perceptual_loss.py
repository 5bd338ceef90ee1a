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
CRITERIA = dict(l1=F.l1_loss, mse=F.mse_loss)


def weighted_distance(
        weights: Mapping[str, float],
        features: Mapping[str, Tensor],
        truth: Mapping[str, Tensor],
        criterion: Callable[[Tensor, Tensor], Tensor] = F.l1_loss,
        statistic: Callable[[Tensor], Tensor] = at_least_float32) -> Tensor:
    """Weighted sum over layers of the distance of a statistic of the
    features, a scalar."""
    return torch.stack([
        weight * criterion(statistic(features[name]), statistic(truth[name]))
        for name, weight in weights.items()
    ]).sum()


@MODELS.register_module()
class VGGPerceptualLoss(FeatureLoss):
    """L1 distance of VGG-19 features, summed over layers (HCL, equation 11).

    Layers and weights of the recipes are those of the authors' code. Nothing
    is ever downloaded. A part whose weight is 0 is not computed; with both
    weights 0 no VGG is needed. The weights are read when the first loss is
    computed, so testing a model needs none.

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
            truth = self.features((gt_img + 1) / 2, self.layers)
        images = dict(coarse=coarse, refined=refined)
        return {
            f'loss_perceptual_{name}':
            weighted_distance(
                weights, self.features((images[name] + 1) / 2, [*weights]),
                truth)
            for name, weights in self.weights.items()
        }


@MODELS.register_module()
class OfflinePerceptualLoss(FeatureLoss):
    """MMagic's ``PerceptualLoss`` for machines without a network.

    The numbers and the arguments are the same, but for ``pretrained``:
    MMagic downloads the VGG whatever that says. Here nothing is downloaded;
    the weights are read when the first loss is computed. Without them there
    is no loss, which MMagic's inpainting models accept, and one warning.

    Args:
        layer_weights (dict): Weight of the perceptual loss of each layer by
            its position in torchvision's ``features``, such as
            ``{'4': 1.0}``.
        layer_weights_style (dict, optional): The same for the style loss.
            None takes those of the perceptual loss.
        vgg_type (str): 'vgg16' or 'vgg19'.
        use_input_norm (bool): Whether to shift and scale the images by the
            mean and the standard deviation of ImageNet.
        perceptual_weight (float): Weight of the perceptual loss; 0 leaves it
            out.
        style_weight (float): Weight of the style loss, likewise.
        norm_img (bool): Whether the images come in [-1, 1]; otherwise they
            have to be in [0, 1].
        criterion (str): Distance of the features, 'l1' or 'mse'.
        checkpoint (str, optional): Local file with the state dict of
            torchvision's VGG or of its ``features``. None takes the file
            from torchvision's download cache.
        required (bool): Whether to stop if no ``checkpoint`` is named and the
            cache has none, instead of training without the loss.

    Raises:
        ConfigError: If the VGG, a layer or the criterion is unknown.
    """

    def __init__(self,
                 layer_weights: Mapping[str, float],
                 layer_weights_style: Optional[Mapping[str, float]] = None,
                 vgg_type: str = 'vgg19',
                 use_input_norm: bool = True,
                 perceptual_weight: float = 1.0,
                 style_weight: float = 1.0,
                 norm_img: bool = True,
                 criterion: str = 'l1',
                 checkpoint: Optional[str] = None,
                 required: bool = False) -> None:
        _check_choice('vgg_type', vgg_type, CONVS_PER_BLOCK)
        _check_choice('criterion', criterion, CRITERIA)
        perceptual = _named_weights(layer_weights, vgg_type, perceptual_weight)
        style = _named_weights(layer_weights_style or layer_weights, vgg_type,
                               style_weight)
        super().__init__(
            vgg_type, [*perceptual, *style],
            checkpoint=checkpoint,
            required=required,
            normalize=use_input_norm)
        self.perceptual = perceptual
        self.style = style
        self.norm_img = norm_img
        self.criterion = CRITERIA[criterion]

    def forward(self, x: Tensor,
                gt: Tensor) -> Tuple[Optional[Tensor], Optional[Tensor]]:
        """Weighted perceptual and style loss; None for one that is left out.

        Args:
            x (Tensor): Restored image, ``(N, 3, H, W)``, in the range that
                ``norm_img`` says. The channels come as the inpainting model
                has them: BGR for those that MMagic trained so.
            gt (Tensor): Undamaged image, likewise.
        """
        if not self.has_features(gt):
            return None, None
        if self.norm_img:
            x, gt = (x + 1) / 2, (gt + 1) / 2
        features = self.features(x, self.layers)
        with torch.no_grad():
            truth = self.features(gt, self.layers)
        perceptual, style = (weighted_distance(weights, features, truth,
                                               self.criterion, statistic)
                             if weights else None
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


def _check_choice(argument: str, value: str, choices: Mapping[str,
                                                              object]) -> None:
    if value not in choices:
        raise ConfigError(f'OfflinePerceptualLoss: {argument} must be one of '
                          f'{", ".join(choices)}, got {value!r}')


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
