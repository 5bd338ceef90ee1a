"""Encoder and decoder of residual levels: BVMR and Split-then-Refine."""

from typing import Callable, List, Optional, Sequence

import torch
from torch import Tensor, nn

Norm = Callable[[int], nn.Module]


def conv3x3(in_channels: int, out_channels: int) -> nn.Conv2d:
    """A convolution that keeps the size."""
    return nn.Conv2d(in_channels, out_channels, 3, padding=1)


class ResidualLevel(nn.Module):
    """A 3x3 convolution, then normalised ones, each around a skip.

    Args:
        in_channels (int): Channels of the input.
        out_channels (int): Channels of the output.
        num_blocks (int): Convolutions with a skip.
        norm (Callable): Makes the normalisation of so many channels.
        norm_entry (bool): Whether the first convolution is normalised, too.
        activation (nn.Module): After each convolution.
    """

    def __init__(self, in_channels: int, out_channels: int, num_blocks: int, *,
                 norm: Norm, norm_entry: bool, activation: nn.Module) -> None:
        super().__init__()
        self.entry = nn.Sequential(
            conv3x3(in_channels, out_channels),
            norm(out_channels) if norm_entry else nn.Identity())
        self.blocks = nn.ModuleList(
            nn.Sequential(
                conv3x3(out_channels, out_channels), norm(out_channels))
            for _ in range(num_blocks))
        self.activation = activation

    def forward(self,
                features: Tensor,
                attention: Optional[nn.Module] = None) -> Tensor:
        """Map ``(N, C_in, H, W)`` to ``(N, C_out, H, W)``; an attention
        weighs what the last block adds."""
        features = self.activation(self.entry(features))
        for index, block in enumerate(self.blocks):
            residual = block(features)
            if attention is not None and index == len(self.blocks) - 1:
                residual = attention(residual)
            features = self.activation(features + residual)
        return features


class ResidualEncoder(nn.Module):
    """Levels with a max-pooling between them.

    Args:
        in_channels (int): Channels of the picture.
        widths (Sequence[int]): Channels of the levels, finest first.
        num_blocks (int): See :class:`ResidualLevel`, as for the others.
    """

    def __init__(self, in_channels: int, widths: Sequence[int],
                 num_blocks: int, *, norm: Norm, norm_entry: bool,
                 activation: nn.Module) -> None:
        super().__init__()
        self.levels = nn.ModuleList(
            ResidualLevel(
                before,
                width,
                num_blocks,
                norm=norm,
                norm_entry=norm_entry,
                activation=activation)
            for before, width in zip((in_channels, *widths), widths))
        self.pool = nn.MaxPool2d(2)

    def forward(self, features: Tensor) -> List[Tensor]:
        """Features of every level, coarsest first."""
        encoded: List[Tensor] = []
        for index, level in enumerate(self.levels):
            features = level(self.pool(features) if index else features)
            encoded.insert(0, features)
        return encoded


class ResidualDecoder(nn.Module):
    """Levels that double the sides and take in the encoder's features.

    Args:
        widths (Sequence[int]): Channels of the input and of the levels,
            coarsest first.
        num_blocks (int): See :class:`ResidualLevel`, as for the others.
        norm_entry (bool): Whether the enlarged features are normalised and
            activated, too.
    """

    def __init__(self, widths: Sequence[int], num_blocks: int, *, norm: Norm,
                 norm_entry: bool, activation: nn.Module) -> None:
        super().__init__()
        steps = list(zip(widths, widths[1:]))
        self.enlarge = nn.ModuleList(
            nn.Sequential(
                nn.ConvTranspose2d(before, width, 2, stride=2),
                *((norm(width), activation) if norm_entry else ()))
            for before, width in steps)
        self.levels = nn.ModuleList(
            ResidualLevel(
                2 * width,
                width,
                num_blocks,
                norm=norm,
                norm_entry=norm_entry,
                activation=activation) for _, width in steps)

    def forward(
        self,
        features: Tensor,
        skips: Sequence[Tensor],
        attentions: Optional[Sequence[nn.Module]] = None,
        after: Optional[Callable[[int, Tensor], Tensor]] = None,
    ) -> Tensor:
        """Decode features by the encoder's of each level, coarsest first; an
        attention in each level's last block, or a function of its number and
        its features, may change them."""
        for index, (enlarge,
                    level) in enumerate(zip(self.enlarge, self.levels)):
            joined = torch.cat((enlarge(features), skips[index]), dim=1)
            features = level(joined, attentions and attentions[index])
            if after is not None:
                features = after(index, features)
        return features
