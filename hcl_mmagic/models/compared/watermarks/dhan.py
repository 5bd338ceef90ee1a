"""DHAN, the network: two aggregations of dilated features."""

from typing import List, Optional, Sequence

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn

from ...functional import enlarge
from ...pictures import check_sides
from .hypercolumns import AdaptiveConv, Hypercolumns, final_conv
from .output import DirectOutput
from .spatial_attention import ChannelAttention

REDUCTION = 8
POOL_SIZES = (4, 8, 16, 32)


class Aggregation(nn.Sequential):
    """Weighs the channels of joined features and mixes them.

    Args:
        in_channels (int): Channels of all features together.
        channels (int): Channels of the result.
    """

    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__(
            ChannelAttention(in_channels, REDUCTION),
            AdaptiveConv(in_channels, channels))


class PyramidPooling(nn.Module):
    """Joins features with their means over squares of several sizes.

    Args:
        channels (int): Channels C.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList(
            AdaptiveConv(channels, channels, 1) for _ in POOL_SIZES)
        self.join = AdaptiveConv((1 + len(POOL_SIZES)) * channels, channels)

    def forward(self, features: Tensor) -> Tensor:
        """From ``(N, C, H, W)``, sides multiples of 32, to the same shape."""
        pooled = [
            enlarge(branch(F.avg_pool2d(features, size)), features.shape[-2:])
            for branch, size in zip(self.branches, POOL_SIZES)
        ]
        return self.join(torch.cat((*pooled, features), dim=1))


@MODELS.register_module()
class DHANNetwork(nn.Module):
    """Aggregates dilated features twice, for the picture and for attention.

    Paper: `Towards Ghost-free Shadow Removal via Dual Hierarchical
    Aggregation Network and Shadow Matting GAN, AAAI 2020
    <https://arxiv.org/abs/1911.08718>`_: hypercolumns as in SIRF; between the
    dilated convolutions one aggregation gathers features of the picture, the
    other of an attention that multiplies them and ends in the mask. As in the
    authors' public code (1.7 M weights beside the VGG's).

    The matting network that makes more shadows for training is not built:
    watermarks have data of their own.

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
        self.size_divisor = max(POOL_SIZES)
        self.columns = Hypercolumns(checkpoint, hypercolumns)
        self.stem = nn.Sequential(
            AdaptiveConv(self.columns.channels, channels, 1),
            AdaptiveConv(channels, channels, 1))
        self.convs = nn.ModuleList(
            AdaptiveConv(channels, channels, dilation=2**index)
            for index in range(7))
        self.image_aggregations, self.mask_aggregations = (
            nn.ModuleList(
                Aggregation(count * channels, channels)
                for count in (2, 3, 3, 4)) for _ in range(2))
        self.image_pooling, self.mask_pooling = (
            PyramidPooling(channels) for _ in range(2))
        self.to_image = final_conv(channels, 3)
        self.to_mask = final_conv(channels, 1)

    def forward(self, corrupted: Tensor) -> DirectOutput:
        """Restore pictures in [-1, 1], ``(N, 3, H, W)``. Sides that are no
        multiples of ``size_divisor`` are a ValueError."""
        check_sides(corrupted, self.size_divisor)
        stem = self.stem(self.columns(corrupted))
        latest = (stem, self.convs[0](stem))
        images: List[Tensor] = []
        masks: List[Tensor] = []
        for index in range(3):
            before = slice(index - 1, index) if index else slice(0)
            images.append(
                self._aggregate(self.image_aggregations[index],
                                (*images[before], *latest)))
            masks.append(
                self._aggregate(self.mask_aggregations[index],
                                (*masks[before], *latest)))
            first = self.convs[2 * index + 1](images[-1] * masks[-1].sigmoid())
            second = self.convs[2 * index + 2](first)
            # The later ones of a pair come first, but at the very end.
            latest = (second, first) if index < 2 else (first, second)
        image = self.image_pooling(
            self._aggregate(self.image_aggregations[3],
                            (*images[1:], *latest)))
        mask = self.mask_pooling(
            self._aggregate(self.mask_aggregations[3], (*masks[1:], *latest)))
        image = self.to_image(image * mask.sigmoid())
        return DirectOutput((2 * image - 1, ), (self.to_mask(mask), ))

    @staticmethod
    def _aggregate(aggregation: nn.Module,
                   features: Sequence[Tensor]) -> Tensor:
        return aggregation(torch.cat(tuple(features), dim=1))
