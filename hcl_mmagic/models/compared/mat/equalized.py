"""Layers of StyleGAN2, without compiled operators.

`Analyzing and Improving the Image Quality of StyleGAN
<https://arxiv.org/abs/1912.04958>`_: weights are drawn from N(0, 1) and scaled
by the root of their number at each use, so that all learn at one rate; maps
are resized with a low-pass filter. MMagic's need mmcv's compiled operators.
"""

from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor, nn

FILTER = (1., 3., 3., 1.)
SLOPE, GAIN = 0.2, 2**0.5


def leaky_relu(features: Tensor) -> Tensor:
    """A leaky ReLU that keeps the variance."""
    return F.leaky_relu(features, SLOPE) * GAIN


def low_pass(features: Tensor, margin: int, gain: float = 1.) -> Tensor:
    """Filter a map with zeros around it, ``(N, C, H, W)`` to ``(N, C, H + 2
    margin - 3, W + 2 margin - 3)``."""
    weights = features.new_tensor(FILTER)
    kernel = weights[:, None] * weights * (gain / weights.sum()**2)
    channels = features.shape[1]
    return F.conv2d(
        features,
        kernel.expand(channels, 1, -1, -1),
        padding=margin,
        groups=channels)


def convolve(features: Tensor, weight: Tensor, scale: int = 0) -> Tensor:
    """Convolve a map ``(N, C_in, H, W)`` by an odd kernel ``(C_out, C_in, k,
    k)`` and double (1), keep (0) or halve (-1) its sides on the way."""
    padding = weight.shape[-1] // 2
    if scale == 0:
        return F.conv2d(features, weight, padding=padding)
    if scale < 0:
        return F.conv2d(low_pass(features, padding + 1), weight, stride=2)
    enlarged = F.conv_transpose2d(features, weight.transpose(0, 1), stride=2)
    return low_pass(enlarged, 2 - padding, gain=4.)


def double_image(image: Tensor) -> Tensor:
    """Double the sides of a picture ``(N, C, H, W)``."""
    channels = image.shape[1]
    spread = F.conv_transpose2d(
        image, image.new_ones(channels, 1, 1, 1), stride=2, groups=channels)
    return low_pass(spread, 2, gain=4.)


class EqualizedLinear(nn.Module):
    """A linear layer of scaled weights.

    Args:
        in_features (int): Channels of the input.
        out_features (int): Channels of the output.
        activate (bool): Whether a leaky ReLU follows.
        bias (float): Value that the bias begins with.
        rate (float): How much more slowly, below 1, it learns.
    """

    def __init__(self,
                 in_features: int,
                 out_features: int,
                 *,
                 activate: bool = False,
                 bias: float = 0.,
                 rate: float = 1.) -> None:
        super().__init__()
        self.weight = nn.Parameter(
            torch.randn(out_features, in_features) / rate)
        self.bias = nn.Parameter(torch.full((out_features, ), bias))
        self.scale = rate * in_features**-0.5
        self.rate = rate
        self.activate = activate

    def forward(self, features: Tensor) -> Tensor:
        """Map ``(..., C_in)`` to ``(..., C_out)``."""
        mapped = F.linear(features, self.weight * self.scale,
                          self.bias * self.rate)
        return leaky_relu(mapped) if self.activate else mapped


class EqualizedConv(nn.Module):
    """A convolution of scaled weights and, usually, a leaky ReLU.

    Args:
        in_channels (int): Channels of the input.
        out_channels (int): Channels of the output.
        kernel_size (int): Side of the kernel, odd.
        scale (int): Sides are doubled (1), kept (0) or halved (-1).
        activate (bool): Whether bias and leaky ReLU follow.
    """

    def __init__(self,
                 in_channels: int,
                 out_channels: int,
                 kernel_size: int = 3,
                 *,
                 scale: int = 0,
                 activate: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(
            torch.randn(out_channels, in_channels, kernel_size, kernel_size))
        self.bias: Optional[nn.Parameter] = nn.Parameter(
            torch.zeros(out_channels, 1, 1)) if activate else None
        self.weight_scale = (in_channels * kernel_size**2)**-0.5
        self.scale = scale

    def forward(self, features: Tensor) -> Tensor:
        """Map ``(N, C_in, H, W)`` to ``(N, C_out, ...)``."""
        mapped = convolve(features, self.weight * self.weight_scale,
                          self.scale)
        return mapped if self.bias is None else leaky_relu(mapped + self.bias)


class MaskedConv(EqualizedConv):
    """MAT's partial convolution: scales up what saw few intact pixels.

    As in the authors' code, after bias and activation. For the arguments see
    :class:`EqualizedConv`.
    """

    def forward(  # type: ignore[override]
            self,
            features: Tensor,
            mask: Optional[Tensor] = None) -> tuple[Tensor, Optional[Tensor]]:
        """Map ``(N, C_in, H, W)``, and the mask, 1 = corrupted, float ``(N,
        1, H, W)``, of which what the kernel reached intact becomes so."""
        mapped = super().forward(features)
        if mask is None:
            return mapped, None
        side = self.weight.shape[-1]
        stride = 2 if self.scale < 0 else 1
        intact = side**2 * F.avg_pool2d(1 - mask, side, stride, side // 2)
        reached = intact.clamp(0, 1)
        return (mapped * (side**2 / (intact + 1e-8) * reached), 1 - reached)


class StyledConv(nn.Module):
    """A convolution whose input channels a style scales.

    Scaling input and output is the modulation and demodulation of the weights
    of every picture in StyleGAN2.

    Args:
        in_channels (int): Channels of the input.
        out_channels (int): Channels of the output.
        style_channels (int): Channels of the style.
        kernel_size (int): Side of the kernel, odd.
        scale (int): Sides are doubled (1) or kept (0).
        is_image (bool): The end of a level: no demodulation, no activation.
        noisy (bool): Whether noise is added.
    """

    def __init__(self,
                 in_channels: int,
                 out_channels: int,
                 style_channels: int,
                 *,
                 kernel_size: int = 3,
                 scale: int = 0,
                 is_image: bool = False,
                 noisy: bool = False) -> None:
        super().__init__()
        self.weight = nn.Parameter(
            torch.randn(out_channels, in_channels, kernel_size, kernel_size))
        self.weight_scale = (in_channels * kernel_size**2)**-0.5
        self.to_scales = EqualizedLinear(style_channels, in_channels, bias=1.)
        self.bias = nn.Parameter(torch.zeros(out_channels, 1, 1))
        self.noise_strength = nn.Parameter(torch.zeros(())) if noisy else None
        self.scale = scale
        self.is_image = is_image

    def forward(self,
                features: Tensor,
                style: Tensor,
                noise: Optional[Tensor] = None) -> Tensor:
        """Map ``(N, C_in, H, W)`` by a style ``(N, C)`` to ``(N, C_out,
        ...)``; noise is ``(N, 1, ...)`` of the output's size."""
        weight = self.weight * self.weight_scale
        scales = self.to_scales(style)
        mapped = convolve(features * scales[..., None, None], weight,
                          self.scale)
        if self.is_image:
            return mapped + self.bias
        energy = scales.square() @ weight.square().sum(dim=(2, 3)).t()
        mapped = mapped * (energy + 1e-8).rsqrt()[..., None, None]
        if self.noise_strength is not None and noise is not None:
            mapped = mapped + self.noise_strength * noise
        return leaky_relu(mapped + self.bias)
