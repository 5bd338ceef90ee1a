"""MAT's transformer: attention to what is intact, and its mask."""

from typing import Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...layers import WindowGrid, attend, region_bias
from ...layers.swin import BLOCKED
from .equalized import EqualizedLinear, MaskedConv


class ContextualAttention(nn.Module):
    """Multi-head contextual attention within windows (MAT, section 3.3).

    Corrupted tokens are attended to by none; where a window holds an intact
    token, all of it counts as intact afterwards. Queries and keys come from
    tokens of length 1.

    Args:
        channels (int): Channels C.
        num_heads (int): Number of heads.
        window_size (int): Side of a full window.
        shifted (bool): Whether the windows are shifted by half their size.
    """

    def __init__(self, channels: int, num_heads: int, window_size: int,
                 shifted: bool) -> None:
        super().__init__()
        self.query, self.key, self.value, self.projection = (
            EqualizedLinear(channels, channels) for _ in range(4))
        self.num_heads = num_heads
        self.window_size = window_size
        self.shifted = shifted

    def forward(self, tokens: Tensor,
                mask: Optional[Tensor]) -> Tuple[Tensor, Optional[Tensor]]:
        """Attend within windows of tokens ``(N, H, W, C)``; of a mask, 1 =
        corrupted, float ``(N, H, W, 1)``, the update is returned, too."""
        grid = WindowGrid.fit(
            tuple(tokens.shape[1:3]), self.window_size, self.shifted)
        windows = grid.partition(grid.roll(tokens))
        unit = F.normalize(windows, dim=-1)
        bias = windows.new_zeros(1, 1, 1, 1, 1)
        if any(grid.shift):
            bias = region_bias(grid, windows.dtype, windows.device)
        if mask is not None:
            hidden = grid.partition(grid.roll(mask))
            bias = bias + BLOCKED * hidden.transpose(2, 3).unsqueeze(2)
            hidden = hidden.amin(dim=2, keepdim=True).expand_as(hidden)
            mask = grid.roll(grid.merge(hidden), backward=True)
        bias = bias.expand(-1, -1, -1, *[windows.shape[2]] * 2)
        query, key, value = (
            part.unflatten(3, (self.num_heads, -1)).transpose(2, 3)
            for part in (self.query(unit), self.key(unit),
                         self.value(windows)))
        attended = attend(query, key, value, bias).transpose(2, 3).flatten(3)
        windows = self.projection(attended)
        return grid.roll(grid.merge(windows), backward=True), mask


class MATBlock(nn.Module):
    """The adjusted transformer block: no normalisation, and a fusion in the
    place of the skip (MAT, section 3.3); arguments as
    :class:`ContextualAttention`'s."""

    def __init__(self, channels: int, num_heads: int, window_size: int,
                 shifted: bool) -> None:
        super().__init__()
        self.attention = ContextualAttention(channels, num_heads, window_size,
                                             shifted)
        self.fuse = EqualizedLinear(2 * channels, channels, activate=True)
        self.mlp = nn.Sequential(
            EqualizedLinear(channels, 2 * channels, activate=True),
            EqualizedLinear(2 * channels, channels))

    def forward(self, tokens: Tensor,
                mask: Optional[Tensor]) -> Tuple[Tensor, Optional[Tensor]]:
        """See :class:`ContextualAttention`."""
        attended, mask = self.attention(tokens, mask)
        return self.mlp(self.fuse(torch.cat((tokens, attended), -1))), mask


class MATStage(nn.Module):
    """Blocks that alternate plain and shifted windows, and a convolution
    around a skip.

    Args:
        channels (int): Channels C.
        depth (int): Number of blocks.
        num_heads (int): Number of heads.
        window_size (int): Side of a full window.
        scale (int): Sides are doubled (1), kept (0) or halved (-1) first.
    """

    def __init__(self, channels: int, *, depth: int, num_heads: int,
                 window_size: int, scale: int) -> None:
        super().__init__()
        self.resize: Optional[MaskedConv] = None
        if scale:
            self.resize = MaskedConv(channels, channels, scale=scale)
        self.blocks = nn.ModuleList(
            MATBlock(channels, num_heads, window_size, index % 2 == 1)
            for index in range(depth))
        self.conv = MaskedConv(channels, channels)

    def forward(self, features: Tensor,
                mask: Optional[Tensor]) -> Tuple[Tensor, Optional[Tensor]]:
        """Map ``(N, C, H, W)`` to ``(N, C, ...)``; a mask, 1 = corrupted,
        float ``(N, 1, H, W)``, is updated."""
        if self.resize is not None:
            features, mask = self.resize(features, mask)
        tokens = features.permute(0, 2, 3, 1)
        mask = None if mask is None else mask.permute(0, 2, 3, 1)
        for block in self.blocks:
            tokens, mask = block(tokens, mask)
        mask = None if mask is None else mask.permute(0, 3, 1, 2)
        mixed, mask = self.conv(tokens.permute(0, 3, 1, 2), mask)
        return features + mixed, mask
