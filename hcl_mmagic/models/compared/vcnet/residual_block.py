"""Residual block of VCNet's networks."""

from torch import Tensor, nn


class SkippedConvolutions(nn.Module):
    """Two convolutions, with an ELU in between, and a skip around them.

    Args:
        in_channels (int): Channels of the input.
        out_channels (int): Channels of the output.
        kernel_size (int): Side of both kernels, odd.
        stride (int): Of the first convolution. The skip leaves out as many
            pixels; where the channels differ, a 1x1 convolution adapts it.
        dilation (int): Of both convolutions.
    """

    def __init__(self,
                 in_channels: int,
                 out_channels: int,
                 kernel_size: int = 3,
                 *,
                 stride: int = 1,
                 dilation: int = 1) -> None:
        super().__init__()
        padding = dilation * (kernel_size // 2)
        self.conv1 = nn.Conv2d(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            padding=padding,
            dilation=dilation)
        self.conv2 = nn.Conv2d(
            out_channels,
            out_channels,
            kernel_size,
            padding=padding,
            dilation=dilation)
        self.activation = nn.ELU(inplace=True)
        self.stride = stride
        self.shortcut: nn.Module = nn.Identity()
        if in_channels != out_channels:
            self.shortcut = nn.Conv2d(in_channels, out_channels, 1)

    def residual(self, features: Tensor) -> Tensor:
        """From ``(N, C_in, H, W)`` to ``(N, C_out, H / stride, W / stride)``,
        both rounded up."""
        return self.conv2(self.activation(self.conv1(features)))

    def skip(self, features: Tensor) -> Tensor:
        """What is added to :meth:`residual`."""
        # A 1x1 convolution of that stride does the same, but on a CPU torch
        # 2.11 writes beyond its memory if few channels lie last.
        return self.shortcut(features[..., ::self.stride, ::self.stride])


class ResidualBlock(SkippedConvolutions):
    """The sum of both and another ELU."""

    def forward(self, features: Tensor) -> Tensor:
        """Map ``(N, C_in, H, W)`` to ``(N, C_out, H / stride, W / stride)``,
        both rounded up."""
        return self.activation(self.residual(features) + self.skip(features))
