"""Gated convolutions against their formula."""

import torch
import torch.nn.functional as F

from hcl_mmagic.models.layers import GatedConv2d, GatedResidualBlock


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


def test_gradcheck():
    block = GatedResidualBlock(2, 3).double()
    image = torch.randn(1, 2, 4, 3, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(block, image)
