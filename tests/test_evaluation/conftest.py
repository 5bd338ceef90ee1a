"""What the evaluation tests share."""
import importlib.util
from pathlib import Path

import pytest
import torch
import torchvision
from torch import nn

import hcl_mmagic  # noqa: F401 (repairs MMagic, so it comes before it)

REFERENCE = Path(__file__).parents[1] / 'reference' / 'evaluation_runner.py'


@pytest.fixture(scope='session')
def evaluation_runner():
    """The module ``tests/reference/evaluation_runner.py``."""
    spec = importlib.util.spec_from_file_location('evaluation_runner',
                                                  REFERENCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TinyInception(nn.Module):
    """Called like NVIDIA's TorchScript Inception, with six features."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 5, stride=2)

    def forward(self, image: torch.Tensor, return_features: bool = False):
        assert image.dtype == torch.uint8 and return_features
        return self.conv(image.float() / 64).relu().mean(dim=(2, 3))


@pytest.fixture(scope='session')
def backbones(tmp_path_factory):
    """Folder with random networks for LPIPS and FID."""
    folder = tmp_path_factory.mktemp('backbones')
    torch.manual_seed(0)
    with torch.device('meta'):
        alexnet = torchvision.models.alexnet(weights=None)
    features = alexnet.features.to_empty(device='cpu')
    for layer in features:
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.normal_(layer.bias, std=0.1)
    torch.save(
        {
            f'features.{name}': weight
            for name, weight in features.state_dict().items()
        }, folder / 'alexnet.pth')
    torch.jit.script(TinyInception()).save(str(folder / 'scripted.pt'))
    return folder
