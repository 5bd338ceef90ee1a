"""Swin layers: windowed transformer blocks closed by a convolution."""

from typing import Optional, Tuple

from torch import Tensor, nn

from .convolutions import FreshGELU, PartialConv2d, gelu_, init_convs
from .window_attention import WindowAttention


class SwinBlock(nn.Module):
    """Pre-norm transformer block with window attention; for the arguments see
    :class:`~.window_attention.WindowAttention`."""

    def __init__(self, *, channels: int, num_heads: int, window_size: int,
                 shifted: bool) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(channels)
        self.attention = WindowAttention(
            channels=channels,
            num_heads=num_heads,
            window_size=window_size,
            shifted=shifted)
        self.mlp_norm = nn.LayerNorm(channels)
        self.mlp = nn.Sequential(
            nn.Linear(channels, 2 * channels), FreshGELU(),
            nn.Linear(2 * channels, channels))

    def forward(
        self,
        tokens: Tensor,
        mask: Optional[Tensor] = None,
    ) -> Tuple[Tensor, Optional[Tensor]]:
        """Mix the tokens ``(N, H, W, C)`` of each window; with a mask ``(N, H,
        W, 1)``, 1 = corrupted, float, see
        :class:`~.window_attention.WindowAttention`. Also returns the updated
        mask."""
        attended, mask = self.attention(self.attention_norm(tokens), mask)
        tokens = attended.add_(tokens)
        return self.mlp(self.mlp_norm(tokens)).add_(tokens), mask


def _build_blocks(channels: int, depth: int, num_heads: int,
                  window_size: int) -> nn.ModuleList:
    """Blocks that alternate plain and shifted windows."""
    return nn.ModuleList(
        SwinBlock(
            channels=channels,
            num_heads=num_heads,
            window_size=window_size,
            shifted=index % 2 == 1) for index in range(depth))


class SwinLayer(nn.Module):
    """Swin blocks, a 3x3 convolution with GELU and a skip from the input.

    Args:
        channels (int): Channels C.
        depth (int): Number of blocks.
        num_heads (int): Number of attention heads.
        window_size (int): Side of a full window.
    """

    def __init__(self, *, channels: int, depth: int, num_heads: int,
                 window_size: int) -> None:
        super().__init__()
        self.blocks = _build_blocks(channels, depth, num_heads, window_size)
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        init_convs(self.conv)

    def forward(self, features: Tensor) -> Tensor:
        """Transform a feature map ``(N, C, H, W)`` into one of its shape."""
        # Channels-last maps and tokens share their memory layout.
        tokens = features.permute(0, 2, 3, 1)
        for block in self.blocks:
            tokens, _ = block(tokens)
        mixed = gelu_(self.conv(tokens.permute(0, 3, 1, 2)))
        return mixed.add_(features)


class MaskGuidedSwinLayer(nn.Module):
    """Swin layer that reads from intact pixels only.

    Mask-guided blocks (HCL, equation 7), then, from the authors' code, a 3x3
    partial convolution with GELU and a skip from the input. Each block hands
    its updated mask to the next. For the arguments see :class:`SwinLayer`.
    """

    def __init__(self, *, channels: int, depth: int, num_heads: int,
                 window_size: int) -> None:
        super().__init__()
        self.blocks = _build_blocks(channels, depth, num_heads, window_size)
        self.conv = PartialConv2d(channels, channels, 3)

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        """Fill a map ``(N, C, H, W)`` from its intact pixels; mask 1 =
        corrupted, float ``(N, 1, H, W)``."""
        tokens = features.permute(0, 2, 3, 1)
        mask = mask.permute(0, 2, 3, 1)
        for block in self.blocks:
            tokens, mask = block(tokens, mask)
        mixed = self.conv(tokens.permute(0, 3, 1, 2), mask.permute(0, 3, 1, 2))
        return gelu_(mixed).add_(features)
