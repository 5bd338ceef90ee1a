"""Halving and doubling of feature maps."""

import torch.nn.functional as F
from torch import Tensor, nn


class Downsample(nn.Conv2d):
    """3x3 convolution of stride 2.

    Args:
        in_channels (int): Channels of the input.
        out_channels (int): Channels of the output.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, 3, stride=2, padding=1)


class Upsample(nn.Module):
    """Doubles both sides, then convolves 3x3.

    Args:
        in_channels (int): Channels of the input.
        out_channels (int): Channels of the output.
        mode (str): Interpolation, 'nearest' or 'bilinear'.

    Raises:
        ValueError: If the mode is another.
    """

    def __init__(self, in_channels: int, out_channels: int, *,
                 mode: str) -> None:
        super().__init__()
        if mode not in ('nearest', 'bilinear'):
            raise ValueError("the mode of an upsampling must be 'nearest' or "
                             f"'bilinear', got {mode!r}")
        self.mode = mode
        self.conv = nn.Conv2d(in_channels, out_channels, 3, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        """Map ``(N, C_in, H, W)`` to ``(N, C_out, 2H, 2W)``."""
        return self.conv(
            F.interpolate(features, scale_factor=2, mode=self.mode))
