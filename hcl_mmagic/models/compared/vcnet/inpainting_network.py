"""Robust inpainting network of VCNet."""

from typing import Optional, cast

import torch
from mmagic.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ...functional import resize_mask
from .context_normalization import ProbabilisticContextNorm
from .residual_block import SkippedConvolutions


class ContextBlock(SkippedConvolutions):
    """Residual block whose second convolution is normalised by the mask.

    The probabilistic contextual block of VCNet section 3.2; for the arguments
    see :class:`~.residual_block.SkippedConvolutions`.
    """

    def __init__(self,
                 in_channels: int,
                 out_channels: int,
                 kernel_size: int = 3,
                 *,
                 stride: int = 1,
                 dilation: int = 1) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            dilation=dilation)
        self.norm = ProbabilisticContextNorm(out_channels)

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        """Map features ``(N, C_in, H, W)`` to ``(N, C_out, H / stride, W /
        stride)`` under a probability of 'corrupted', ``(N, 1, ...)``, of any
        size."""
        residual = self.residual(features)
        residual = self.norm(residual, resize_mask(mask, residual.shape[-2:]))
        return self.activation(residual + self.skip(features))


@MODELS.register_module()
class VCNetInpaintingNetwork(BaseModule):
    """Encoder and decoder of context blocks that repair what a mask shows.

    VCNet section 3.2. Number, strides, dilations and widths of the blocks are
    those of the authors' public code, as the paper does not give them. The
    features of the mask prediction network join at a quarter of the sides;
    the authors' code enlarges them and joins them before the last
    convolutions.

    Args:
        base_channels (int): Channels at full size. The blocks at a half and a
            quarter of the sides have twice and four times as many.
        mask_feature_channels (int): Channels of the mask prediction network's
            features.
        init_cfg (dict, optional): MMEngine's initialisation, applied when a
            runner starts to train. None takes Xavier's uniform
            initialisation, the default of the authors' framework.

    Attributes:
        size_divisor (int): Image sides must be multiples of this.
    """

    def __init__(self,
                 *,
                 base_channels: int = 32,
                 mask_feature_channels: int = 128,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(
            init_cfg
            or dict(type='Xavier', layer='Conv2d', distribution='uniform'))
        narrow, middle, wide = (base_channels * mult for mult in (1, 2, 4))
        self.size_divisor = 4
        self.encoder = nn.ModuleList([
            ContextBlock(3, narrow, 5),
            ContextBlock(narrow, middle, stride=2),
            ContextBlock(middle, middle),
            ContextBlock(middle, wide, stride=2),
            ContextBlock(wide, wide),
            ContextBlock(wide, wide, dilation=2),
            ContextBlock(wide, wide, dilation=2),
            ContextBlock(wide, wide, dilation=4),
            ContextBlock(wide, wide, dilation=4),
            ContextBlock(wide, wide)
        ])
        # Each level is entered by doubling the sides.
        self.decoder = nn.ModuleList([
            nn.ModuleList([
                ContextBlock(wide + mask_feature_channels, middle),
                ContextBlock(middle, middle)
            ]),
            nn.ModuleList(
                [ContextBlock(middle, narrow),
                 ContextBlock(narrow, narrow)])
        ])
        self.upsample = nn.Upsample(scale_factor=2, mode='nearest')
        self.to_image = nn.Conv2d(narrow, 3, 3, padding=1)

    def forward(self, corrupted: Tensor, mask: Tensor,
                mask_features: Tensor) -> Tensor:
        """Repair damaged images in [-1, 1], ``(N, 3, H, W)``, whose sides are
        multiples of ``size_divisor``, under the probability of 'corrupted',
        ``(N, 1, H, W)``, with the mask prediction network's features, ``(N,
        mask_feature_channels, H / 4, W / 4)``."""
        features = corrupted.contiguous(memory_format=torch.channels_last)
        for block in self.encoder:
            features = block(features, mask)
        features = torch.cat((features, mask_features), dim=1)
        for level in self.decoder:
            features = self.upsample(features)
            for block in cast(nn.ModuleList, level):
                features = block(features, mask)
        return self.to_image(features).tanh()
