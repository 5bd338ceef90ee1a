"""Recorded outputs of the reference implementation, and VGGs with random
weights, as files."""

import functools
from pathlib import Path
from typing import Callable, Dict

import numpy as np
import pytest
import torch
import torchvision
from torch import nn


@pytest.fixture(scope='session')
def recorded_detection() -> Dict[str, np.ndarray]:
    """Projections of three 64 px pictures and all that was made of them.

    Masks there are 1 = intact, and cluster 0 is the intact one.
    """
    path = Path(__file__).parents[1] / 'data' / 'parity_detection.npz'
    with np.load(path) as arrays:
        return dict(arrays)


@functools.lru_cache(maxsize=None)
def random_features(vgg_type: str) -> nn.Sequential:
    """torchvision's feature layers."""
    torch.manual_seed(0)
    with torch.device('meta'):
        vgg = getattr(torchvision.models, vgg_type)(weights=None)
    layers = vgg.features.to_empty(device='cpu').eval()
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.normal_(layer.bias, std=0.1)
    return layers.requires_grad_(False)


@pytest.fixture(scope='session')
def vgg_features() -> Callable[[str], nn.Sequential]:
    """Feature layers of 'vgg16' and 'vgg19'."""
    return random_features


@pytest.fixture(scope='session')
def vgg_file(tmp_path_factory) -> Callable[[str], str]:
    """Path of the weights of :func:`vgg_features`."""

    @functools.lru_cache(maxsize=None)
    def save(vgg_type: str) -> str:
        path = tmp_path_factory.mktemp('vgg') / f'{vgg_type}.pth'
        torch.save(random_features(vgg_type).state_dict(), path)
        return str(path)

    return save


@pytest.fixture
def empty_cache(tmp_path, monkeypatch) -> Path:
    """torchvision's download cache, without any file."""
    monkeypatch.setenv('TORCH_HOME', str(tmp_path))
    monkeypatch.setattr(torch.hub, '_hub_dir', None)
    folder = tmp_path / 'hub' / 'checkpoints'
    folder.mkdir(parents=True)
    return folder
