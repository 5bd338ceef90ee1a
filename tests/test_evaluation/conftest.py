"""What the evaluation tests share."""
import importlib.util
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
import torchvision
from torch import nn

import hcl_mmagic  # noqa: F401 (repairs MMagic, so it comes before it)
from hcl_mmagic.evaluation.result_folders import ResultFolders
from hcl_mmagic.visualization.save_results_hook import save_sample

ROLES = dict(
    restored='restored',
    clean='clean',
    damaged='damaged',
    mask='true_mask',
    pred_mask='confidence')
NUM_SAVED = 7
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


@pytest.fixture
def saved(evaluation_runner, tmp_path):
    """Folder of the saved samples of a test."""
    for index in range(NUM_SAVED):
        save_sample(
            evaluation_runner.make_sample(index), tmp_path, f'a/{index}')
    return tmp_path


@pytest.fixture
def open_folders(saved):
    """Opens the saved results, the roles under other folders if asked."""

    def open_roles(*roles, mask_threshold=None, **folders):
        names = {role: ROLES[role] for role in roles or ROLES}
        return ResultFolders(
            {
                role: str(saved / name)
                for role, name in {
                    **names,
                    **folders
                }.items()
            },
            mask_threshold=mask_threshold)

    return open_roles


@pytest.fixture
def write_map():
    """Writes a grey picture, with the folders above it."""

    def write(path, pixels):
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), pixels)

    return write


@pytest.fixture
def invert(write_map):
    """Writes inverted copies of the grey pictures of a folder."""

    def invert_folder(folder, out):
        for path in folder.rglob('*.png'):
            pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
            highest = np.iinfo(pixels.dtype).max
            write_map(out / path.relative_to(folder), highest - pixels)

    return invert_folder
