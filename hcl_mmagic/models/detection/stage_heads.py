"""One small perceptron per stage of the encoder."""

from typing import List, Sequence

import torch
from torch import Tensor, nn

from ..layers import FreshGELU


class StageHeads(nn.Module):
    """A perceptron on every pixel of every stage, the base of the detectors.

    Each stage may see the next coarser one's features beside its own
    ('inter-stage semantic consistency'): equations 3 and 6 of HCL.

    Args:
        stage_channels (Sequence[int]): Channels of the encoder's features,
            finest first.
        out_channels (int): Outputs of a perceptron.
        hidden_channels (int): Width of its hidden layer.
        fuse_stages (bool): Whether a stage sees the next coarser one.
        num_heads (int): Stages that get a perceptron, the finest ones.
    """

    def __init__(self, *, stage_channels: Sequence[int], out_channels: int,
                 hidden_channels: int, fuse_stages: bool,
                 num_heads: int) -> None:
        super().__init__()
        fused = [channels // 4 for channels in stage_channels[1:]]
        extra = [*fused, 0] if fuse_stages else [0] * len(stage_channels)
        self.projection_heads = nn.ModuleList(
            nn.Sequential(
                nn.Linear(stage_channels[stage] +
                          extra[stage], hidden_channels), FreshGELU(),
                nn.Linear(hidden_channels, out_channels))
            for stage in range(num_heads))
        self.fusions = nn.ModuleList(
            nn.Linear(stage_channels[stage + 1], fused[stage]) for stage in
            range(min(num_heads, len(fused)))) if fuse_stages else None

    def of_stages(self, features: Sequence[Tensor]) -> List[Tensor]:
        """Output of each perceptron, ``(N, C, H_s, W_s)``, of the encoder's
        features, finest first, each twice the size of the next."""
        # 1x1 convolutions as linear layers on channels-last maps: a CPU has
        # no fast kernel for the former.
        pixels = [feature.permute(0, 2, 3, 1) for feature in features]
        outputs = []
        for stage, head in enumerate(self.projection_heads):
            feature = pixels[stage]
            if self.fusions is not None and stage + 1 < len(pixels):
                coarser = self.fusions[stage](pixels[stage + 1])
                coarser = coarser.repeat_interleave(2,
                                                    1).repeat_interleave(2, 2)
                feature = torch.cat((feature, coarser), dim=-1)
            outputs.append(head(feature).permute(0, 3, 1, 2))
        return outputs
