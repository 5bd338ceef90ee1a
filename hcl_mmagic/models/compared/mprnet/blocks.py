"""What MPRNet's stages are made of."""

from typing import Tuple

import torch
from torch import Tensor, nn


def conv3x3(in_channels: int, out_channels: int) -> nn.Conv2d:
    """A convolution that keeps the size; like all of MPRNet's without bias."""
    return nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)


def conv1x1(in_channels: int, out_channels: int) -> nn.Conv2d:
    """Mixes the channels of each pixel."""
    return nn.Conv2d(in_channels, out_channels, 1, bias=False)


def resized(in_channels: int, out_channels: int,
            scale_factor: float) -> nn.Sequential:
    """Bilinear resizing, then a 1x1 convolution."""
    return nn.Sequential(
        nn.Upsample(
            scale_factor=scale_factor, mode='bilinear', align_corners=False),
        conv1x1(in_channels, out_channels))


class ChannelAttentionBlock(nn.Module):
    """Two convolutions whose result is weighted by channel.

    The weights come from the means of the channels (section 3.1, CAB).

    Args:
        channels (int): Channels C.
        reduction (int): The weights are computed from C / reduction values.
    """

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        self.convs = nn.Sequential(
            conv3x3(channels, channels), nn.PReLU(),
            conv3x3(channels, channels))
        self.weights = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), conv1x1(channels, channels // reduction),
            nn.ReLU(inplace=True), conv1x1(channels // reduction, channels),
            nn.Sigmoid())

    def forward(self, features: Tensor) -> Tensor:
        """From ``(N, C, H, W)`` to the same shape."""
        residual = self.convs(features)
        return torch.addcmul(features, residual, self.weights(residual))


def attention_blocks(channels: int, reduction: int,
                     count: int) -> nn.Sequential:
    """Channel attention blocks, one after the other."""
    return nn.Sequential(*(ChannelAttentionBlock(channels, reduction)
                           for _ in range(count)))


class SupervisedAttention(nn.Module):
    """Restores an image and weights the features by it (section 3.3, SAM).

    Args:
        channels (int): Channels C of the features.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.transform = conv1x1(channels, channels)
        self.to_residual = conv1x1(channels, 3)
        self.to_attention = conv1x1(3, channels)

    def forward(self, features: Tensor,
                degraded: Tensor) -> Tuple[Tensor, Tensor]:
        """Restore the image as it came, ``(N, 3, H, W)``, by features of a
        stage's decoder, ``(N, C, H, W)``: features for the next stage, and the
        restored image."""
        restored = degraded + self.to_residual(features)
        attention = self.to_attention(restored).sigmoid()
        return torch.addcmul(features, self.transform(features),
                             attention), restored
