"""Shapes, reach and limits of VCNet's networks."""

import pytest
import torch

from hcl_mmagic.models import (VCNetDiscriminator, VCNetInpaintingNetwork,
                               VCNetMaskNetwork, WGANGPLoss)
from hcl_mmagic.models.compared.vcnet import ContextBlock


@pytest.fixture
def corrupted():
    return torch.rand(2, 3, 16, 24) * 2 - 1


@pytest.fixture
def inpainting_network():
    return VCNetInpaintingNetwork(base_channels=4, mask_feature_channels=8)


def test_mask_network_gives_log_odds_and_features(corrupted):
    network = VCNetMaskNetwork(base_channels=4)
    logits, features = network(corrupted)
    assert logits.shape == (2, 1, 16, 24)
    assert features.shape == (2, network.feature_channels, 4, 6)


def test_sides_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match='multiples of 4, got 16 x 18'):
        VCNetMaskNetwork(base_channels=4)(torch.zeros(1, 3, 16, 18))


def test_mask_network_has_the_widths_of_the_authors_code():
    network = VCNetMaskNetwork()
    assert [block.conv1.out_channels
            for block in network.encoder] == [64, 128, 128, 128]


def test_inpainting_network_gives_an_image(inpainting_network, corrupted):
    image = inpainting_network(corrupted, torch.rand(2, 1, 16, 24),
                               torch.rand(2, 8, 4, 6))
    assert image.shape == corrupted.shape
    assert image.abs().max() <= 1


def test_gradient_reaches_mask_and_features(inpainting_network, corrupted):
    mask = torch.rand(2, 1, 16, 24, requires_grad=True)
    features = torch.rand(2, 8, 4, 6, requires_grad=True)
    inpainting_network(corrupted, mask, features).sum().backward()
    assert mask.grad.abs().sum() > 0
    assert features.grad.abs().sum() > 0


@pytest.mark.parametrize('stride', [1, 2])
def test_mask_is_resized_to_the_block(stride):
    block = ContextBlock(3, 8, stride=stride)
    mask = torch.zeros(1, 1, 16, 24)
    mask[..., 12:] = 1
    features = torch.rand(1, 3, 16, 24)
    expected = block(features, mask[:, :, ::stride, ::stride])
    torch.testing.assert_close(block(features, mask), expected)


def test_skip_is_a_1x1_convolution_of_the_stride():
    block = ContextBlock(16, 32, stride=2)
    features = torch.rand(2, 16, 7, 8)
    torch.testing.assert_close(
        block.skip(features),
        torch.nn.functional.conv2d(
            features, block.shortcut.weight, block.shortcut.bias, stride=2))


def test_discriminator_gives_one_score_per_image(corrupted):
    critic = VCNetDiscriminator(base_channels=4)
    assert critic(corrupted).shape == (2, 1)
    torch.testing.assert_close(critic(corrupted)[:1], critic(corrupted[:1]))


def test_gradient_penalty_is_that_of_the_scores(corrupted):
    """Equation of WGAN-GP for a critic of one score per image."""
    critic = VCNetDiscriminator(base_channels=4)
    fake, alpha = torch.rand_like(corrupted), torch.tensor([0.3])
    expected = 0.
    for real_one, fake_one in zip(corrupted, fake):
        mixed = (0.3 * real_one + 0.7 * fake_one).requires_grad_(True)
        gradient, = torch.autograd.grad(critic(mixed[None]).squeeze(), mixed)
        expected += (gradient.norm() - 1)**2 / 2
    torch.testing.assert_close(
        WGANGPLoss.gradient_penalty(critic, corrupted, fake, alpha), expected)
