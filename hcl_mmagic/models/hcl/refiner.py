"""Refining Conv-U-Net of HCL."""

from typing import Sequence

import torch
from mmagic.registry import MODELS
from torch import Tensor, nn

from ..layers import (Downsample, GatedConv2d, GatedResidualBlock, Upsample,
                      init_convs)
from ..padding import check_sides


@MODELS.register_module()
class ConvUNetRefiner(nn.Module):
    """U-Net of gated convolutions that sharpens a coarse image.

    HCL section 3.1 names it, its layers are those of the authors' code. The
    caller decides whether a gradient flows back into the coarse image.

    Args:
        base_channels (int): Channels of the finest level.
        channel_mults (Sequence[int]): Channels of each level as a multiple of
            ``base_channels``, finest first.
        upsample_mode (str): Interpolation between levels, 'bilinear' or
            'nearest' (older weights).

    Attributes:
        size_divisor (int): Image sides must be multiples of this.
    """

    def __init__(self,
                 *,
                 base_channels: int = 64,
                 channel_mults: Sequence[int] = (1, 2, 4, 8, 8),
                 upsample_mode: str = 'bilinear') -> None:
        super().__init__()
        widths = [base_channels * mult for mult in channel_mults]
        self.size_divisor = 2**(len(widths) - 1)

        self.stem = GatedConv2d(4, widths[0], 5)
        self.encoder_blocks = nn.ModuleList(
            GatedResidualBlock(width, width) for width in widths)
        self.bottleneck = GatedResidualBlock(widths[-1], widths[-1])
        self.decoder_blocks = nn.ModuleList(
            GatedResidualBlock(2 * width, width) for width in widths)
        self.to_image = nn.Conv2d(widths[0], 3, 1)
        init_convs(self)

        # Entry l lies between levels l and l + 1. These keep torch's default
        # weights, as in the authors' code.
        self.downsamples = nn.ModuleList(
            Downsample(finer, coarser)
            for finer, coarser in zip(widths, widths[1:]))
        self.upsamples = nn.ModuleList(
            Upsample(coarser, finer, mode=upsample_mode)
            for finer, coarser in zip(widths, widths[1:]))

    def forward(self, coarse: Tensor, mask: Tensor) -> Tensor:
        """Refine a coarse image in [-1, 1], ``(N, 3, H, W)``, whose sides are
        multiples of ``size_divisor`` (else a ValueError); mask 1 = corrupted,
        float ``(N, 1, H, W)``."""
        check_sides(coarse, self.size_divisor)

        # The network sees where the image is intact.
        features = torch.cat((coarse, 1 - mask), dim=1)
        features = features.contiguous(memory_format=torch.channels_last)
        features = self.stem(features)

        # Down to the coarsest level, keeping a skip of each.
        skips = []
        for level, block in enumerate(self.encoder_blocks):
            if level > 0:
                features = self.downsamples[level - 1](features)
            features = block(features)
            skips.append(features)
        features = self.bottleneck(features)

        # Back up, joining the skips.
        for level in reversed(range(len(skips))):
            features = torch.cat((features, skips[level]), dim=1)
            features = self.decoder_blocks[level](features)
            if level > 0:
                features = self.upsamples[level - 1](features)
        return self.to_image(features).tanh_()
