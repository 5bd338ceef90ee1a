"""Gated convolutions."""

from torch import Tensor, nn

from .activation import gelu_


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
