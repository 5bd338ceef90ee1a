"""Residual encoder against the same computed by functions alone."""

import pytest
import torch
import torch.nn.functional as F

from hcl_mmagic.models import ResidualEncoder


@pytest.fixture
def encoder():
    torch.manual_seed(0)
    encoder = ResidualEncoder(channels=(4, 6, 8), depths=(1, 0, 4))
    for name, parameter in encoder.named_parameters():
        if parameter.ndim == 1:  # else half of the blocks do nothing
            torch.nn.init.uniform_(parameter, 0.5, 1.5)
    return encoder.eval()


def conv(weights, name, image, stride=1, dilation=1, relu=True):
    weight = weights[f'{name}.conv.weight']
    padding = dilation * (weight.shape[-1] // 2)
    image = F.conv2d(
        image, weight, stride=stride, padding=padding, dilation=dilation)
    mean, variance, scale, shift = (
        weights[f'{name}.bn.{key}'][:, None, None]
        for key in ('running_mean', 'running_var', 'weight', 'bias'))
    image = (image - mean) / (variance + 1e-5).sqrt() * scale + shift
    return image.clamp(min=0) if relu else image


def block(weights, name, image, dilation):
    changed = conv(weights, f'{name}.first', image, dilation=dilation)
    changed = conv(weights, f'{name}.second', changed, relu=False)
    return (image + changed).clamp(min=0)


def test_features_are_those_of_the_formula(encoder):
    weights = encoder.state_dict()
    image = torch.randn(2, 3, 16, 24)
    fine = conv(weights, 'stem', image, stride=2)
    fine = block(weights, 'blocks.0.0', fine, 1)
    middle = conv(weights, 'downsamples.0', fine, stride=2)
    coarse = conv(weights, 'downsamples.1', middle, stride=2)
    for index, dilation in enumerate((1, 2, 4, 1)):
        coarse = block(weights, f'blocks.2.{index}', coarse, dilation)
    expected = [coarse]
    for stage, features in ((1, middle), (0, fine)):
        lateral = F.conv2d(expected[0], weights[f'laterals.{stage}.weight'],
                           weights[f'laterals.{stage}.bias'])
        lateral = lateral.repeat_interleave(2, 2).repeat_interleave(2, 3)
        expected.insert(0, conv(weights, f'merges.{stage}',
                                features + lateral))
    for found, wanted in zip(encoder(image), expected, strict=True):
        torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5)


def test_blocks_begin_as_the_identity():
    block = ResidualEncoder(channels=(4, 8), depths=(1, 0)).blocks[0]
    features = torch.rand(2, 4, 6, 6)
    torch.testing.assert_close(block(features), features, rtol=0, atol=0)


def test_sizes():
    encoder = ResidualEncoder(channels=(4, 6, 8, 10), depths=(0, 1, 0, 1))
    assert encoder.stage_channels == (4, 6, 8, 10)
    assert encoder.size_divisor == 16
    assert [
        tuple(features.shape)
        for features in encoder(torch.randn(2, 3, 32, 48))
    ] == [(2, 4, 16, 24), (2, 6, 8, 12), (2, 8, 4, 6), (2, 10, 2, 3)]


def test_gradient_reaches_every_parameter(encoder):
    sum(features.square().mean()
        for features in encoder(torch.randn(1, 3, 16, 16))).backward()
    for name, parameter in encoder.named_parameters():
        assert parameter.grad is not None, name


@pytest.mark.parametrize('size', [(20, 24), (24, 20)])
def test_size_off_the_divisor_is_refused(encoder, size):
    with pytest.raises(ValueError, match='multiples of 8, got .* pad'):
        encoder(torch.randn(1, 3, *size))


def test_one_depth_per_stage():
    with pytest.raises(ValueError, match='got 2 and 1'):
        ResidualEncoder(channels=(4, 8), depths=(1, ))
