"""MAT, the network: a transformer fills, a Conv-U-Net refines."""

from math import log2
from typing import List, Optional, Sequence, Tuple

import torch
from mmagic.registry import MODELS
from torch import Tensor, nn

from ...pictures import check_sides
from .chance import Chance
from .equalized import EqualizedConv, EqualizedLinear, MaskedConv
from .styled_decoder import ImageStyle, StyledLevel, StyleMapping
from .transformer import MATStage

# Stages of the body: sides, and which of the windows.
STAGE_SCALES = (0, -1, -1, 1, 1)
STAGE_WINDOWS = (0, 1, 2, 1, 0)
NUM_HALVINGS = 2  # of the body


class TransformerStage(nn.Module):
    """Head, body and tail: fills the hole from what is around it (MAT,
    sections 3.2 to 3.4).

    Args:
        channels (int): Channels of every layer.
        noise_channels (int): Channels of the noise's style.
        num_downs (int): Halvings of the sides before the body.
        depths (Sequence[int]): Blocks of the body's five stages.
        num_heads (int): Heads of the attention.
        window_sizes (Sequence[int]): Sides of the windows at the body's three
            sizes, finest first.
    """

    def __init__(self, channels: int, noise_channels: int, *, num_downs: int,
                 depths: Sequence[int], num_heads: int,
                 window_sizes: Sequence[int]) -> None:
        super().__init__()
        self.head = nn.ModuleList(
            MaskedConv(
                4 if index == 0 else channels,
                channels,
                scale=-1 if index else 0) for index in range(1 + num_downs))
        self.body = nn.ModuleList(
            MATStage(
                channels,
                depth=depth,
                num_heads=num_heads,
                window_size=window_sizes[window],
                scale=scale) for depth, scale, window in zip(
                    depths, STAGE_SCALES, STAGE_WINDOWS))
        self.to_noise_style = EqualizedLinear(
            noise_channels, channels, activate=True)
        self.style = ImageStyle(channels, channels, 2 * channels,
                                int(log2(window_sizes[-1])))
        self.tail = nn.ModuleList(
            StyledLevel(channels, channels, 3 * channels, noisy=False)
            for _ in range(num_downs))

    def forward(self, picture: Tensor, mask: Tensor, noise_style: Tensor,
                chance: Chance) -> Tensor:
        """Fill the hole of a picture ``(N, 3, H, W)`` in [-1, 1] that the mask
        ``(N, 1, H, W)``, 1 = corrupted, float, shows: not composited."""
        features = torch.cat((0.5 - mask, picture * (1 - mask)), dim=1)
        remaining: Optional[Tensor] = mask
        skips: List[Tensor] = []
        for conv in self.head:
            features, remaining = conv(features, remaining)
            skips.append(features)
        skips.pop()  # of the size that the body begins with

        # The mask is followed down to the smallest size, where the attention
        # sees everything.
        middle = len(self.body) // 2
        inner: List[Tensor] = []
        for stage in self.body[:middle]:
            features, remaining = stage(features, remaining)
            inner.append(features)
        features, _ = self.body[middle](features, None)
        noise_style = self.to_noise_style(noise_style)
        features, style = self.style(features, noise_style, chance)
        style = torch.cat((style, noise_style), dim=1)
        for stage in self.body[middle + 1:]:
            features, _ = stage(features, None)
            features = features + inner.pop()

        image = None
        for level in self.tail:
            features, image = level(features, image, style, skips.pop(),
                                    chance)
        assert image is not None
        return image


class ConvUNetStage(nn.Module):
    """A Conv-U-Net that draws the details (MAT, section 3.4).

    Args:
        widths (Sequence[int]): Channels of the levels, finest first.
        noise_channels (int): Channels of the noise's style.
        num_style_convs (int): See :class:`~.styled_decoder.ImageStyle`.
    """

    def __init__(self, widths: Sequence[int], noise_channels: int,
                 num_style_convs: int) -> None:
        super().__init__()
        self.encoder = nn.ModuleList(
            nn.Sequential(
                EqualizedConv(7, width, 1) if index == 0 else EqualizedConv(
                    before, width, scale=-1), EqualizedConv(width, width))
            for index, (before, width) in enumerate(zip((7, *widths), widths)))
        last = widths[-1]
        self.style = ImageStyle(last, noise_channels, 2 * last,
                                num_style_convs)
        coarse_first = [last, *reversed(widths)]
        self.decoder = nn.ModuleList(
            StyledLevel(
                before,
                width,
                noise_channels + 2 * last,
                noisy=True,
                first=index == 0) for index, (
                    before,
                    width) in enumerate(zip(coarse_first, coarse_first[1:])))

    def forward(self, filled: Tensor, picture: Tensor, mask: Tensor,
                noise_style: Tensor, chance: Chance) -> Tensor:
        """Refine a filled picture in [-1, 1], ``(N, 3, H, W)``: not
        composited; see :class:`TransformerStage`."""
        features = torch.cat((0.5 - mask, filled, picture * (1 - mask)), dim=1)
        skips: List[Tensor] = []
        for level in self.encoder:
            features = level(features)
            skips.append(features)
        features, style = self.style(features, noise_style, chance)
        skips[-1] = features
        style = torch.cat((noise_style, style), dim=1)
        image = None
        for level in self.decoder:
            features, image = level(features, image, style, skips.pop(),
                                    chance)
        assert image is not None
        return image


@MODELS.register_module()
class MATGenerator(nn.Module):
    """Fills holes by attention to intact tokens, then refines.

    Paper: `MAT: Mask-Aware Transformer for Large Hole Image Inpainting, CVPR
    2022 <https://arxiv.org/abs/2203.15270>`_, written from it; widths, depths,
    windows and the layers of StyleGAN2 are those that the authors publish for
    512 px (61.6 M weights; the paper says 62 M).

    Left out: the mixture of two styles and their pull to the mean in
    training, which make results more diverse.

    Args:
        channels (int): Channels of the transformer, a multiple of its heads.
        noise_channels (int): Channels of the noise and its style.
        num_downs (int): Halvings of the sides before the transformer.
        depths (Sequence[int]): Blocks of its five stages.
        num_heads (int): Heads of its attention.
        window_sizes (Sequence[int]): Sides of its windows at the three sizes,
            finest first.
        widths (Sequence[int]): Channels of the Conv-U-Net, finest first:
            ``num_downs + 3`` levels.
        seed (int): Of the noise at test.

    Attributes:
        size_divisor (int): Image sides must be multiples of this.
    """

    def __init__(self,
                 *,
                 channels: int = 180,
                 noise_channels: int = 512,
                 num_downs: int = 3,
                 depths: Sequence[int] = (2, 3, 4, 3, 2),
                 num_heads: int = 6,
                 window_sizes: Sequence[int] = (8, 16, 16),
                 widths: Sequence[int] = (64, 128, 256, 512, 512, 512),
                 seed: int = 0) -> None:
        super().__init__()
        self.seed = seed
        self.noise_channels = noise_channels
        self.size_divisor = max(window * 2**(num_downs + level)
                                for level, window in enumerate(window_sizes))
        self.mapping = StyleMapping(noise_channels)
        self.fill = TransformerStage(
            channels,
            noise_channels,
            num_downs=num_downs,
            depths=depths,
            num_heads=num_heads,
            window_sizes=window_sizes)
        self.refine = ConvUNetStage(widths, noise_channels,
                                    int(log2(window_sizes[-1])) - 1)

    def forward(self, picture: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        """Fill the hole of pictures in [-1, 1], ``(N, 3, H, W)``.

        Args:
            picture (Tensor): Pictures; what lies under the mask is not looked
                at.
            mask (Tensor): 1 = corrupted, 0 = intact, ``(N, 1, H, W)``, float.

        Returns:
            tuple[Tensor, Tensor]: The refined picture and that of the first
            stage, likewise, which are the input's outside the mask.

        Raises:
            ValueError: If a side is no multiple of ``size_divisor``.
        """
        check_sides(picture, self.size_divisor)
        hidden = mask > 0.5
        mask = hidden.to(picture)
        chance = Chance(
            len(picture), picture, None if self.training else self.seed)
        style = self.mapping(chance.normal(self.noise_channels))
        filled = self.fill(picture, mask, style, chance)
        filled = torch.where(hidden, filled, picture)
        refined = self.refine(filled, picture, mask, style, chance)
        return torch.where(hidden, refined, picture), filled
