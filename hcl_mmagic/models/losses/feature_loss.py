"""Losses on the features of a frozen network, with weights from a local file.
"""

from logging import WARNING
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

import torch
from mmengine.logging import print_log
from torch import Tensor, nn

from hcl_mmagic.errors import CheckpointError, WeightsNotFoundError
from hcl_mmagic.weights import read_weights

# Convolutions in each block; a ReLU follows each, a max-pooling every block.
CONVS_PER_BLOCK = dict(vgg16=(2, 2, 3, 3, 3), vgg19=(2, 2, 4, 4, 4))
TORCHVISION_FILES = dict(
    vgg16='vgg16-397923af.pth', vgg19='vgg19-dcbb9e9d.pth')


def layer_names(vgg_type: str) -> Tuple[str, ...]:
    """Layers of torchvision's VGG ``features`` in their order: 'conv1_1',
    'relu1_1', ... 'pool1', 'conv2_1', ..."""
    names: List[str] = []
    for block, num_convs in enumerate(CONVS_PER_BLOCK[vgg_type], start=1):
        for conv in range(1, num_convs + 1):
            names += [f'conv{block}_{conv}', f'relu{block}_{conv}']
        names.append(f'pool{block}')
    return tuple(names)


class VGGFeatures(nn.Module):
    """The first layers of a VGG, frozen.

    Args:
        vgg_type (str): 'vgg16' or 'vgg19'.
        layers (Sequence[str]): Names of all layers that will be asked for,
            see :func:`layer_names`.
        checkpoint (str, optional): See :class:`FeatureLoss`.

    Raises:
        WeightsNotFoundError: If the file is not there.
        CheckpointError: If the file holds something else.
    """
    mean: Tensor
    std: Tensor

    def __init__(self,
                 vgg_type: str,
                 layers: Sequence[str],
                 checkpoint: Optional[str] = None) -> None:
        super().__init__()
        names = layer_names(vgg_type)
        self.names = names[:1 + max(map(names.index, layers))]
        self.network = _read_vgg(vgg_type, len(self.names), checkpoint)
        for name, values in (('mean', (0.485, 0.456, 0.406)),
                             ('std', (0.229, 0.224, 0.225))):
            self.register_buffer(
                name, torch.tensor(values).view(3, 1, 1), persistent=False)

    def forward(self, image: Tensor,
                layers: Sequence[str]) -> Dict[str, Tensor]:
        """Features after each named layer of RGB images in [-1, 1],
        ``(N, 3, H, W)``, computed only as deep as needed."""
        features = ((image + 1) / 2 - self.mean) / self.std
        found: Dict[str, Tensor] = {}
        for name, layer in zip(self.names, self.network):
            if len(found) == len(set(layers)):
                break
            features = layer(features)
            if name in layers:
                found[name] = features
        return found


def _read_vgg(vgg_type: str, depth: int,
              checkpoint: Optional[str]) -> nn.Sequential:
    """The first layers of torchvision's network, with weights of a file."""
    import torchvision  # only training needs it
    path = _find_weights(vgg_type, checkpoint)
    # A whole VGG has its layers under this prefix.
    state = {
        key.removeprefix('features.'): weight.float()
        for key, weight in read_weights(str(path)).items()
    }
    with torch.device('meta'):
        network = torchvision.models.get_model(vgg_type).features[:depth]
    for name in network.state_dict():
        if name not in state:
            raise CheckpointError(
                f'{path} is not a {vgg_type}: it lacks {name}; expected '
                f"torchvision's {vgg_type} or its features")
    network.load_state_dict(state, strict=False, assign=True)
    for layer in network:
        if isinstance(layer, nn.ReLU):
            layer.inplace = False  # what it sees may have been asked for
    freeze(network)
    return network


def freeze(network: nn.Module) -> None:
    """Turn weights into buffers outside the state dict: they follow the
    module to its device, but neither optimizers nor checkpoints see them."""
    for module in network.modules():
        values = [
            *module.named_parameters(recurse=False),
            *module.named_buffers(recurse=False)
        ]
        for name, value in values:
            delattr(module, name)
            module.register_buffer(name, value.detach(), persistent=False)


def _find_weights(vgg_type: str, checkpoint: Optional[str]) -> Path:
    file_name = TORCHVISION_FILES[vgg_type]
    cached = Path(torch.hub.get_dir(), 'checkpoints', file_name)
    path = cached if checkpoint is None else Path(checkpoint)
    if not path.is_file():
        raise WeightsNotFoundError(
            f'no {vgg_type} weights at {path}: put torchvision\'s {file_name} '
            'there, or name another file as checkpoint of the perceptual loss')
    return path


class FeatureLoss(nn.Module):
    """What losses on the features of a VGG share.

    Nothing is ever downloaded. The weights are read when the first loss is
    computed, so testing a model needs none. A loss on another network
    overrides :meth:`read_network`.

    Args:
        vgg_type (str): 'vgg16' or 'vgg19'.
        layers (Sequence[str]): Names of all layers that are compared, see
            :func:`layer_names`. Without any, no VGG is needed.
        checkpoint (str, optional): Local file with the state dict of
            torchvision's VGG or of its ``features``. None takes the file
            from torchvision's download cache.
        required (bool): Whether to stop if no ``checkpoint`` is named and the
            cache has none; otherwise a warning says so and there is no loss.
    """

    def __init__(self, vgg_type: str, layers: Sequence[str], *,
                 checkpoint: Optional[str], required: bool) -> None:
        super().__init__()
        self.vgg_type = vgg_type
        self.layers = tuple(layers)
        self.checkpoint = checkpoint
        self.required = required
        self.network: Optional[nn.Module] = None

    def read_network(self) -> nn.Module:
        """A frozen network that makes ``{layer: features}`` of RGB images in
        [-1, 1] and the names of the layers, as :class:`VGGFeatures` does."""
        return VGGFeatures(self.vgg_type, self.layers, self.checkpoint)

    def load(self) -> None:
        """Read the network, if there is something to compare.

        Raises:
            WeightsNotFoundError: If the file is not there, but required.
            CheckpointError: If the file holds something else.
        """
        if not self.layers:
            return
        try:
            self.network = self.read_network()
        except WeightsNotFoundError as error:
            if self.required or self.checkpoint is not None:
                raise
            self.layers = ()
            print_log(
                f'Training goes on without {type(self).__name__}: {error}',
                'current', WARNING)

    def has_features(self, image: Tensor) -> bool:
        """Whether there is something to compare, and weights to do so. The
        first call reads them and puts the network where the image is."""
        if self.network is None:
            self.load()
            if self.network is not None:
                self.network.to(image)
        return self.network is not None

    def features(self, image: Tensor,
                 layers: Sequence[str]) -> Dict[str, Tensor]:
        """Features of RGB images in [-1, 1], after :meth:`has_features`."""
        assert self.network is not None
        return self.network(image, layers)
