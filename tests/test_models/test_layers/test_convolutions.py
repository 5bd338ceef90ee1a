"""Convolutions, their activation and initial weights, against twins."""

import pytest
import torch
import torch.nn.functional as F
from reference import networks_layers
from torch import nn

from hcl_mmagic.models.layers import (Downsample, GatedConv2d,
                                      GatedResidualBlock, PartialConv2d,
                                      Upsample, gelu_, init_convs)


def test_only_convs_are_drawn():
    module = nn.Sequential(nn.Conv2d(32, 64, 3), nn.Linear(64, 64))
    linear = module[1].weight.clone()
    init_convs(module)
    assert abs(module[0].weight.std() - 0.02) < 1e-3
    assert abs(module[0].weight.mean()) < 1e-3
    assert not module[0].bias.any()
    assert torch.equal(module[1].weight, linear)


def test_single_conv_without_bias():
    conv = nn.Conv2d(32, 64, 3, bias=False)
    init_convs(conv)
    assert abs(conv.weight.std() - 0.02) < 1e-3


def test_without_gradients_the_map_is_overwritten():
    features = torch.randn(2, 3, 4, 5)
    expected = F.gelu(features)
    with torch.no_grad():
        found = gelu_(features)
    assert found.data_ptr() == features.data_ptr()
    torch.testing.assert_close(found, expected)


def test_a_map_that_wants_a_gradient_is_kept():
    features = torch.randn(2, 3, dtype=torch.double, requires_grad=True)
    before = features.detach().clone()
    assert torch.autograd.gradcheck(gelu_, features)
    assert torch.equal(features, before)


def test_downsample_halves():
    assert Downsample(3, 5)(torch.randn(2, 3, 8, 12)).shape == (2, 5, 4, 6)


@pytest.mark.parametrize('mode', ['nearest', 'bilinear'])
def test_upsample_interpolates_then_convolves(mode):
    upsample = Upsample(3, 5, mode=mode)
    image = torch.randn(2, 3, 4, 6)
    if mode == 'nearest':
        doubled = image.repeat_interleave(2, 2).repeat_interleave(2, 3)
    else:
        doubled = F.interpolate(
            image, (8, 12), mode='bilinear', align_corners=False)
    expected = F.conv2d(
        doubled, upsample.conv.weight, upsample.conv.bias, padding=1)
    torch.testing.assert_close(upsample(image), expected)


def test_gated_conv_formula():
    gated = GatedConv2d(3, 4, 5).double()
    image = torch.randn(2, 3, 6, 7, dtype=torch.double)
    feature = F.conv2d(image, gated.conv.weight, gated.conv.bias, padding=2)
    gate = F.conv2d(image, gated.gate.weight, gated.gate.bias, padding=1)
    gelu = feature * (1 + torch.erf(feature / 2**0.5)) / 2
    torch.testing.assert_close(gated(image), gelu / (1 + torch.exp(-gate)))


def test_block_of_equal_widths_has_a_plain_skip():
    block = GatedResidualBlock(4, 4)
    image = torch.randn(1, 4, 6, 7)
    expected = image + block.conv2(block.conv1(image))
    assert torch.equal(block(image), expected)
    assert not any('shortcut' in name for name in block.state_dict())


def test_block_adapts_its_skip_to_a_new_width():
    block = GatedResidualBlock(4, 6)
    image = torch.randn(1, 4, 6, 7)
    expected = F.conv2d(image, block.shortcut.weight, block.shortcut.bias)
    expected = expected + block.conv2(block.conv1(image))
    torch.testing.assert_close(block(image), expected)


def test_gradcheck_of_a_gated_block():
    block = GatedResidualBlock(2, 3).double()
    image = torch.randn(1, 2, 4, 3, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(block, image)


def make_conv(kernel_size=3):
    conv = PartialConv2d(3, 5, kernel_size).double()
    torch.nn.init.normal_(conv.conv.weight)
    torch.nn.init.normal_(conv.bias)
    return conv


@pytest.mark.parametrize('kernel_size', [3, 5])
@pytest.mark.parametrize('ratio', [0.0, 0.5, 0.9, 1.0])
def test_a_partial_convolution_equals_its_twin(kernel_size, ratio):
    conv = make_conv(kernel_size)
    image = torch.randn(2, 3, 6, 9, dtype=torch.double)
    mask = (torch.rand(2, 1, 6, 9) < ratio).double()
    expected = torch.stack([
        torch.from_numpy(
            networks_layers.partial_conv(one.numpy(), hole[0].numpy(),
                                         conv.conv.weight.detach().numpy(),
                                         conv.bias.detach().numpy()))
        for one, hole in zip(image, mask)
    ])
    torch.testing.assert_close(conv(image, mask), expected)


def test_far_from_intact_pixels_is_zero():
    conv = make_conv()
    mask = torch.ones(1, 1, 8, 8, dtype=torch.double)
    mask[..., 0, 0] = 0
    output = conv(torch.randn(1, 3, 8, 8, dtype=torch.double), mask)
    assert (output[..., 2:, :] == 0).all() and (output[..., 2:] == 0).all()
    assert (output[..., :2, :2] != 0).all()


def test_content_of_holes_has_no_influence():
    conv = make_conv()
    image = torch.randn(1, 3, 8, 8, dtype=torch.double)
    mask = (torch.rand(1, 1, 8, 8) < 0.5).double()
    disturbed = image + mask * torch.randn_like(image)
    assert torch.equal(conv(image, mask), conv(disturbed, mask))


def test_gradcheck_of_a_partial_convolution():
    conv = make_conv()
    image = torch.randn(1, 3, 4, 5, dtype=torch.double, requires_grad=True)
    mask = (torch.rand(1, 1, 4, 5) < 0.6).double()
    parameters = tuple(conv.parameters())
    assert torch.autograd.gradcheck(lambda image, *_: conv(image, mask),
                                    (image, *parameters))


def test_initial_bias_is_zero():
    assert not PartialConv2d(3, 5, 3).bias.any()
