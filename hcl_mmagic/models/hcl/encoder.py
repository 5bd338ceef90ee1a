"""Hierarchical encoder of HCL."""

from typing import Optional, Sequence, Tuple

import torch
from mmagic.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..layers import Downsample, SwinLayer, gelu_, init_convs


@MODELS.register_module()
class HCLEncoder(BaseModule):
    """Swin encoder with one feature map per stage.

    HCL section 3.1, with the layers of its authors' code: a 5x5 convolution,
    optional stride-2 convolutions, then one Swin layer per stage with a
    stride-2 convolution between stages.

    Args:
        base_channels (int): Channels of the first convolution.
        channel_mults (Sequence[int]): Channels of each stage as a multiple of
            ``base_channels``, finest first; also the number of its heads.
        depths (Sequence[int]): Swin blocks of each stage.
        num_conv_stages (int): Stride-2 convolutions before the finest stage.
        window_size (int): Side of the attention windows in feature pixels.
        activation_first (bool): Put the GELU before instead of after each of
            the ``num_conv_stages`` convolutions, as the authors' weights
            of 'legacy_v' 3 want it.
        init_cfg (dict, optional): MMEngine's initialisation, applied when a
            runner starts to train. None keeps that of the authors' code:
            N(0, 0.02) for the convolutions, which narrow networks learn
            slowly from.

    Attributes:
        stage_channels (tuple[int]): Channels of each stage, finest first.
        stride (int): Image pixels per pixel of the coarsest stage.
        size_divisor (int): Images whose sides are multiples of this always
            fit.
    """

    def __init__(self,
                 *,
                 base_channels: int = 64,
                 channel_mults: Sequence[int] = (1, 2, 4),
                 depths: Sequence[int] = (6, 4, 2),
                 num_conv_stages: int = 0,
                 window_size: int = 8,
                 activation_first: bool = False,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        if len(channel_mults) != len(depths):
            raise ValueError(
                'channel_mults and depths must have one entry per stage, got '
                f'{len(channel_mults)} and {len(depths)}')
        self.stage_channels = tuple(base_channels * m for m in channel_mults)
        self.stride = 2**(num_conv_stages + len(channel_mults) - 1)
        self.window_size = window_size
        self.activation_first = activation_first
        self.size_divisor = self.stride * window_size

        self.stem = nn.Conv2d(3, base_channels, 5, padding=2)
        init_convs(self.stem)
        # These keep torch's default weights, as in the authors' code.
        self.conv_stages = nn.ModuleList(
            Downsample(base_channels, base_channels)
            for _ in range(num_conv_stages))
        self.swin_layers = nn.ModuleList(
            SwinLayer(
                channels=base_channels * mult,
                depth=depth,
                num_heads=mult,
                window_size=window_size)
            for mult, depth in zip(channel_mults, depths))
        self.downsamples = nn.ModuleList(
            Downsample(finer, coarser) for finer, coarser in zip(
                self.stage_channels, self.stage_channels[1:]))
        init_convs(self.downsamples)

    def forward(self, image: Tensor) -> Tuple[Tensor, ...]:
        """Features of each stage, finest first, ``(N, stage_channels[s], H /
        d, W / d)`` with ``d = 2 ** (num_conv_stages + s)``.

        Args:
            image (Tensor): RGB in [-1, 1], ``(N, 3, H, W)``; H and W multiples
                of ``size_divisor``, or of ``stride`` as long as every stage
                fits into one window on that axis or into whole windows.

        Raises:
            ValueError: If the stride does not divide the image.
        """
        if image.shape[-2] % self.stride or image.shape[-1] % self.stride:
            raise ValueError(
                f'image sides must be multiples of {self.stride}, got '
                f'{image.shape[-2]} x {image.shape[-1]}; pad to a multiple of '
                f'size_divisor = {self.size_divisor}')

        # Stem, and stride-2 convolutions for large images.
        image = image.contiguous(memory_format=torch.channels_last)
        features = gelu_(self.stem(image))
        for conv in self.conv_stages:
            features = conv(gelu_(features)) \
                if self.activation_first else gelu_(conv(features))

        # One Swin layer per stage, halving the map in between.
        stages = [self.swin_layers[0](features)]
        for downsample, swin_layer in zip(self.downsamples,
                                          self.swin_layers[1:]):
            stages.append(swin_layer(gelu_(downsample(stages[-1]))))
        return tuple(stages)
