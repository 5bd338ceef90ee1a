"""Discriminator of VCNet."""

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn


@MODELS.register_module()
class VCNetDiscriminator(nn.Module):
    """Critic that gives every image one score.

    The paper asks for a score per image (section 3.3) and leaves the network
    open. This is the convolutional part of the authors' critic, 5x5
    convolutions of stride 2 with LeakyReLU 0.2 in between, whose last map is
    averaged; no normalisation, as the gradient penalty is taken per image.

    Args:
        base_channels (int): Channels of the first convolution. The others
            have 2, 4 and 8 times as many, and the last has one.
    """

    def __init__(self, *, base_channels: int = 64) -> None:
        super().__init__()
        widths = [3, *(base_channels * mult for mult in (1, 2, 4, 8)), 1]
        self.convs = nn.ModuleList(
            nn.Conv2d(in_channels, out_channels, 5, stride=2, padding=2)
            for in_channels, out_channels in zip(widths, widths[1:]))

    def forward(self, image: Tensor) -> Tensor:
        """Judge RGB images in [-1, 1], ``(N, 3, H, W)``, of any size: ``(N,
        1)``, high where an image looks real."""
        features = image.contiguous(memory_format=torch.channels_last)
        for conv in self.convs[:-1]:
            features = F.leaky_relu(conv(features), 0.2)
        return self.convs[-1](features).mean(dim=(2, 3))
