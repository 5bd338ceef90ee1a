"""The subnetworks of MPRNet's stages.

Features of an encoder or decoder are lists of three maps, finest first:
``(N, C_l, H / 2^l, W / 2^l)``.
"""

from typing import List, Optional, Sequence, Tuple

from torch import Tensor, nn

from .blocks import attention_blocks, conv1x1, conv3x3, resized

# Features of an earlier stage: its encoder's and its decoder's.
StageFeatures = Tuple[List[Tensor], List[Tensor]]


class StageEncoder(nn.Module):
    """Encoder of the first two stages: two channel attention blocks per
    level.

    Args:
        widths (Sequence[int]): Channels of the levels, finest first.
        reduction (int): See ChannelAttentionBlock.
        fuses (bool): Whether there is an earlier stage whose features are
            added to each level (cross-stage feature fusion, section 3.2).
    """

    def __init__(self, widths: Sequence[int], reduction: int,
                 fuses: bool) -> None:
        super().__init__()
        self.levels = nn.ModuleList(
            attention_blocks(width, reduction, 2) for width in widths)
        self.downsamples = nn.ModuleList(
            resized(finer, coarser, 0.5)
            for finer, coarser in zip(widths, widths[1:]))
        fused = widths if fuses else ()
        self.from_encoder = nn.ModuleList(conv1x1(w, w) for w in fused)
        self.from_decoder = nn.ModuleList(conv1x1(w, w) for w in fused)

    def forward(self,
                features: Tensor,
                earlier: Optional[StageFeatures] = None) -> List[Tensor]:
        """From ``(N, C, H, W)`` to the features of the levels."""
        encoded: List[Tensor] = []
        for index, level in enumerate(self.levels):
            if index > 0:
                features = self.downsamples[index - 1](features)
            features = level(features)
            if earlier is not None:
                features = features \
                    + self.from_encoder[index](earlier[0][index]) \
                    + self.from_decoder[index](earlier[1][index])
            encoded.append(features)
        return encoded


class StageDecoder(nn.Module):
    """Decoder of the first two stages: two channel attention blocks per
    level, and one in each skip.

    Args:
        widths (Sequence[int]): Channels of the levels, finest first.
        reduction (int): See ChannelAttentionBlock.
    """

    def __init__(self, widths: Sequence[int], reduction: int) -> None:
        super().__init__()
        self.levels = nn.ModuleList(
            attention_blocks(width, reduction, 2) for width in widths)
        self.skips = nn.ModuleList(
            attention_blocks(width, reduction, 1) for width in widths[:-1])
        self.upsamples = nn.ModuleList(
            resized(coarser, finer, 2)
            for finer, coarser in zip(widths, widths[1:]))

    def forward(self, encoded: Sequence[Tensor]) -> List[Tensor]:
        """From an encoder's features to the decoded ones."""
        decoded = [self.levels[-1](encoded[-1])]
        for index in reversed(range(len(self.skips))):
            skip = self.skips[index](encoded[index])
            features = self.upsamples[index](decoded[0]) + skip
            decoded.insert(0, self.levels[index](features))
        return decoded


class OriginalResolutionSubnetwork(nn.Module):
    """The last stage, which makes nothing smaller (section 3.1, ORSNet).

    Args:
        channels (int): Its channels.
        widths (Sequence[int]): Channels of the earlier stage's levels.
        reduction (int): See ChannelAttentionBlock.
        num_blocks (int): Channel attention blocks of each of its groups, of
            which there is one per level.
    """

    def __init__(self, channels: int, widths: Sequence[int], reduction: int,
                 num_blocks: int) -> None:
        super().__init__()
        self.groups = nn.ModuleList(
            nn.Sequential(*attention_blocks(channels, reduction, num_blocks),
                          conv3x3(channels, channels)) for _ in widths)
        self.from_encoder, self.from_decoder = (
            nn.ModuleList(
                nn.Sequential(
                    *(resized(widths[level], widths[level - 1], 2)
                      for level in range(index, 0, -1)
                      ), conv1x1(widths[0], channels))
                for index in range(len(widths))) for _ in range(2))

    def forward(self, features: Tensor, earlier: StageFeatures) -> Tensor:
        """From ``(N, channels, H, W)`` to the same shape."""
        for index, group in enumerate(self.groups):
            features = features + group(features) \
                + self.from_encoder[index](earlier[0][index]) \
                + self.from_decoder[index](earlier[1][index])
        return features
