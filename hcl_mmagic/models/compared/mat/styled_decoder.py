"""MAT's styles, and the levels of decoders that follow one."""

from typing import Optional, Tuple

import torch.nn.functional as F
from torch import Tensor, nn

from .chance import Chance
from .equalized import EqualizedConv, EqualizedLinear, StyledConv, double_image

NUM_MAPPINGS = 8
MAPPING_RATE = 0.01
NOISE_SIDE = 16


class StyleMapping(nn.Sequential):
    """From noise to a style: eight linear layers.

    Args:
        channels (int): Channels of noise and style.
    """

    def __init__(self, channels: int) -> None:
        super().__init__(*(EqualizedLinear(
            channels, channels, activate=True, rate=MAPPING_RATE)
                           for _ in range(NUM_MAPPINGS)))

    def forward(self, noise: Tensor) -> Tensor:
        """Map ``(N, C)`` to the same shape."""
        energy = noise.square().mean(dim=1, keepdim=True)
        return super().forward(noise * (energy + 1e-8).rsqrt())


class ImageStyle(nn.Module):
    """The style of a picture, blended with noise (MAT, section 3.4).

    Half of the features, drawn anew each time, are replaced by what is made of
    the noise's style; convolutions, a mean and a linear layer make a style of
    the result.

    Args:
        channels (int): Channels C of the features.
        noise_channels (int): Channels of the noise's style.
        style_channels (int): Channels of the result.
        num_convs (int): Convolutions, each of which halves the sides.
    """

    def __init__(self, channels: int, noise_channels: int, style_channels: int,
                 num_convs: int) -> None:
        super().__init__()
        self.to_square = EqualizedLinear(
            noise_channels, NOISE_SIDE**2, activate=True)
        self.convs = nn.Sequential(
            *(EqualizedConv(channels, channels, scale=-1)
              for _ in range(num_convs)))
        self.to_style = EqualizedLinear(
            channels, style_channels, activate=True)

    def forward(self, features: Tensor, noise_style: Tensor,
                chance: Chance) -> Tuple[Tensor, Tensor]:
        """Features ``(N, C, H, W)``, blended, and their style, ``(N,
        style_channels)``."""
        square = self.to_square(noise_style).unflatten(
            1, (1, NOISE_SIDE, NOISE_SIDE))
        noise = F.interpolate(square, features.shape[-2:], mode='bilinear')
        kept = chance.coins(*features.shape[1:])
        features = kept * features + (1 - kept) * noise
        style = self.to_style(self.convs(features).mean(dim=(2, 3)))
        return features, style


class StyledLevel(nn.Module):
    """Doubles the sides, adds an encoder's features and draws a picture.

    Args:
        in_channels (int): Channels of the input.
        out_channels (int): Channels of the output.
        style_channels (int): Channels of the style.
        noisy (bool): Whether noise is added to the features.
        first (bool): The sides stay as they are, and no style is followed by
            the first convolution.
    """

    def __init__(self,
                 in_channels: int,
                 out_channels: int,
                 style_channels: int,
                 *,
                 noisy: bool,
                 first: bool = False) -> None:
        super().__init__()
        self.enter: nn.Module = EqualizedConv(
            in_channels, in_channels
        ) if first else StyledConv(
            in_channels, out_channels, style_channels, scale=1, noisy=noisy)
        self.conv = StyledConv(
            out_channels, out_channels, style_channels, noisy=noisy)
        self.to_image = StyledConv(
            out_channels, 3, style_channels, kernel_size=1, is_image=True)
        self.first = first

    def forward(self, features: Tensor, image: Optional[Tensor], style: Tensor,
                skip: Tensor, chance: Chance) -> Tuple[Tensor, Tensor]:
        """Map features ``(N, C_in, H, W)`` and the picture of the level below,
        if any, to those of this level, which has the size of the skip."""
        if self.first:
            features = self.enter(features)
        else:
            features = self.enter(features, style, self._noise(skip, chance))
        features = self.conv(features + skip, style, self._noise(skip, chance))
        drawn = self.to_image(features, style)
        if image is not None:
            drawn = drawn + double_image(image)
        return features, drawn

    def _noise(self, skip: Tensor, chance: Chance) -> Optional[Tensor]:
        if self.conv.noise_strength is None:
            return None
        return chance.normal(1, *skip.shape[-2:])
