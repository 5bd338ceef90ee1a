"""Swin layers: windowed transformer blocks closed by a convolution."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .convolutions import FreshGELU, PartialConv2d, gelu_, init_convs

# Added to the logits of pairs that must not attend to each other. A finite
# number: a window without any allowed key falls back to plain attention. It
# is gamma of HCL's equation 9. The authors' code adds -100, which is as good
# as never too, but exp(-100) is a denormal float32, and those slow a CPU's
# matrix products down severalfold; exp(-200) is 0.
BLOCKED = -200.0


@dataclass(frozen=True)
class WindowGrid:
    """How one map is rolled and cut into windows.

    Args:
        size (tuple[int, int]): Height and width of the map.
        window (tuple[int, int]): Height and width of a window.
        shift (tuple[int, int]): Rows and columns to roll by before cutting.
    """

    size: Tuple[int, ...]
    window: Tuple[int, ...]
    shift: Tuple[int, ...]

    @classmethod
    def fit(cls, size: Tuple[int, ...], window_size: int,
            shifted: bool) -> 'WindowGrid':
        """Choose window and shift for a map of a height and width, each axis
        on its own.

        On an axis where the map is not larger than the window, the window
        shrinks to the map and the shift is 0.

        Raises:
            ValueError: If whole windows do not fill an axis.
        """
        for length in size:
            if length > window_size and length % window_size:
                raise ValueError(
                    f'each side of a feature map must be at most the window '
                    f'size {window_size} or a multiple of it, got a map of '
                    f'{size[0]} x {size[1]}; pad the image first')
        window = tuple(min(length, window_size) for length in size)
        shift = tuple(window_size //
                      2 if shifted and length > window_size else 0
                      for length in size)
        return cls(tuple(size), window, shift)

    @property
    def counts(self) -> Tuple[int, int]:
        """tuple[int, int]: Number of windows down and across."""
        return (self.size[0] // self.window[0], self.size[1] // self.window[1])

    def roll(self, tokens: Tensor, backward: bool = False) -> Tensor:
        """Shift a map ``(N, H, W, C)`` cyclically, or shift it back."""
        if not any(self.shift):
            return tokens
        sign = 1 if backward else -1
        return tokens.roll((sign * self.shift[0], sign * self.shift[1]),
                           (1, 2))

    def partition(self, tokens: Tensor) -> Tensor:
        """Cut a map ``(N, H, W, C)`` into ``(N, windows, pixels, C)``."""
        split = tokens.unflatten(2, (-1, self.window[1])).unflatten(
            1, (-1, self.window[0]))
        # From (N, down, height, across, width, C).
        return split.transpose(2, 3).flatten(1, 2).flatten(2, 3)

    def merge(self, windows: Tensor) -> Tensor:
        """Undo :meth:`partition`."""
        split = windows.unflatten(2, self.window).unflatten(1, self.counts)
        return split.transpose(2, 3).flatten(1, 2).flatten(2, 3)


@lru_cache(maxsize=6)
def region_bias(grid: WindowGrid, dtype: torch.dtype,
                device: torch.device) -> Tensor:
    """Blocks attention between pixels that only the roll made neighbours,
    ``(1, windows, 1, pixels, pixels)``, 0 or ``BLOCKED``."""
    # Never an inference tensor, as training may reuse the cached one.
    with torch.inference_mode(False):
        rows, columns = (torch.arange(length, device=device) >= length - shift
                         for length, shift in zip(grid.size, grid.shift))
        region = 2 * rows[:, None] + columns[None]
        windows = grid.partition(region[None, :, :, None])
        apart = windows != windows.transpose(-1, -2)
        return apart.to(dtype).unsqueeze(2) * BLOCKED


def attend(query: Tensor, key: Tensor, value: Tensor, bias: Tensor) -> Tensor:
    """Attention of ``(N, windows, heads, pixels, C / heads)`` each, with a
    bias that is broadcast to ``(N, windows, heads, pixels, pixels)``."""
    if bias.requires_grad and bias.device.type == 'cpu':
        # No fused CPU kernel takes a bias that wants a gradient, and the
        # fallback is slower than this.
        logits = query * query.shape[-1]**-0.5 @ key.transpose(-1, -2)
        logits += bias
        return logits.softmax(-1).to(value.dtype) @ value
    # Fused kernels want four dimensions: let the windows join the batch when
    # they share their bias, the heads when they do not.
    if bias.shape[:2] == (1, 1):
        first, bias = 0, bias[0]
    else:
        first, bias = 1, bias.expand(-1, *query.shape[1:3], -1,
                                     -1).flatten(1, 2)
    attended = F.scaled_dot_product_attention(
        query.flatten(first, first + 1),
        key.flatten(first, first + 1),
        value.flatten(first, first + 1),
        attn_mask=bias.to(query.dtype))
    return attended.unflatten(first, query.shape[first:first + 2])


class WindowAttention(nn.Module):
    """Window attention with a learned relative-position bias.

    With a mask it is the mask-guided attention of HCL (equations 8 and 9):
    the corrupted keys are blocked, and afterwards a window that holds an
    intact pixel counts as wholly intact. As in the authors' code, and unlike
    equation 8, the bias is added after the scaling by the root of the width.

    Args:
        channels (int): Channels C.
        num_heads (int): Number of heads.
        window_size (int): Side of a full window.
        shifted (bool): Whether the windows are shifted by half their size.
    """

    position_index: Tensor

    def __init__(self, *, channels: int, num_heads: int, window_size: int,
                 shifted: bool) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.window_size = window_size
        self.shifted = shifted
        self.qkv = nn.Linear(channels, 3 * channels)
        self.projection = nn.Linear(channels, channels)
        span = 2 * window_size - 1
        self.position_bias_table = nn.Parameter(
            torch.empty(span * span, num_heads))
        nn.init.trunc_normal_(self.position_bias_table, std=0.02)
        # Row of the table for each pair of window pixels (h, w, h', w').
        axis = torch.arange(window_size)
        offset = axis[:, None] - axis[None] + window_size - 1
        self.register_buffer(
            'position_index',
            offset[:, None, :, None] * span + offset[None, :, None, :],
            persistent=False)

    def _position_bias(self, window: Tuple[int, ...]) -> Tensor:
        """Bias ``(1, 1, heads, pixels, pixels)`` of a full or shrunk window.
        The table is indexed by distance, so the corner of the index belongs to
        a smaller window and uses the centre of the table."""
        height, width = window
        index = self.position_index[:height, :width, :height, :width]
        pixels = height * width
        bias = self.position_bias_table[index.reshape(-1)]
        return bias.t().reshape(1, 1, self.num_heads, pixels, pixels)

    def forward(
        self,
        tokens: Tensor,
        mask: Optional[Tensor] = None,
    ) -> Tuple[Tensor, Optional[Tensor]]:
        """Attend within windows of tokens ``(N, H, W, C)``. Of a mask, 1 =
        corrupted, float ``(N, H, W, 1)``, the update is returned, too."""
        grid = WindowGrid.fit(
            tuple(tokens.shape[1:3]), self.window_size, self.shifted)
        bias = self._position_bias(grid.window)
        if any(grid.shift):
            bias = bias + region_bias(grid, bias.dtype, bias.device)

        # Corrupted keys are blocked, then take over their window's state.
        if mask is not None:
            windows = grid.partition(grid.roll(mask))
            bias = bias + BLOCKED * windows.transpose(2, 3).unsqueeze(2)
            windows = windows.amin(dim=2, keepdim=True).expand_as(windows)
            mask = grid.roll(grid.merge(windows), backward=True)

        windows = grid.partition(grid.roll(tokens))
        query, key, value = (
            part.unflatten(3, (self.num_heads, -1)).transpose(2, 3)
            for part in self.qkv(windows).chunk(3, dim=3))
        attended = attend(query, key, value, bias)
        windows = self.projection(attended.transpose(2, 3).flatten(3))
        return grid.roll(grid.merge(windows), backward=True), mask


class SwinBlock(nn.Module):
    """Pre-norm transformer block with window attention; for the arguments see
    :class:`WindowAttention`."""

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
        :class:`WindowAttention`. Also returns the updated
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
