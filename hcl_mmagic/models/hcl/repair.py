"""HCL's repair: the mask-guided decoder, then the refiner."""

from math import lcm
from typing import Optional, Sequence, Tuple

import torch
from mmagic.registry import MODELS
from torch import Tensor, nn

from ..layers import (Downsample, GatedConv2d, GatedResidualBlock,
                      MaskGuidedSwinLayer, SwinLayer, Upsample, gelu_,
                      init_convs)
from ..pictures import check_sides

Images = Tuple[Optional[Tensor], Optional[Tensor]]


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


def repair_image(decoder: Optional[nn.Module], refiner: Optional[nn.Module],
                 features: Sequence[Tensor], masks: Sequence[Tensor],
                 mask: Tensor) -> Images:
    """Coarse and refined image, as far as there are networks for them, in
    [-1, 1], ``(N, 3, H, W)``, float32.

    The refiner's losses do not reach the decoder, as in the authors' code.

    Args:
        decoder (nn.Module, optional): Makes the coarse image of the features.
        refiner (nn.Module, optional): Makes the refined one of that.
        features (Sequence[Tensor]): The encoder's, finest first.
        masks (Sequence[Tensor]): 1 = corrupted, 0 = intact, float
            ``(N, 1, H_s, W_s)`` of each stage.
        mask (Tensor): That of the pictures, likewise, ``(N, 1, H, W)``.
    """
    if decoder is None:
        return None, None
    coarse = decoder(features, masks).float()
    if refiner is None:
        return coarse, None
    return coarse, refiner(coarse.detach(), mask).float()
