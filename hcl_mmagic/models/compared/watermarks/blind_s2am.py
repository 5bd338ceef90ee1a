"""BS2AM, the network: a U-Net with blind spatially separated attention."""

from typing import List, Optional, Tuple

import torch
from mmagic.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ...pictures import check_sides
from .output import DirectOutput
from .spatial_attention import BlindAttention

# Levels that have attention, from the second-finest.
NUM_ATTENTIONS = 3


@MODELS.register_module()
class BlindS2AMNetwork(BaseModule):
    """The U-Net of pix2pix with S2AM that finds its own masks.

    Paper: `Improving the Harmony of the Composite Image by Spatial-Separated
    Attention Module, TIP 2020 <https://arxiv.org/abs/1907.06406>`_, in the
    form without a mask, which Split-then-Refine and HCL compare with as
    'BS2AM'. Each of the three finest joints of the U-Net is followed by an
    attention whose mask is the one that this network returns: the finest is
    the one to trust, at half the picture's size. Widths are those of the
    authors' public code (67.0 M weights).

    Args:
        base_channels (int): Channels of the finest level; up to eight times
            as many below.
        num_levels (int): How often the sides are halved. The authors' eight
            make one pixel of a picture of 256 px.
        init_cfg (dict, optional): MMEngine's initialisation, Kaiming's if
            None, as the authors'.

    Attributes:
        size_divisor (int): Image sides must be multiples of this.
    """

    def __init__(self,
                 *,
                 base_channels: int = 64,
                 num_levels: int = 8,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(
            init_cfg or dict(
                type='Kaiming',
                layer=['Conv2d', 'ConvTranspose2d'],
                mode='fan_in'))
        self.size_divisor = 2**num_levels
        widths = [base_channels * min(2**i, 8) for i in range(num_levels)]
        self.down = nn.ModuleList(
            _down(before, width, index, num_levels)
            for index, (before, width) in enumerate(zip((3, *widths), widths)))
        # The map that enters an upward step has its own and the level's
        # features, but for the innermost.
        self.up = nn.ModuleList(
            _up(width * (1 if index == num_levels - 1 else 2), before, index)
            for index, (before, width) in enumerate(zip((3, *widths), widths)))
        self.attentions = nn.ModuleList(
            BlindAttention(2 * width) for width in widths[:NUM_ATTENTIONS])

    def forward(self, corrupted: Tensor) -> DirectOutput:
        """Restore pictures in [-1, 1], ``(N, 3, H, W)``; masks at a half, a
        quarter and an eighth of their size. Sides that are no multiples of
        ``size_divisor`` are a ValueError."""
        check_sides(corrupted, self.size_divisor)
        levels: List[Tensor] = []
        features = corrupted
        for step in self.down:
            features = step(features)
            levels.append(features)
        logits: Tuple[Tensor, ...] = ()
        for index in reversed(range(1, len(levels))):
            features = torch.cat((levels[index - 1], self.up[index](features)),
                                 dim=1)
            if index <= NUM_ATTENTIONS:
                features, found = self.attentions[index - 1](features)
                logits = (found, *logits)
        return DirectOutput((self.up[0](features), ), logits)


def _down(in_channels: int, out_channels: int, index: int,
          num_levels: int) -> nn.Sequential:
    """Halve the sides. The outermost step is but a convolution, and the
    innermost has no normalisation, for it may be left with one pixel."""
    steps: List[nn.Module] = [
        nn.Conv2d(
            in_channels, out_channels, 4, stride=2, padding=1, bias=False)
    ]
    if index > 0:
        steps.insert(0, nn.LeakyReLU(0.2))
        if index < num_levels - 1:
            steps.append(nn.BatchNorm2d(out_channels))
    return nn.Sequential(*steps)


def _up(in_channels: int, out_channels: int, index: int) -> nn.Sequential:
    """Double the sides; the outermost step gives the picture."""
    steps: List[nn.Module] = [
        nn.ReLU(),
        nn.ConvTranspose2d(
            in_channels, out_channels, 4, stride=2, padding=1, bias=index == 0)
    ]
    if index > 0:
        steps.append(nn.BatchNorm2d(out_channels))
    return nn.Sequential(*steps)
