"""Partial convolution against a pixel-by-pixel twin."""

import pytest
import torch
from reference import networks_layers

from hcl_mmagic.models.layers import PartialConv2d


def make_conv(kernel_size=3):
    conv = PartialConv2d(3, 5, kernel_size).double()
    torch.nn.init.normal_(conv.conv.weight)
    torch.nn.init.normal_(conv.bias)
    return conv


@pytest.mark.parametrize('kernel_size', [3, 5])
@pytest.mark.parametrize('ratio', [0.0, 0.5, 0.9, 1.0])
def test_equals_twin(kernel_size, ratio):
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


def test_gradcheck():
    conv = make_conv()
    image = torch.randn(1, 3, 4, 5, dtype=torch.double, requires_grad=True)
    mask = (torch.rand(1, 1, 4, 5) < 0.6).double()
    parameters = tuple(conv.parameters())
    assert torch.autograd.gradcheck(lambda image, *_: conv(image, mask),
                                    (image, *parameters))


def test_initial_bias_is_zero():
    assert not PartialConv2d(3, 5, 3).bias.any()
