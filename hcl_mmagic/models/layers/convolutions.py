"""Convolutions of the networks, their activation and initial weights."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def init_convs(module: nn.Module) -> None:
    """Draw the weights of all convolutions in a module from N(0, 0.02), zero
    their bias."""
    for part in module.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.normal_(part.weight, std=0.02)
            if part.bias is not None:
                nn.init.zeros_(part.bias)


def gelu_(features: Tensor) -> Tensor:
    """GELU of a map that nobody else holds, overwritten if possible. A fresh
    map of a large picture costs a CPU more than the function itself, as the
    system hands out its memory page by page."""
    if torch.is_grad_enabled() and features.requires_grad:
        return F.gelu(features)
    return torch.ops.aten.gelu_(features)


class FreshGELU(nn.Module):
    """:func:`gelu_` behind a layer that makes a new map."""

    def forward(self, features: Tensor) -> Tensor:
        """Map any shape to the same."""
        return gelu_(features)


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


class GatedConv2d(nn.Module):
    """GELU of a convolution, weighed by a learned soft gate.

    ``GELU(conv(x)) * sigmoid(gate(x))``, stride 1 and same size; the gate is
    always a 3x3 convolution.

    Args:
        in_channels (int): Channels of the input.
        out_channels (int): Channels of the output.
        kernel_size (int): Side of the feature kernel, odd.
    """

    def __init__(self, in_channels: int, out_channels: int,
                 kernel_size: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            in_channels, out_channels, kernel_size, padding=kernel_size // 2)
        self.gate = nn.Conv2d(in_channels, out_channels, 3, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        """Map ``(N, C_in, H, W)`` to ``(N, C_out, H, W)``."""
        gated = gelu_(self.conv(features))
        gate = self.gate(features).sigmoid_()
        # In place wherever no gradient needs the factors.
        return gated * gate if gated.requires_grad else gated.mul_(gate)


class GatedResidualBlock(nn.Module):
    """A gated 3x3 and a gated 1x1 convolution around a skip.

    Args:
        in_channels (int): Channels of the input.
        out_channels (int): Channels of the output. Where they differ from the
            input's, a 1x1 convolution adapts the skip.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv1 = GatedConv2d(in_channels, out_channels, 3)
        self.conv2 = GatedConv2d(out_channels, out_channels, 1)
        self.shortcut: nn.Module = nn.Identity()
        if in_channels != out_channels:
            self.shortcut = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Map ``(N, C_in, H, W)`` to ``(N, C_out, H, W)``."""
        return self.conv2(self.conv1(features)).add_(self.shortcut(features))


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
