"""SIRF, the network: dilated convolutions separate two layers."""

from typing import Optional

from mmagic.registry import MODELS
from torch import Tensor, nn

from .hypercolumns import AdaptiveConv, Hypercolumns, final_conv
from .output import DirectOutput

DILATIONS = (1, 2, 4, 8, 16, 32, 64, 1)


@MODELS.register_module()
class SIRFNetwork(nn.Module):
    """Separates what shines through from what is reflected.

    Paper: `Single Image Reflection Separation with Perceptual Losses, CVPR
    2018 <https://arxiv.org/abs/1806.05376>`_, section 3: hypercolumns, a 1x1
    and eight 3x3 convolutions with dilations of up to 64 pixels, and a linear
    layer to six channels: picture and reflection. As in the authors' public
    code (0.39 M weights beside the VGG's).

    Args:
        channels (int): Channels of every layer.
        checkpoint (str, optional): See :class:`~.hypercolumns.Hypercolumns`.
        hypercolumns (bool): See there.

    Attributes:
        size_divisor (int): Image sides must be multiples of this.
    """

    def __init__(self,
                 *,
                 channels: int = 64,
                 checkpoint: Optional[str] = None,
                 hypercolumns: bool = True) -> None:
        super().__init__()
        self.size_divisor = 1
        self.columns = Hypercolumns(checkpoint, hypercolumns)
        self.layers = nn.Sequential(
            AdaptiveConv(self.columns.channels, channels, 1),
            *(AdaptiveConv(channels, channels, dilation=dilation)
              for dilation in DILATIONS), final_conv(channels, 6))

    def forward(self, corrupted: Tensor) -> DirectOutput:
        """Separate pictures in [-1, 1], ``(N, 3, H, W)``; the layer is the
        reflection, that which a picture in [0, 1] has too much."""
        image, reflection = self.layers(self.columns(corrupted)).chunk(2, 1)
        return DirectOutput((2 * image - 1, ), layer=reflection)
