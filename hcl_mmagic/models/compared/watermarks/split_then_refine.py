"""Split-then-Refine, the network: SplitNet and RefineNet."""

from typing import Any, Dict, Optional, Sequence

import torch
from mmagic.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ...pictures import check_sides
from .bvmr import XAVIER
from .output import DirectOutput
from .residual_unet import ResidualDecoder, ResidualEncoder
from .spatial_attention import ChannelAttention, GivenMaskAttention

TASKS = ('image', 'mask', 'watermark')


class RefineNet(nn.Module):
    """Improves the restored picture where the mask is.

    A U-Net of residual levels; S2AM follows the last three of its decoder.

    Args:
        widths (Sequence[int]): Channels of the levels, finest first.
        num_blocks (int): Residual blocks of each level.
    """

    def __init__(self, widths: Sequence[int], num_blocks: int) -> None:
        super().__init__()
        coarse_first = list(widths)[::-1]
        self.encoder = ResidualEncoder(
            4,
            widths,
            num_blocks,
            norm=nn.InstanceNorm2d,
            norm_entry=True,
            activation=nn.LeakyReLU(0.01))
        self.decoder = ResidualDecoder(
            coarse_first,
            num_blocks,
            norm=nn.InstanceNorm2d,
            norm_entry=True,
            activation=nn.ReLU())
        self.attentions = nn.ModuleList(
            GivenMaskAttention(width) for width in coarse_first[2:])
        self.to_image = nn.Conv2d(widths[0], 3, 1)

    def forward(self, coarse: Tensor, mask: Tensor) -> Tensor:
        """What to add to a picture ``(N, 3, H, W)`` under a soft mask, ``(N,
        1, H, W)``: ``(N, 3, H, W)`` in [-1, 1]."""

        def attend(index: int, features: Tensor) -> Tensor:
            if index == 0:
                return features
            return self.attentions[index - 1](features, mask)

        features, *skips = self.encoder(torch.cat((coarse, mask), dim=1))
        decoded = self.decoder(features, skips, after=attend)
        return self.to_image(decoded).tanh()


@MODELS.register_module()
class SplitThenRefineNetwork(BaseModule):
    """SplitNet finds picture, mask and watermark, RefineNet improves the
    picture.

    Paper: `Split then Refine: Stacked Attention-guided ResUNets for Blind
    Single Image Visible Watermark Removal, AAAI 2021
    <https://arxiv.org/abs/2012.07007>`_. As BVMR, but all three tasks share
    the first levels of the decoder, each through channel attentions of its
    own, and what is decoded is added to the damaged picture. Widths and blocks
    are those of the authors' public code (32.6 M weights).

    The code leaves two slips that are not repeated: a number of channels in
    the place of the epsilon of its normalisations, and the encoder's
    activation, which is set and not used.

    Args:
        widths (Sequence[int]): Channels of the levels, finest first.
        num_blocks (int): Residual blocks of each level.
        num_shared (int): Levels of the decoder that the tasks share.
        init_cfg (dict, optional): MMEngine's initialisation, Xavier's normal
            one if None, as the authors'.

    Attributes:
        size_divisor (int): Image sides must be multiples of this.
    """

    def __init__(self,
                 *,
                 widths: Sequence[int] = (32, 64, 128, 256, 512),
                 num_blocks: int = 3,
                 num_shared: int = 2,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg or XAVIER)
        self.size_divisor = 2**(len(widths) - 1)
        self.num_shared = num_shared
        options: Dict[str, Any] = dict(
            num_blocks=num_blocks, norm_entry=True, activation=nn.ReLU())
        coarse_first = list(widths)[::-1]
        shared, own = coarse_first[:num_shared + 1], coarse_first[num_shared:]
        self.encoder = ResidualEncoder(
            3, widths, norm=nn.BatchNorm2d, **options)
        self.shared = ResidualDecoder(shared, norm=nn.BatchNorm2d, **options)
        self.attentions: Any = nn.ModuleDict({
            task:
            nn.ModuleList(map(ChannelAttention, shared[1:]))
            for task in TASKS
        })
        self.decoders = nn.ModuleDict({
            task:
            ResidualDecoder(own, norm=nn.InstanceNorm2d, **options)
            for task in TASKS
        })
        self.ends = nn.ModuleDict({
            task:
            nn.Conv2d(widths[0], 1 if task == 'mask' else 3, 1)
            for task in TASKS
        })
        self.refine = RefineNet(widths, num_blocks)

    def forward(self, corrupted: Tensor) -> DirectOutput:
        """Separate pictures in [-1, 1], ``(N, 3, H, W)``; the layer is the
        watermark, the images are the refined and SplitNet's. Sides that are no
        multiples of ``size_divisor`` are a ValueError."""
        check_sides(corrupted, self.size_divisor)
        features, *skips = self.encoder(corrupted)
        decoded = {}
        for task in TASKS:
            shared = self.shared(features, skips, self.attentions[task])
            decoded[task] = self.ends[task](
                self.decoders[task](shared, skips[self.num_shared:]))
        image = decoded['image'].tanh() + corrupted
        watermark = decoded['watermark'].tanh() + corrupted
        mask = decoded['mask'].sigmoid()
        coarse = torch.lerp(corrupted, image, mask)
        refined = self.refine(coarse, mask) + coarse
        return DirectOutput((refined, image), (decoded['mask'], ), watermark)
