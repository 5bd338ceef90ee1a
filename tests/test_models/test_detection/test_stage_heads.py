"""The perceptrons of the stages against a plain numpy twin."""

import numpy as np
import pytest
import torch
from scipy.special import erf

from hcl_mmagic.models.detection.detector import StageHeads

CHANNELS = (4, 8, 16)


def make_heads(fuse_stages=True, num_heads=3):
    return StageHeads(
        stage_channels=CHANNELS,
        out_channels=5,
        hidden_channels=6,
        fuse_stages=fuse_stages,
        num_heads=num_heads)


def make_features():
    return [
        torch.randn(2, channels, 16 >> s, 8 >> s)
        for s, channels in enumerate(CHANNELS)
    ]


def linear(layer, pixels):
    weight, bias = (part.detach().numpy() for part in layer.parameters())
    return np.einsum('oc,nchw->nohw', weight, pixels) + bias[:, None, None]


def reference_stage(heads, features, stage):
    """Fuse, then linear, GELU, linear on each pixel."""
    pixels = features[stage].numpy()
    if heads.fusions is not None and stage < 2:
        coarser = linear(heads.fusions[stage], features[stage + 1].numpy())
        pixels = np.concatenate(
            [pixels, np.kron(coarser, np.ones((1, 1, 2, 2)))], axis=1)
    first, _, last = heads.projection_heads[stage]
    hidden = linear(first, pixels)
    return linear(last, hidden * (1 + erf(hidden / np.sqrt(2))) / 2)


@pytest.mark.parametrize('fuse_stages', [True, False])
@torch.no_grad()
def test_every_stage_matches_the_twin(fuse_stages):
    heads, features = make_heads(fuse_stages), make_features()
    outputs = heads.of_stages(features)
    assert len(outputs) == 3
    for stage, output in enumerate(outputs):
        np.testing.assert_allclose(
            output, reference_stage(heads, features, stage), atol=1e-5)


@torch.no_grad()
def test_fewer_heads_are_those_of_the_finest_stages():
    heads, features = make_heads(num_heads=1), make_features()
    finest, = heads.of_stages(features)
    np.testing.assert_allclose(
        finest, reference_stage(heads, features, 0), atol=1e-5)
    assert len(heads.fusions) == 1
