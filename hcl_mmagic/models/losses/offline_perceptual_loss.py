"""MMagic's perceptual and style loss, with weights from a local file."""

from typing import Callable, Dict, Mapping, Optional, Tuple

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor

from hcl_mmagic.errors import ConfigError
from ..functional import at_least_float32, full_precision
from .vgg_loss import CONVS_PER_BLOCK, VGGLoss, layer_names

CRITERIA = dict(l1=F.l1_loss, mse=F.mse_loss)


@MODELS.register_module()
class OfflinePerceptualLoss(VGGLoss):
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
            vgg_type, {
                **perceptual,
                **style
            },
            checkpoint=checkpoint,
            required=required,
            normalize=use_input_norm)
        self.perceptual = perceptual
        self.style = style
        self.norm_img = norm_img
        self.criterion = CRITERIA[criterion]

    def forward(self, x: Tensor,
                gt: Tensor) -> Tuple[Optional[Tensor], Optional[Tensor]]:
        """Compare an image with the truth.

        Args:
            x (Tensor): Restored image, ``(N, 3, H, W)``, in the range that
                ``norm_img`` says. The channels come as the inpainting model
                has them: BGR for those that MMagic trained so.
            gt (Tensor): Undamaged image, likewise.

        Returns:
            tuple[Tensor or None, Tensor or None]: Perceptual and style loss,
            weighted; None for one that is left out.
        """
        if not self.has_features(gt):
            return None, None
        if self.norm_img:
            x, gt = (x + 1) / 2, (gt + 1) / 2
        features = self.vgg(x, self.layers)
        with torch.no_grad():
            truth = self.vgg(gt, self.layers)
        return (self._distance(self.perceptual, features, truth,
                               at_least_float32),
                self._distance(self.style, features, truth, gram_matrix))

    def _distance(self, weights: Mapping[str, float],
                  features: Mapping[str, Tensor], truth: Mapping[str, Tensor],
                  statistic: Callable[[Tensor], Tensor]) -> Optional[Tensor]:
        """Weighted sum over layers; None without any."""
        if not weights:
            return None
        return sum(
            weight *
            self.criterion(statistic(features[name]), statistic(truth[name]))
            for name, weight in weights.items())


def gram_matrix(features: Tensor) -> Tensor:
    """Products of all pairs of channels, averaged over pixels and channels.

    Args:
        features (Tensor): ``(N, C, H, W)``.

    Returns:
        Tensor: ``(N, C, C)``, float32 or more: half precision overflows.
    """
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
    if that is 0.

    Raises:
        ConfigError: If a position is unknown.
    """
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
