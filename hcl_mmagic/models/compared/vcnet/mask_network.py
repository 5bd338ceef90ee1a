"""Mask prediction network of VCNet."""

from typing import Optional, Tuple

import torch
from mmagic.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ...pictures import check_sides
from .residual_block import ResidualBlock


@MODELS.register_module()
class VCNetMaskNetwork(BaseModule):
    """Encoder and decoder of residual blocks that predict a soft mask.

    VCNet section 3.2. Number, strides, dilations and widths of the blocks are
    those of the authors' public code, as the paper does not give them: down
    to a quarter of the sides, two dilated blocks, and up again by nearest
    neighbours.

    Args:
        base_channels (int): Channels of the first block, a multiple of 4. The
            blocks at a quarter of the sides have twice as many.
        init_cfg (dict, optional): MMEngine's initialisation, applied when a
            runner starts to train. None takes Xavier's uniform
            initialisation, the default of the authors' framework.

    Attributes:
        feature_channels (int): Channels of the features.
        size_divisor (int): Image sides must be multiples of this.
    """

    def __init__(self,
                 *,
                 base_channels: int = 64,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(
            init_cfg
            or dict(type='Xavier', layer='Conv2d', distribution='uniform'))
        narrow, wide = base_channels, 2 * base_channels
        self.feature_channels = wide
        self.size_divisor = 4
        self.encoder = nn.Sequential(
            ResidualBlock(3, narrow, 5, stride=2),
            ResidualBlock(narrow, wide, stride=2),
            ResidualBlock(wide, wide, dilation=2),
            ResidualBlock(wide, wide, dilation=4))
        self.decoder = nn.Sequential(
            nn.Conv2d(wide, wide, 3, padding=1), nn.ELU(inplace=True),
            nn.Upsample(scale_factor=2, mode='nearest'),
            ResidualBlock(wide, narrow),
            nn.Upsample(scale_factor=2, mode='nearest'),
            ResidualBlock(narrow, narrow // 2),
            nn.Conv2d(narrow // 2, narrow // 4, 3, padding=1),
            nn.ELU(inplace=True), nn.Conv2d(narrow // 4, 1, 3, padding=1))

    def forward(self, corrupted: Tensor) -> Tuple[Tensor, Tensor]:
        """Predict which pixels of images in [-1, 1], ``(N, 3, H, W)``, are
        corrupted: log-odds of 'corrupted', ``(N, 1, H, W)``, and the encoder's
        features, ``(N, feature_channels, H / 4, W / 4)``. Sides that are no
        multiples of ``size_divisor`` are a ValueError."""
        check_sides(corrupted, self.size_divisor)
        features = self.encoder(
            corrupted.contiguous(memory_format=torch.channels_last))
        return self.decoder(features), features
