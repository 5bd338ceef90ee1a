"""BVMR, the network: picture, mask and motif from one encoder."""

from typing import Any, Dict, Optional, Sequence

from mmagic.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ...pictures import check_sides
from .output import DirectOutput
from .residual_unet import ResidualDecoder, ResidualEncoder

XAVIER = dict(type='Xavier', layer='Conv2d', distribution='normal')


@MODELS.register_module()
class BVMRNetwork(BaseModule):
    """One encoder, and decoders of the picture, the mask and the motif.

    Paper: `Blind Visual Motif Removal from a Single Image, CVPR 2019
    <https://arxiv.org/abs/1904.02756>`_: a U-Net of residual blocks; the
    decoders of picture and motif share their first levels, that of the mask
    is its own. Widths, three blocks per level and two shared levels are those
    of the authors' public code (20.5 M weights). Image and motif end in a
    tanh; the image is then blended into the input by the mask
    (``DirectRestorer(blend=True)``).

    Args:
        widths (Sequence[int]): Channels of the levels, finest first.
        num_blocks (int): Residual blocks of each level.
        num_shared (int): Levels that picture and motif share.
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
            num_blocks=num_blocks,
            norm=nn.BatchNorm2d,
            norm_entry=False,
            activation=nn.ReLU())
        coarse_first = list(widths)[::-1]
        own = coarse_first[num_shared:]
        self.encoder = ResidualEncoder(3, widths, **options)
        self.shared = ResidualDecoder(coarse_first[:num_shared + 1], **options)
        self.image_decoder = ResidualDecoder(own, **options)
        self.motif_decoder = ResidualDecoder(own, **options)
        self.mask_decoder = ResidualDecoder(coarse_first, **options)
        self.to_image = nn.Conv2d(widths[0], 3, 1)
        self.to_motif = nn.Conv2d(widths[0], 3, 1)
        self.to_mask = nn.Conv2d(widths[0], 1, 1)

    def forward(self, corrupted: Tensor) -> DirectOutput:
        """Separate pictures in [-1, 1], ``(N, 3, H, W)``; the layer is the
        motif. Sides that are no multiples of ``size_divisor`` are a
        ValueError."""
        check_sides(corrupted, self.size_divisor)
        features, *skips = self.encoder(corrupted)
        shared = self.shared(features, skips)
        skips_left = skips[self.num_shared:]
        image = self.to_image(self.image_decoder(shared, skips_left)).tanh()
        motif = self.to_motif(self.motif_decoder(shared, skips_left)).tanh()
        mask = self.to_mask(self.mask_decoder(features, skips))
        return DirectOutput((image, ), (mask, ), motif)
