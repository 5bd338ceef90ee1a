"""Networks that judge images, with weights from local files.

Nothing is ever downloaded.
"""
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List, Mapping, Union

import lpips
import torch
import torch.nn.functional as F
from mmagic.evaluation.functional.fid_inception import fid_inception_v3
from mmagic.utils import MMAGIC_CACHE_DIR
from torch import Tensor, nn

from hcl_mmagic.errors import CheckpointError, one_line
from hcl_mmagic.weights import read_checkpoint

LPIPS_FILES = {
    'alex': 'alexnet-owt-7be5be79.pth',
    'vgg': 'vgg16-397923af.pth',
    'squeeze': 'squeezenet1_1-b8a52dc0.pth',
}
"""torchvision's files of the networks below LPIPS; its own linear layers come
with the lpips package."""
SCRIPTED_INCEPTION_FILE = 'inception-2015-12-05.pt'
INCEPTION_FILES = ('weights-inception-2015-12-05-6726825d.pth',
                   'pt_inception-2015-12-05-6726825d.pth')
"""torch-fidelity's and MMagic's names of one file."""


def lpips_places(net: str) -> List[Path]:
    """Where torchvision keeps the file of a network below LPIPS, 'alex', 'vgg'
    or 'squeeze', in torch's download cache."""
    return [_torch_cache() / LPIPS_FILES[net]]


def inception_places() -> List[Path]:
    """Where other programs keep FID's network; NVIDIA's TorchScript network
    first."""
    scripted = [
        folder / SCRIPTED_INCEPTION_FILE
        for folder in (_torch_cache(), Path(MMAGIC_CACHE_DIR))
    ]
    return scripted + [_torch_cache() / name for name in INCEPTION_FILES]


def load_lpips(net: str, path: Union[str, Path]) -> lpips.LPIPS:
    """Build the network of the LPIPS metric, version 0.1, frozen.

    The file is the state dict of torchvision's network ('alex', 'vgg' or
    'squeeze') or of its ``features``; a CheckpointError if it is not.
    """
    with _without_warnings():
        network = lpips.LPIPS(net=net, pnet_rand=True, verbose=False)
    state = {
        name.removeprefix('features.'): weight
        for name, weight in _read_state(path).items()
    }
    # lpips splits the layers into slices but keeps their positions as names.
    sliced = {}
    for name in network.net.state_dict():
        position = name.partition('.')[2]
        if position in state:
            sliced[name] = state[position]
    _load(network.net, sliced, path, f"torchvision's {LPIPS_FILES[net]}")
    return network.requires_grad_(False).eval()


def load_inception(path: Union[str, Path]) -> nn.Module:
    """Build the feature extractor of FID, which takes uint8 RGB images ``(N,
    3, H, W)`` of any size and returns features ``(N, 2048)``.

    The file is NVIDIA's TorchScript network, which MMagic calls 'StyleGAN', or
    the state dict that MMagic ('PyTorch') and torch-fidelity share; a
    CheckpointError if it is not.
    """
    try:
        return ScriptedInception(torch.jit.load(str(path), map_location='cpu'))
    except RuntimeError:  # no TorchScript
        return PlainInception(path)


class ScriptedInception(nn.Module):
    """A TorchScript network that resizes and scales its input itself."""

    def __init__(self, network: torch.jit.ScriptModule) -> None:
        super().__init__()
        self.network = network.eval()

    def forward(self, image: Tensor) -> Tensor:
        """Features ``(N, D)`` of uint8 RGB ``(N, 3, H, W)``."""
        return self.network(image, return_features=True)


class PlainInception(nn.Module):
    """MMagic's Inception for FID, with images resized as MMagic does."""

    def __init__(self, path: Union[str, Path]) -> None:
        super().__init__()
        with _without_warnings(), torch.device('meta'):
            self.network = fid_inception_v3(load_ckpt=False)
        _load(self.network, _read_state(path), path, "FID's Inception")
        self.network.fc = nn.Identity()
        self.requires_grad_(False).eval()

    def forward(self, image: Tensor) -> Tensor:
        """Features ``(N, 2048)`` of uint8 RGB ``(N, 3, H, W)``."""
        resized = F.interpolate(
            image.float(),
            size=(299, 299),
            mode='bilinear',
            align_corners=False)
        return self.network((resized - 127.5) / 127.5)


def _torch_cache() -> Path:
    return Path(torch.hub.get_dir(), 'checkpoints')


@contextmanager
def _without_warnings() -> Iterator[None]:
    """lpips and MMagic still use names that torchvision has replaced."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        yield


def _read_state(path: Union[str, Path]) -> Mapping[str, Tensor]:
    state = read_checkpoint(str(path))
    if not isinstance(state, dict):
        raise CheckpointError(f'{path} holds no state dict')
    return state


def _load(network: nn.Module, state: Mapping[str, Tensor],
          path: Union[str, Path], name: str) -> None:
    """Load weights into a network whose own may be on the meta device."""
    try:
        network.load_state_dict(state, assign=True)
    except RuntimeError as error:
        reason = one_line(error)
        raise CheckpointError(
            f'{path} does not hold {name}: {reason[:200]}') from error
