"""MAT's layers, against plain convolutions and slow twins."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from hcl_mmagic.models.compared.mat.equalized import (EqualizedConv,
                                                      EqualizedLinear,
                                                      MaskedConv, StyledConv,
                                                      convolve, double_image,
                                                      leaky_relu)

FILTER = np.outer([1, 3, 3, 1], [1, 3, 3, 1]) / 64


def _reference_enlarged(image):
    """Every second value is 0, then the filter at each place."""
    height, width = image.shape
    spread = np.zeros((2 * height, 2 * width))
    spread[::2, ::2] = image
    padded = np.pad(spread, ((2, 1), (2, 1)))
    return np.array([[(padded[i:i + 4, j:j + 4] * FILTER).sum() * 4
                      for j in range(2 * width)] for i in range(2 * height)])


def test_a_picture_is_doubled_as_in_stylegan2():
    image = torch.rand(1, 2, 5, 4, dtype=torch.float64)
    doubled = double_image(image)
    for channel in range(2):
        np.testing.assert_allclose(doubled[0, channel],
                                   _reference_enlarged(image[0, channel]))


def test_a_doubling_convolution_is_one_of_the_doubled_map():
    features = torch.rand(1, 3, 6, 6, dtype=torch.float64)
    weight = torch.rand(2, 3, 3, 3, dtype=torch.float64)
    # A transposed convolution turns its kernel round.
    expected = F.conv2d(double_image(features), weight.flip(2, 3), padding=1)
    torch.testing.assert_close(
        convolve(features, weight, 1)[..., 2:-2, 2:-2], expected[..., 2:-2,
                                                                 2:-2])


@pytest.mark.parametrize('side', [1, 3])
def test_a_halving_convolution_filters_first(side):
    features = torch.rand(1, 2, 8, 8, dtype=torch.float64)
    weight = torch.rand(2, 2, side, side, dtype=torch.float64)
    kernel = torch.tensor(FILTER).expand(2, 1, 4, 4)
    padded = F.pad(features, [side // 2 + 1] * 4)
    expected = F.conv2d(F.conv2d(padded, kernel, groups=2), weight, stride=2)
    halved = convolve(features, weight, -1)
    assert halved.shape[2:] == (4, 4)
    torch.testing.assert_close(halved, expected)


def test_layers_keep_the_variance_of_noise():
    torch.manual_seed(0)
    linear, conv = EqualizedLinear(256, 256), EqualizedConv(64, 64)
    assert linear(torch.randn(64, 256)).std().item() == pytest.approx(
        1, abs=0.05)
    energy = conv(torch.randn(2, 64, 24, 24)).square().mean().item()
    assert energy == pytest.approx(1, abs=0.1)


def test_a_slow_layer_begins_as_any_other():
    torch.manual_seed(0)
    quick = EqualizedLinear(8, 8, bias=0.)
    torch.manual_seed(0)
    slow = EqualizedLinear(8, 8, bias=0., rate=0.01)
    inputs = torch.randn(3, 8)
    torch.testing.assert_close(slow(inputs), quick(inputs))
    slow(inputs).sum().backward()
    quick(inputs).sum().backward()
    torch.testing.assert_close(slow.weight.grad, 0.01 * quick.weight.grad)


def test_a_masked_convolution_scales_by_what_it_saw():
    conv = MaskedConv(2, 2)
    features = torch.rand(1, 2, 7, 9)
    mask = (torch.rand(1, 1, 7, 9) > 0.3).float()
    mapped, updated = conv(features, mask)
    plain = EqualizedConv.forward(conv, features)
    for row in range(7):
        for column in range(9):
            window = mask[0, 0,
                          max(row - 1, 0):row + 2,
                          max(column - 1, 0):column + 2]
            count = (1 - window).sum().item()
            factor = 9 / count if count else 0
            torch.testing.assert_close(mapped[0, :, row, column],
                                       factor * plain[0, :, row, column])
            assert updated[0, 0, row, column] == (count == 0)


@torch.no_grad()
def test_a_styled_convolution_is_that_of_modulated_weights():
    conv = StyledConv(3, 4, 5, noisy=True)
    conv.noise_strength.fill_(0.5)
    features, style = torch.rand(2, 3, 6, 6), torch.randn(2, 5)
    noise = torch.randn(2, 1, 6, 6)
    found = conv(features, style, noise)
    for picture in range(2):
        scales = conv.to_scales(style)[picture]
        weight = conv.weight / 27**0.5 * scales[:, None, None]
        weight = weight / (weight.square().sum(
            (1, 2, 3), keepdim=True) + 1e-8).sqrt()
        expected = F.conv2d(features[picture], weight, padding=1)
        expected = leaky_relu(expected + 0.5 * noise[picture] + conv.bias)
        torch.testing.assert_close(found[picture], expected)
