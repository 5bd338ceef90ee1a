"""Mask-guided decoder of HCL."""

from math import lcm
from typing import Optional, Sequence

import torch
from mmagic.registry import MODELS
from torch import Tensor, nn

from ..layers import (MaskGuidedSwinLayer, SwinLayer, Upsample, gelu_,
                      init_convs)


@MODELS.register_module()
class MaskGuidedDecoder(nn.Module):
    """Restores a coarse image from the intact part of the features.

    HCL, section 3.3, with the layers of its authors' code: a Swin bottleneck,
    then from the coarsest to the finest stage a mask-guided Swin layer on the
    features so far and the encoder's. The closing convolution is their 1x1;
    the paper has 5x5.

    Args:
        base_channels (int): The encoder's ``base_channels``.
        channel_mults (Sequence[int]): The encoder's ``channel_mults``.
        depths (Sequence[int]): Swin blocks of each stage, finest first.
        bottleneck_depth (int): Swin blocks of the bottleneck.
        num_conv_stages (int): The encoder's ``num_conv_stages``.
        window_size (int): Side of the attention windows in feature pixels.
        bottleneck_window_size (int, optional): The bottleneck's own, if it
            differs.
        upsample_mode (str): Interpolation of the ``num_conv_stages`` last
            upsamplings, 'bilinear' or 'nearest' (older weights).

    Attributes:
        size_divisor (int): Images whose sides are multiples of this always
            fit.
    """

    def __init__(self,
                 *,
                 base_channels: int = 64,
                 channel_mults: Sequence[int] = (1, 2, 4),
                 depths: Sequence[int] = (2, 2, 2),
                 bottleneck_depth: int = 2,
                 num_conv_stages: int = 0,
                 window_size: int = 8,
                 bottleneck_window_size: Optional[int] = None,
                 upsample_mode: str = 'bilinear') -> None:
        super().__init__()
        if len(channel_mults) != len(depths):
            raise ValueError(
                'channel_mults and depths must have one entry per stage, got '
                f'{len(channel_mults)} and {len(depths)}')
        bottleneck_window_size = bottleneck_window_size or window_size
        self.size_divisor = 2**(num_conv_stages + len(depths) - 1) * lcm(
            window_size, bottleneck_window_size)
        widths = [base_channels * mult for mult in channel_mults]
        self.bottleneck = SwinLayer(
            channels=widths[-1],
            depth=bottleneck_depth,
            num_heads=channel_mults[-1],
            window_size=bottleneck_window_size)
        self.swin_layers = nn.ModuleList(
            MaskGuidedSwinLayer(
                channels=2 * width,
                depth=depth,
                num_heads=mult,
                window_size=window_size)
            for width, depth, mult in zip(widths, depths, channel_mults))
        # Entry s leads from stage s + 1 to stage s.
        self.upsamples = nn.ModuleList(
            Upsample(2 * coarser, finer, mode='nearest')
            for finer, coarser in zip(widths, widths[1:]))
        init_convs(self.upsamples)
        # These keep torch's default weights, as in the authors' code.
        self.conv_stages = nn.ModuleList(
            Upsample(2 * widths[0], 2 * widths[0], mode=upsample_mode)
            for _ in range(num_conv_stages))
        self.to_image = nn.Conv2d(2 * widths[0], 3, 1)
        init_convs(self.to_image)

    def forward(self, features: Sequence[Tensor],
                masks: Sequence[Tensor]) -> Tensor:
        """Decode a coarse image in [-1, 1], ``(N, 3, H, W)``.

        Args:
            features (Sequence[Tensor]): The encoder's features, finest first,
                ``(N, C_s, H_s, W_s)``.
            masks (Sequence[Tensor]): Mask of each stage, finest first,
                1 = corrupted, 0 = intact, float ``(N, 1, H_s, W_s)``.

        Raises:
            ValueError: If there is not one feature and mask per stage.
        """
        num_stages = len(self.swin_layers)
        if len(features) != num_stages or len(masks) != num_stages:
            raise ValueError(
                f'the decoder expects features and masks of {num_stages} '
                f'stages, got {len(features)} features and {len(masks)} '
                'masks; give it the channel_mults of the encoder')

        decoded = self.bottleneck(features[-1])

        # Per stage: join the skip, fill the holes, go one stage finer.
        for stage in reversed(range(num_stages)):
            decoded = torch.cat((decoded, features[stage]), dim=1)
            decoded = self.swin_layers[stage](decoded, masks[stage])
            if stage > 0:
                decoded = gelu_(self.upsamples[stage - 1](decoded))

        # Up to the image's size.
        for upsample in self.conv_stages:
            decoded = gelu_(upsample(decoded))
        return self.to_image(decoded).tanh_()
