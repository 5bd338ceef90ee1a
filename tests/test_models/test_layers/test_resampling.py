"""Halving and doubling of feature maps."""

import pytest
import torch
import torch.nn.functional as F

from hcl_mmagic.models.layers import Downsample, Upsample


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
