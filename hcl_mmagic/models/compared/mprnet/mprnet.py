"""MPRNet, the network."""

from typing import List, Tuple, Union

import torch
from mmagic.registry import MODELS
from torch import Tensor, nn

from ...pictures import Padding
from .blocks import SupervisedAttention, attention_blocks, conv3x3
from .stages import OriginalResolutionSubnetwork, StageDecoder, StageEncoder

# The first stage sees quarters of the picture, at down to a quarter of their
# size.
SIZE_DIVISOR = 8


@MODELS.register_module()
class MPRNet(nn.Module):
    """Restores in three stages, from quarters of a picture to the whole.

    Paper: `Multi-Stage Progressive Image Restoration, CVPR 2021
    <https://arxiv.org/abs/2102.02808>`_; what it leaves open (two blocks per
    level, 1x1 convolutions after bilinear resizing, no biases) is as in the
    authors' implementation, https://github.com/swz30/MPRNet.

    A generator for MMagic's ``BaseEditModel``, with ``MultiStageLoss``. The
    published networks have, in the order of the arguments, (96, 48, 32) for
    deblurring, (40, 20, 16) for deraining and (80, 48, 32) for denoising.

    Args:
        base_channels (int): Channels of the finest level.
        level_channels (int): Channels that each coarser level has more.
        last_stage_channels (int): Channels that the last stage has more.
        num_blocks (int): Channel attention blocks in each of the three groups
            of the last stage.
        reduction (int): Channel attention computes its weights from so many
            times fewer values.
    """

    def __init__(self,
                 *,
                 base_channels: int = 96,
                 level_channels: int = 48,
                 last_stage_channels: int = 32,
                 num_blocks: int = 8,
                 reduction: int = 4) -> None:
        super().__init__()
        widths = [base_channels + level * level_channels for level in range(3)]
        last = base_channels + last_stage_channels
        self.stems = nn.ModuleList(
            nn.Sequential(
                conv3x3(3, base_channels),
                attention_blocks(base_channels, reduction, 1))
            for _ in range(3))
        self.encoders = nn.ModuleList(
            StageEncoder(widths, reduction, fuses) for fuses in (False, True))
        self.decoders = nn.ModuleList(
            StageDecoder(widths, reduction) for _ in range(2))
        self.attentions = nn.ModuleList(
            SupervisedAttention(base_channels) for _ in range(2))
        self.joins = nn.ModuleList(
            conv3x3(2 * base_channels, width)
            for width in (base_channels, last))
        self.last_stage = OriginalResolutionSubnetwork(last, widths, reduction,
                                                       num_blocks)
        self.to_residual = conv3x3(last, 3)

    def forward(self, degraded: Tensor) -> Union[Tensor, Tuple[Tensor, ...]]:
        """Restore pictures in [0, 1] of any size: the last stage's image,
        ``(N, 3, H, W)``; in training mode the images of all stages, the first
        one's first."""
        padding = Padding.to_multiple(degraded, SIZE_DIVISOR)
        images = [
            padding.crop(image)
            for image in self._restore(padding.pad(degraded))
        ]
        return tuple(images) if self.training else images[-1]

    def _restore(self, degraded: Tensor) -> List[Tensor]:
        """The images of all stages. The parts of a picture join the batch."""
        halves = torch.cat(degraded.chunk(2, dim=2))
        quarters = torch.cat(halves.chunk(2, dim=3))

        # Stage 1 encodes quarters and decodes halves.
        encoded = self.encoders[0](self.stems[0](quarters))
        encoded = [torch.cat(level.chunk(2), dim=3) for level in encoded]
        decoded = self.decoders[0](encoded)
        attended, first = self.attentions[0](decoded[0], halves)

        # Stage 2 encodes halves and decodes the whole.
        features = torch.cat((self.stems[1](halves), attended), dim=1)
        encoded = self.encoders[1](self.joins[0](features), (encoded, decoded))
        encoded = [torch.cat(level.chunk(2), dim=2) for level in encoded]
        decoded = self.decoders[1](encoded)
        attended, second = self.attentions[1](decoded[0], degraded)

        # Stage 3 stays at the original resolution.
        features = torch.cat((self.stems[2](degraded), attended), dim=1)
        features = self.last_stage(self.joins[1](features), (encoded, decoded))
        third = degraded + self.to_residual(features)
        return [torch.cat(first.chunk(2), dim=2), second, third]
