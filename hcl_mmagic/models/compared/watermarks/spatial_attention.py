"""Spatially separated attention: S2AM, with a mask and blind."""

from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...functional import average_to

REDUCTION = 16
# A Gaussian of one pixel, by which the border of a given mask is softened.
BLUR = (0.0545, 0.2442, 0.4026, 0.2442, 0.0545)


class ChannelAttention(nn.Module):
    """Weighs channels by what they have over the whole map.

    Args:
        channels (int): Channels C.
        reduction (int): The weights come from C / reduction values.
        with_maximum (bool): Whether they are made of the maxima, too, beside
            the means.
    """

    def __init__(self,
                 channels: int,
                 reduction: int = REDUCTION,
                 with_maximum: bool = False) -> None:
        super().__init__()
        hidden = max(channels // reduction, 1)
        self.with_maximum = with_maximum
        self.weights = nn.Sequential(
            nn.Linear((1 + with_maximum) * channels, hidden), nn.ReLU(),
            nn.Linear(hidden, channels), nn.Sigmoid())

    def forward(self, features: Tensor) -> Tensor:
        """From ``(N, C, H, W)`` to the same shape."""
        summary = features.mean(dim=(2, 3))
        if self.with_maximum:
            summary = torch.cat((summary, features.amax(dim=(2, 3))), dim=1)
        return features * self.weights(summary)[..., None, None]


class SeparatedAttention(nn.Module):
    """Treats the two regions of a mask differently.

    `S2AM, TIP 2020 <https://arxiv.org/abs/1907.06406>`_: outside the mask
    features are weighed by channel; inside, they are changed by two
    convolutions and added to features weighed in another way.

    Args:
        channels (int): Channels C.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.outside, self.kept, self.changed = (
            ChannelAttention(channels, with_maximum=True) for _ in range(3))
        self.change = nn.Sequential(
            nn.Conv2d(channels, 2 * channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(2 * channels), nn.ELU(),
            nn.Conv2d(2 * channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels), nn.ELU())

    def separate(self, features: Tensor, inside: Tensor) -> Tensor:
        """Features ``(N, C, H, W)`` under a soft mask, ``(N, 1, H, W)``."""
        changed = self.change(self.changed(features)) + self.kept(features)
        return torch.lerp(self.outside(features), changed, inside)


class GivenMaskAttention(SeparatedAttention):
    """S2AM under a mask that is given."""

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        """Separate features ``(N, C, H, W)`` by a mask ``(N, 1, ...)`` of any
        size, softened at its border."""
        inside = average_to(mask, features.shape[-2:])
        blur = inside.new_tensor(BLUR)
        kernel = (blur[:, None] * blur / blur.sum()**2)[None, None]
        inside = F.conv2d(F.pad(inside, [2] * 4, mode='replicate'), kernel)
        return self.separate(features, inside)


class BlindAttention(SeparatedAttention):
    """S2AM that finds its mask in the features, from the mean and the maximum
    over the channels of each pixel."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        self.find = nn.Sequential(
            nn.Conv2d(2, REDUCTION, 7, padding=3), nn.ReLU(),
            nn.Conv2d(REDUCTION, 1, 7, padding=3))

    def forward(self, features: Tensor) -> Tuple[Tensor, Tensor]:
        """Features ``(N, C, H, W)``, separated, and the log-odds of the mask,
        ``(N, 1, H, W)``."""
        summary = torch.cat(
            (features.mean(1, keepdim=True), features.amax(1, keepdim=True)),
            dim=1)
        logits = self.find(summary)
        return self.separate(features, logits.sigmoid()), logits
