"""Convolutional encoder for machines where attention is slow."""

from typing import Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from mmcv.cnn import ConvModule
from mmengine.model import BaseModule
from torch import Tensor, nn

from .padding import check_sides

NORM = dict(type='BN')


@MODELS.register_module()
class ResidualEncoder(BaseModule):
    """Residual encoder with one feature map per stage, in the place of
    :class:`~.encoder.HCLEncoder`.

    A 5x5 convolution with stride 2, then residual blocks (`He et al.
    <https://arxiv.org/abs/1512.03385>`_) at each stage and a stride-2
    convolution between stages. The blocks of the coarsest stage are dilated
    by 1, 2, 4, 1, ... On the way back every stage receives what the next
    coarser one has seen, as in a feature pyramid (`Lin et al.
    <https://arxiv.org/abs/1612.03144>`_): a fine pixel alone cannot tell
    whether it belongs.

    Args:
        channels (Sequence[int]): Channels of each stage, finest first.
        depths (Sequence[int]): Residual blocks of each stage. The finest
            stages cost most.
        init_cfg (dict, optional): MMEngine's initialisation, applied when a
            runner starts to train. None takes Kaiming's, and blocks that
            begin as the identity.

    Attributes:
        stage_channels (tuple[int]): Channels of each stage, finest first.
        size_divisor (int): Image sides must be multiples of this.

    Raises:
        ValueError: If there is not one depth per stage.
    """

    def __init__(self,
                 *,
                 channels: Sequence[int] = (16, 32, 64, 128),
                 depths: Sequence[int] = (0, 1, 2, 3),
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        if len(channels) != len(depths):
            raise ValueError(
                'channels and depths must have one entry per stage, got '
                f'{len(channels)} and {len(depths)}')
        self.stage_channels = tuple(channels)
        self.size_divisor = 2**len(channels)
        coarsest = len(channels) - 1

        # From the picture to the coarsest stage.
        self.stem = _conv(3, channels[0], kernel_size=5, stride=2)
        self.downsamples = nn.ModuleList(
            _conv(finer, coarser, stride=2)
            for finer, coarser in zip(channels, channels[1:]))
        self.blocks = nn.ModuleList(
            nn.Sequential(
                *(_ResidualBlock(channels[stage], 2**(
                    index % 3) if stage == coarsest else 1)
                  for index in range(depth)))
            for stage, depth in enumerate(depths))
        # And back to the finest.
        self.laterals = nn.ModuleList(
            nn.Conv2d(coarser, finer, 1)
            for finer, coarser in zip(channels, channels[1:]))
        self.merges = nn.ModuleList(
            _conv(finer, finer) for finer in channels[:-1])

    def forward(self, image: Tensor) -> Tuple[Tensor, ...]:
        """Encode an image.

        Args:
            image (Tensor): RGB in [-1, 1], ``(N, 3, H, W)``; H and W multiples
                of ``size_divisor``.

        Returns:
            tuple[Tensor]: Features of each stage, finest first,
            ``(N, channels[s], H / d, W / d)`` with ``d = 2 ** (s + 1)``.

        Raises:
            ValueError: If the sides do not fit.
        """
        check_sides(image, self.size_divisor)
        image = image.contiguous(memory_format=torch.channels_last)
        stages = [self.blocks[0](self.stem(image))]
        for downsample, blocks in zip(self.downsamples, self.blocks[1:]):
            stages.append(blocks(downsample(stages[-1])))
        for stage in reversed(range(len(self.merges))):
            coarser = F.interpolate(
                self.laterals[stage](stages[stage + 1]), scale_factor=2)
            stages[stage] = self.merges[stage](stages[stage] + coarser)
        return tuple(stages)


class _ResidualBlock(nn.Module):
    """Two convolutions, the first one dilated, beside a shortcut."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.first = _conv(channels, channels, dilation=dilation)
        self.second = _conv(channels, channels, act_cfg=None)
        # The block begins as the identity.
        nn.init.zeros_(self.second.norm.weight)

    def forward(self, features: Tensor) -> Tensor:
        return F.relu(features + self.second(self.first(features)))


def _conv(in_channels: int,
          out_channels: int,
          kernel_size: int = 3,
          dilation: int = 1,
          **options: object) -> ConvModule:
    """Convolution, batch normalisation, ReLU; as large as its input."""
    return ConvModule(
        in_channels,
        out_channels,
        kernel_size,
        padding=dilation * (kernel_size // 2),
        dilation=dilation,
        norm_cfg=NORM,
        **options)
