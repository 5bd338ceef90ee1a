"""Perceptual loss on VGG-19 features, with weights from a local file."""

import pickle
from pathlib import Path
from typing import Dict, Optional, Sequence

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn

from hcl_mmagic.errors import CheckpointError, WeightsNotFoundError
from ..functional import at_least_float32

# Convolutions in each block of VGG-19; a max-pooling follows every block.
CONVS_PER_BLOCK = (2, 2, 4, 4, 4)
TORCHVISION_FILE = 'vgg19-dcbb9e9d.pth'


def _conv_positions() -> Dict[str, int]:
    """Position of each convolution in torchvision's ``vgg19().features`` by
    the name of the ReLU after it, such as 'relu2_2', in running order."""
    positions = {}
    position = 0
    for block, num_convs in enumerate(CONVS_PER_BLOCK, start=1):
        for conv in range(1, num_convs + 1):
            positions[f'relu{block}_{conv}'] = position
            position += 2
        position += 1
    return positions


CONV_POSITIONS = _conv_positions()


def _find_weights(checkpoint: Optional[str]) -> Path:
    """Local file of the VGG-19 weights.

    Args:
        checkpoint (str, optional): File named by the user. None takes the
            file from torchvision's download cache.

    Returns:
        Path: An existing file.

    Raises:
        WeightsNotFoundError: If there is none.
    """
    cached = Path(torch.hub.get_dir(), 'checkpoints', TORCHVISION_FILE)
    path = cached if checkpoint is None else Path(checkpoint)
    if not path.is_file():
        raise WeightsNotFoundError(
            f'no VGG-19 weights at {path}: put torchvision\'s '
            f'{TORCHVISION_FILE} there, name another file as checkpoint of '
            'VGGPerceptualLoss, or train without it by coarse_weight=0 and '
            'refined_weight=0')
    return path


def _load_state(path: Path) -> Dict[str, Tensor]:
    """Read a state dict and strip the prefix of torchvision's whole model.

    Raises:
        CheckpointError: If the file holds no state dict.
    """
    try:
        state = torch.load(path, map_location='cpu', weights_only=True)
        return {
            name.removeprefix('features.'): weight
            for name, weight in state.items()
        }
    except (AttributeError, EOFError, RuntimeError,
            pickle.UnpicklingError) as error:
        raise CheckpointError(
            f'{path} holds no VGG-19 weights, expected a state dict saved by '
            'torch.save; download the file again') from error


class VGG19Features(nn.Module):
    """The first layers of VGG-19, frozen.

    The weights are buffers outside the state dict: they follow the module to
    its device, but neither optimizers nor checkpoints see them.

    Args:
        layers (Sequence[str]): Names of all layers that will be asked for,
            'relu1_1' to 'relu5_4'.
        checkpoint (str, optional): Local file, see
            :class:`VGGPerceptualLoss`.
    """

    def __init__(self,
                 layers: Sequence[str],
                 checkpoint: Optional[str] = None) -> None:
        super().__init__()
        path = _find_weights(checkpoint)
        state = _load_state(path)
        names = list(CONV_POSITIONS)
        for name in names[:1 + max(map(names.index, layers))]:
            for kind in ('weight', 'bias'):
                key = f'{CONV_POSITIONS[name]}.{kind}'
                if key not in state:
                    raise CheckpointError(
                        f'{path} is not a VGG-19: it lacks {key}; expected '
                        'torchvision\'s vgg19 or its features')
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
            image (Tensor): RGB in [-1, 1], ``(N, 3, H, W)``.
            layers (Sequence[str]): Names of the layers.

        Returns:
            dict[str, Tensor]: Features after each named layer.
        """
        features = ((image + 1) / 2 - self.mean) / self.std
        found: Dict[str, Tensor] = {}
        for name in CONV_POSITIONS:
            if len(found) == len(set(layers)):
                break
            if name.endswith('_1') and name != 'relu1_1':
                features = F.max_pool2d(features, 2)
            features = F.relu(
                F.conv2d(
                    features,
                    getattr(self, f'{name}_weight'),
                    getattr(self, f'{name}_bias'),
                    padding=1))
            if name in layers:
                found[name] = features
        return found


@MODELS.register_module()
class VGGPerceptualLoss(nn.Module):
    """L1 distance of VGG-19 features, summed over layers (HCL section 3.4).

    Nothing is ever downloaded. A part whose weight is 0 is not computed; with
    both weights 0 no VGG is needed. The weights are read when the first loss
    is computed, so testing a model needs none.

    Args:
        coarse_layers (Sequence[str]): Layers that judge the coarse image.
        coarse_weight (float): Weight of the coarse image's loss.
        refined_layers (Sequence[str]): Layers that judge the refined image.
        refined_weight (float): Weight of the refined image's loss.
        checkpoint (str, optional): Local file with the state dict of
            torchvision's ``vgg19`` or of its ``features``. None takes the
            file from torchvision's download cache.

    Raises:
        ValueError: If a layer does not exist.
    """

    def __init__(self,
                 *,
                 coarse_layers: Sequence[str] = ('relu2_2', 'relu3_2'),
                 coarse_weight: float = 1.0,
                 refined_layers: Sequence[str] = ('relu4_2', 'relu5_2'),
                 refined_weight: float = 1.0,
                 checkpoint: Optional[str] = None) -> None:
        super().__init__()
        for layer in (*coarse_layers, *refined_layers):
            if layer not in CONV_POSITIONS:
                raise ValueError(f'layers of VGGPerceptualLoss must be among '
                                 f'{", ".join(CONV_POSITIONS)}, got {layer!r}')
        self.coarse_weight = coarse_weight
        self.refined_weight = refined_weight
        self.coarse_layers = tuple(coarse_layers) if coarse_weight else ()
        self.refined_layers = tuple(refined_layers) if refined_weight else ()
        self.layers = self.coarse_layers + self.refined_layers
        self.checkpoint = checkpoint
        self.vgg: Optional[VGG19Features] = None

    def load(self) -> None:
        """Read the VGG's weights, if any are needed.

        Raises:
            WeightsNotFoundError: If the file is not there.
            CheckpointError: If the file holds something else.
        """
        if self.layers:
            self.vgg = VGG19Features(self.layers, self.checkpoint)

    def forward(self, coarse: Tensor, refined: Tensor,
                gt_img: Tensor) -> Dict[str, Tensor]:
        """Compare both images with the truth.

        Args:
            coarse (Tensor): Coarse image in [-1, 1], ``(N, 3, H, W)``.
            refined (Tensor): Refined image, likewise.
            gt_img (Tensor): Undamaged image, likewise.

        Returns:
            dict[str, Tensor]: ``loss_perceptual_coarse`` and
            ``loss_perceptual_refined``, weighted, without those of weight 0.
        """
        losses: Dict[str, Tensor] = {}
        if not self.layers:
            return losses
        if self.vgg is None:
            self.load()
            self.vgg.to(gt_img)
        with torch.no_grad():
            truth = self.vgg(gt_img, self.layers)
        if self.coarse_layers:
            losses['loss_perceptual_coarse'] = (
                self.coarse_weight *
                self._distance(coarse, truth, self.coarse_layers))
        if self.refined_layers:
            losses['loss_perceptual_refined'] = (
                self.refined_weight *
                self._distance(refined, truth, self.refined_layers))
        return losses

    def _distance(self, image: Tensor, truth: Dict[str, Tensor],
                  layers: Sequence[str]) -> Tensor:
        """Sum over layers of the mean absolute difference."""
        features = self.vgg(image, layers)
        return sum(
            F.l1_loss(
                at_least_float32(features[layer]),
                at_least_float32(truth[layer])) for layer in layers)
