"""Partial convolution."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .initialization import init_convs


class PartialConv2d(nn.Module):
    """Convolution that sees intact pixels only, of stride 1 and same size.

    The sum over the intact pixels under the kernel is rescaled by kernel area
    / (intact count + 1e-8), then the bias is added. Zero padding counts as
    corrupted. Where no intact pixel is under the kernel the output is 0, bias
    included.

    Args:
        in_channels (int): Channels of the input.
        out_channels (int): Channels of the output.
        kernel_size (int): Side of the kernel, odd.
    """

    def __init__(self, in_channels: int, out_channels: int,
                 kernel_size: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            in_channels,
            out_channels,
            kernel_size,
            padding=kernel_size // 2,
            bias=False)
        init_convs(self.conv)
        self.bias = nn.Parameter(torch.zeros(out_channels))

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        """Convolve the intact part of a map ``(N, C_in, H, W)``, mask 1 =
        corrupted, float ``(N, 1, H, W)``, to ``(N, C_out, H, W)``."""
        intact = 1 - mask
        side = self.conv.kernel_size[0]
        area = side**2
        # The mean over the kernel, padding included, counts exactly.
        count = area * F.avg_pool2d(intact, side, 1, side // 2)
        reached = (count > 0.5).to(count.dtype)
        scale = reached * area / (count + 1e-8)
        bias = self.bias.view(1, -1, 1, 1)
        convolved = self.conv(features * intact)
        return convolved.mul_(scale).addcmul_(bias, reached)
