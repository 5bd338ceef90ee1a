"""What SIRF and DHAN see and how they convolve it."""

from typing import Optional

import torch
from torch import Tensor, nn

from ...functional import enlarge
from ...losses import FeatureLoss

HYPERCOLUMN_LAYERS = tuple(f'relu{block}_2' for block in range(1, 6))
HYPERCOLUMN_CHANNELS = 64 + 128 + 256 + 512 + 512
EPSILON = 1e-3  # of the authors' framework


class Hypercolumns(nn.Module):
    """A picture, and the features of a VGG-19 enlarged to its size.

    `SIRF, CVPR 2018 <https://arxiv.org/abs/1806.05376>`_, section 3: the
    second layer of each of the five blocks. The VGG is torchvision's, with
    maxima where the authors' pools by means.

    Args:
        checkpoint (str, optional): Local file of the VGG; None takes
            torchvision's from its download cache.
        features (bool): Without them only the picture is seen: what the
            authors call the network without hypercolumns, and all that there
            is without the file.

    Attributes:
        channels (int): Channels of the result.
    """

    def __init__(self, checkpoint: Optional[str], features: bool) -> None:
        super().__init__()
        layers = HYPERCOLUMN_LAYERS if features else ()
        self.channels = 3 + (HYPERCOLUMN_CHANNELS if features else 0)
        self.vgg = FeatureLoss(
            'vgg19', layers, checkpoint=checkpoint, required=True)

    def forward(self, corrupted: Tensor) -> Tensor:
        """From pictures in [-1, 1], ``(N, 3, H, W)``, to the picture in [0, 1]
        and the features, ``(N, channels, H, W)``.

        Raises:
            WeightsNotFoundError: If the file of the VGG is not there.
        """
        columns = [(corrupted + 1) / 2]
        if self.vgg.layers and self.vgg.has_features(corrupted):
            with torch.no_grad():
                found = self.vgg.features(corrupted, self.vgg.layers)
            columns += [
                enlarge(found[layer], corrupted.shape[-2:])
                for layer in self.vgg.layers
            ]
        return torch.cat(columns, dim=1)


class AdaptiveNorm(nn.Module):
    """A learned mixture of features and normalised features.

    The authors normalise by the statistics of the batch, at test, too, and
    train on single pictures: here each picture has its own, whatever the
    batch.

    Args:
        channels (int): Channels C.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.kept = nn.Parameter(torch.ones(()))
        self.normalised = nn.Parameter(torch.zeros(()))
        self.offset = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, features: Tensor) -> Tensor:
        """From ``(N, C, H, W)`` to the same shape."""
        variance, mean = torch.var_mean(
            features, dim=(2, 3), correction=0, keepdim=True)
        normalised = (features - mean) * (variance + EPSILON).rsqrt()
        return (self.kept * features + self.normalised *
                (normalised + self.offset))


class AdaptiveConv(nn.Sequential):
    """A convolution that begins as the identity, normalised adaptively, and a
    leaky ReLU.

    Args:
        in_channels (int): Channels of the input.
        out_channels (int): Channels of the output.
        kernel_size (int): Side of the kernel, odd.
        dilation (int): Pixels from one weight of the kernel to the next.
    """

    def __init__(self,
                 in_channels: int,
                 out_channels: int,
                 kernel_size: int = 3,
                 dilation: int = 1) -> None:
        conv = nn.Conv2d(
            in_channels,
            out_channels,
            kernel_size,
            padding=dilation * (kernel_size // 2),
            dilation=dilation,
            bias=False)
        nn.init.dirac_(conv.weight)
        super().__init__(conv, AdaptiveNorm(out_channels), nn.LeakyReLU(0.2))


def final_conv(in_channels: int, out_channels: int) -> nn.Conv2d:
    """A 1x1 convolution without normalisation or activation."""
    conv = nn.Conv2d(in_channels, out_channels, 1)
    nn.init.xavier_uniform_(conv.weight)
    nn.init.constant_(conv.bias, 0.)  # type: ignore[arg-type]
    return conv
