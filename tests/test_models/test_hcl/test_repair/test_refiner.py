"""Refiner."""

import pytest
import torch
from torch import nn

from hcl_mmagic.models import ConvUNetRefiner


@pytest.mark.parametrize('size', [(32, 32), (16, 48)])
@pytest.mark.parametrize('mults', [(1, 2, 4, 8, 8), (1, 3), (2, )])
def test_sizes(size, mults):
    refiner = ConvUNetRefiner(base_channels=4, channel_mults=mults)
    image = refiner(torch.randn(2, 3, *size), torch.ones(2, 1, *size))
    assert image.shape == (2, 3, *size)
    assert image.abs().max() <= 1
    assert refiner.size_divisor == 2**(len(mults) - 1)


def test_network_sees_the_intact_mask():
    refiner = ConvUNetRefiner(base_channels=4, channel_mults=(1, ))
    coarse = torch.randn(1, 3, 8, 8)
    mask = (torch.rand(1, 1, 8, 8) < 0.5).float()
    seen = []
    refiner.stem.register_forward_pre_hook(
        lambda module, inputs: seen.append(inputs[0]))
    refiner(coarse, mask)
    assert torch.equal(seen[0], torch.cat((coarse, 1 - mask), dim=1))


def test_memory_format_changes_nothing():
    refiner = ConvUNetRefiner(base_channels=4).double()
    coarse = torch.randn(1, 3, 32, 48, dtype=torch.double)
    mask = torch.zeros(1, 1, 32, 48, dtype=torch.double)
    expected = refiner(coarse, mask)
    refiner.to(memory_format=torch.channels_last)
    torch.testing.assert_close(refiner(coarse, mask), expected)


def test_only_sampling_convs_keep_default_weights():
    refiner = ConvUNetRefiner(base_channels=32, channel_mults=(1, 2))
    sampling = [refiner.downsamples[0], refiner.upsamples[0].conv]
    for module in refiner.modules():
        if isinstance(module, nn.Conv2d) and module.weight.numel() > 1000:
            drawn = abs(module.weight.std() - 0.02) < 2e-3
            assert drawn == (module not in sampling)
            assert module.bias.any() == (module in sampling)


def test_size_of_paper_model():
    with torch.device('meta'):
        refiner = ConvUNetRefiner()
    assert abs(sum(p.numel() for p in refiner.parameters()) - 61.6e6) < 1e5


def test_gradient_reaches_every_parameter_and_the_coarse_image():
    refiner = ConvUNetRefiner(base_channels=4, channel_mults=(1, 2))
    coarse = torch.randn(1, 3, 8, 8, requires_grad=True)
    refiner(coarse, torch.zeros(1, 1, 8, 8)).mean().backward()
    assert coarse.grad is not None
    for name, parameter in refiner.named_parameters():
        assert parameter.grad is not None, name


def test_size_off_the_levels_is_refused():
    refiner = ConvUNetRefiner(base_channels=4)
    with pytest.raises(ValueError, match='multiples of 16, got 32 x 40'):
        refiner(torch.randn(1, 3, 32, 40), torch.zeros(1, 1, 32, 40))


def test_unknown_argument_is_named():
    with pytest.raises(TypeError, match='ConvUNetRefiner.*depth'):
        ConvUNetRefiner(depth=2)


def test_upsample_mode_reaches_every_level():
    refiner = ConvUNetRefiner(
        base_channels=4, channel_mults=(1, 2), upsample_mode='nearest')
    assert [part.mode for part in refiner.upsamples] == ['nearest']
    with pytest.raises(ValueError, match="'bilinear', got 'cubic'"):
        ConvUNetRefiner(base_channels=4, upsample_mode='cubic')
