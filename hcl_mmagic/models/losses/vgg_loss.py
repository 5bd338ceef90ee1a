"""Features of torchvision's VGGs, with weights from a local file."""

from logging import WARNING
from pathlib import Path
from typing import Dict, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from mmengine.logging import print_log
from torch import Tensor, nn

from hcl_mmagic.errors import CheckpointError, WeightsNotFoundError
from hcl_mmagic.weights import read_weights

# Convolutions in each block; a ReLU follows each, a max-pooling every block.
CONVS_PER_BLOCK = dict(vgg16=(2, 2, 3, 3, 3), vgg19=(2, 2, 4, 4, 4))
TORCHVISION_FILES = dict(
    vgg16='vgg16-397923af.pth', vgg19='vgg19-dcbb9e9d.pth')


def layer_names(vgg_type: str) -> Tuple[str, ...]:
    """Name the layers of torchvision's VGG ``features``, in their order.

    Args:
        vgg_type (str): 'vgg16' or 'vgg19'.

    Returns:
        tuple[str]: 'conv1_1', 'relu1_1', ... 'pool1', 'conv2_1', ...
    """
    names = []
    for block, num_convs in enumerate(CONVS_PER_BLOCK[vgg_type], start=1):
        for conv in range(1, num_convs + 1):
            names += [f'conv{block}_{conv}', f'relu{block}_{conv}']
        names.append(f'pool{block}')
    return tuple(names)


class VGGFeatures(nn.Module):
    """The first layers of a VGG, frozen.

    The weights are buffers outside the state dict: they follow the module to
    its device, but neither optimizers nor checkpoints see them.

    Args:
        vgg_type (str): 'vgg16' or 'vgg19'.
        layers (Sequence[str]): Names of all layers that will be asked for,
            see :func:`layer_names`.
        checkpoint (str, optional): Local file with the state dict of
            torchvision's VGG or of its ``features``. None takes the file
            from torchvision's download cache.
        normalize (bool): Whether to shift and scale the images by the mean
            and the standard deviation of ImageNet.

    Raises:
        WeightsNotFoundError: If the file is not there.
        CheckpointError: If the file holds something else.
    """

    def __init__(self,
                 vgg_type: str,
                 layers: Sequence[str],
                 checkpoint: Optional[str] = None,
                 normalize: bool = True) -> None:
        super().__init__()
        names = layer_names(vgg_type)
        self.names = names[:1 + max(map(names.index, layers))]
        self.normalize = normalize
        path = _find_weights(vgg_type, checkpoint)
        # A whole VGG has its layers under this prefix.
        state = {
            key.removeprefix('features.'): weight
            for key, weight in read_weights(str(path)).items()
        }
        for position, name in enumerate(self.names):
            if not name.startswith('conv'):
                continue
            for kind in ('weight', 'bias'):
                key = f'{position}.{kind}'
                if key not in state:
                    raise CheckpointError(
                        f'{path} is not a {vgg_type}: it lacks {key}; '
                        f"expected torchvision's {vgg_type} or its features")
                self.register_buffer(
                    f'{name}_{kind}', state[key].float(), persistent=False)
        for name, values in (('mean', (0.485, 0.456, 0.406)),
                             ('std', (0.229, 0.224, 0.225))):
            self.register_buffer(
                name, torch.tensor(values).view(3, 1, 1), persistent=False)

    def forward(self, image: Tensor,
                layers: Sequence[str]) -> Dict[str, Tensor]:
        """Compute features, only as deep as needed.

        Args:
            image (Tensor): RGB in [0, 1], ``(N, 3, H, W)``.
            layers (Sequence[str]): Names of the layers.

        Returns:
            dict[str, Tensor]: Features after each named layer.
        """
        features = image
        if self.normalize:
            features = (image - self.mean) / self.std
        found: Dict[str, Tensor] = {}
        for name in self.names:
            if len(found) == len(set(layers)):
                break
            if name.startswith('conv'):
                features = F.conv2d(
                    features,
                    getattr(self, f'{name}_weight'),
                    getattr(self, f'{name}_bias'),
                    padding=1)
            elif name.startswith('relu'):
                features = F.relu(features)
            else:
                features = F.max_pool2d(features, 2)
            if name in layers:
                found[name] = features
        return found


class VGGLoss(nn.Module):
    """What losses on the features of a VGG share.

    Nothing is ever downloaded. The weights are read when the first loss is
    computed, so testing a model needs none.

    Args:
        vgg_type (str): 'vgg16' or 'vgg19'.
        layers (Sequence[str]): Names of all layers that are compared, see
            :func:`layer_names`. Without any, no VGG is needed.
        checkpoint (str, optional): Local file with the weights, see
            :class:`VGGFeatures`. None takes the file from torchvision's
            download cache.
        required (bool): Whether to stop if no ``checkpoint`` is named and the
            cache has none; otherwise a warning says so and there is no loss.
        normalize (bool): See :class:`VGGFeatures`.
    """

    def __init__(self,
                 vgg_type: str,
                 layers: Sequence[str],
                 *,
                 checkpoint: Optional[str],
                 required: bool,
                 normalize: bool = True) -> None:
        super().__init__()
        self.vgg_type = vgg_type
        self.layers = tuple(layers)
        self.checkpoint = checkpoint
        self.required = required
        self.normalize = normalize
        self.vgg: Optional[VGGFeatures] = None

    def load(self) -> None:
        """Read the VGG's weights, if any are needed.

        Raises:
            WeightsNotFoundError: If the file is not there, but required.
            CheckpointError: If the file holds something else.
        """
        if not self.layers:
            return
        try:
            self.vgg = VGGFeatures(self.vgg_type, self.layers, self.checkpoint,
                                   self.normalize)
        except WeightsNotFoundError as error:
            if self.required or self.checkpoint is not None:
                raise
            self.layers = ()
            print_log(
                f'Training goes on without {type(self).__name__}: {error}',
                'current', WARNING)

    def has_features(self, image: Tensor) -> bool:
        """Whether there is something to compare; the first call reads the
        weights.

        Args:
            image (Tensor): Any, on the device where the VGG shall be.

        Returns:
            bool: False if no layer is asked for, or if weights that are not
            required are not there.
        """
        if self.vgg is None:
            self.load()
            if self.vgg is not None:
                self.vgg.to(image)
        return self.vgg is not None


def _find_weights(vgg_type: str, checkpoint: Optional[str]) -> Path:
    """Local file of the weights.

    Raises:
        WeightsNotFoundError: If there is none.
    """
    file_name = TORCHVISION_FILES[vgg_type]
    cached = Path(torch.hub.get_dir(), 'checkpoints', file_name)
    path = cached if checkpoint is None else Path(checkpoint)
    if not path.is_file():
        raise WeightsNotFoundError(
            f'no {vgg_type} weights at {path}: put torchvision\'s {file_name} '
            'there, or name another file as checkpoint of the perceptual loss')
    return path
