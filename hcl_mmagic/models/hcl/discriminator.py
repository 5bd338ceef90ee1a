"""Discriminator of HCL."""

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from ..layers import init_convs


@MODELS.register_module()
class SNPatchDiscriminator(nn.Module):
    """Patch discriminator of spectrally normalised convolutions.

    Five 5x5 convolutions of stride 2, each followed by LeakyReLU 0.2. The
    output is a map of features; the losses take its mean.

    Args:
        base_channels (int): Channels of the first convolution. The others
            have 2, 2, 4 and 8 times as many.
    """

    def __init__(self, *, base_channels: int = 64) -> None:
        super().__init__()
        widths = [3] + [base_channels * mult for mult in (1, 2, 2, 4, 8)]
        self.convs = nn.ModuleList(
            nn.Conv2d(in_channels, out_channels, 5, stride=2, padding=2)
            for in_channels, out_channels in zip(widths, widths[1:]))
        init_convs(self.convs)
        for conv in self.convs:
            spectral_norm(conv)

    def forward(self, image: Tensor) -> Tensor:
        """Judge the patches of RGB images in [-1, 1], ``(N, 3, H, W)``, of any
        size: ``(N, 8 * base_channels, ceil(H / 32), ceil(W / 32))``, high
        where a patch looks real."""
        features = image.contiguous(memory_format=torch.channels_last)
        for conv in self.convs:
            features = F.leaky_relu(conv(features), 0.2)
        return features
