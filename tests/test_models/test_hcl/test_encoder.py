"""Encoder against recorded features."""

import pytest
import torch
import torch.nn.functional as F
from reference import networks_recorded

from hcl_mmagic.models import HCLEncoder

TOLERANCE = 1e-4


def test_recorded_features():
    recorded = networks_recorded.load_recorded()
    encoder = HCLEncoder(base_channels=8, depths=(2, 2, 2))
    encoder.load_state_dict(networks_recorded.state_of(recorded, 'encoder'))
    for stage, features in enumerate(encoder(recorded['x'])):
        torch.testing.assert_close(
            features, recorded[f'feat{stage}'], rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize('num_conv_stages', [0, 1])
@pytest.mark.parametrize('size', [(64, 64), (64, 192), (16, 320), (8, 16)])
def test_sizes(num_conv_stages, size):
    encoder = HCLEncoder(
        base_channels=4, depths=(1, 2, 1), num_conv_stages=num_conv_stages)
    features = encoder(torch.randn(2, 3, *size))
    assert [tuple(feature.shape) for feature in features
            ] == [(2, 4 * 2**stage, *(side >> num_conv_stages + stage
                                      for side in size)) for stage in range(3)]


def test_attributes():
    encoder = HCLEncoder(
        base_channels=8,
        channel_mults=(1, 3),
        depths=(1, 1),
        num_conv_stages=2,
        window_size=4)
    assert encoder.stage_channels == (8, 24)
    assert encoder.stride == 8
    assert encoder.window_size == 4
    assert encoder.size_divisor == 32


def test_state_dict_holds_parameters_only():
    encoder = HCLEncoder(base_channels=4, depths=(2, 1, 1), num_conv_stages=1)
    assert set(encoder.state_dict()) == set(dict(encoder.named_parameters()))


def test_size_of_paper_model():
    """As many parameters as the public implementation has."""
    encoder = HCLEncoder(base_channels=64)
    assert sum(p.numel() for p in encoder.parameters()) == 2_938_390


def test_sampling_convs_keep_default_weights():
    encoder = HCLEncoder(base_channels=32, num_conv_stages=1)
    assert encoder.conv_stages[0].weight.std() > 0.03
    assert abs(encoder.stem.weight.std() - 0.02) < 2e-3
    assert abs(encoder.downsamples[0].weight.std() - 0.02) < 2e-3


def test_gradient_reaches_every_parameter():
    encoder = HCLEncoder(base_channels=4, depths=(2, 2, 2))
    sum(f.square().mean()
        for f in encoder(torch.randn(1, 3, 64, 64))).backward()
    for name, parameter in encoder.named_parameters():
        assert parameter.grad is not None, name


@pytest.mark.parametrize('size', [(62, 64), (64, 62)])
def test_size_off_the_stride_is_refused(size):
    with pytest.raises(ValueError, match='multiples of 4, got .* pad'):
        HCLEncoder(base_channels=4)(torch.randn(1, 3, *size))


def test_size_off_the_windows_is_refused():
    with pytest.raises(ValueError, match='map of 36 x 64; pad the image'):
        HCLEncoder(base_channels=4)(torch.randn(1, 3, 36, 64))


def test_stages_must_agree():
    with pytest.raises(ValueError, match='per stage, got 3 and 2'):
        HCLEncoder(depths=(2, 2))


def test_unknown_argument_is_named():
    with pytest.raises(TypeError, match='HCLEncoder.*base_chanels'):
        HCLEncoder(base_chanels=8)


def test_bfloat16_autocast_stays_close():
    encoder = HCLEncoder(base_channels=8, depths=(2, 2, 2))
    image = torch.rand(1, 3, 64, 64) * 2 - 1
    expected = encoder(image)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        found = encoder(image)
    for stage in range(3):
        error = (found[stage] - expected[stage]).norm()
        assert error < 0.02 * expected[stage].norm()


def test_init_cfg_scales_the_convolutions_by_their_fan_in():
    torch.manual_seed(0)
    encoder = HCLEncoder(
        base_channels=64,
        depths=(1, 1, 1),
        init_cfg=dict(
            type='Kaiming',
            layer='Conv2d',
            mode='fan_in',
            nonlinearity='linear'))
    encoder.init_weights()
    for conv in (encoder.stem, encoder.swin_layers[0].conv,
                 *encoder.downsamples):
        fan_in = conv.weight[0].numel()
        assert conv.weight.std().item() == pytest.approx(
            fan_in**-0.5, rel=0.05)


def test_activation_first_exchanges_convolution_and_gelu():
    torch.manual_seed(0)
    encoder = HCLEncoder(
        base_channels=4,
        channel_mults=(1, ),
        depths=(0, ),
        num_conv_stages=1,
        activation_first=True)
    image = torch.randn(1, 3, 16, 16)
    expected = encoder.swin_layers[0](
        encoder.conv_stages[0](F.gelu(F.gelu(encoder.stem(image)))))
    torch.testing.assert_close(encoder(image)[0], expected)
