"""Decoder against recorded images."""

import pytest
import torch
from reference import networks_recorded

from hcl_mmagic.models import MaskGuidedDecoder

TOLERANCE = 1e-4


@pytest.fixture(scope='module')
def recorded():
    return networks_recorded.load_recorded()


@pytest.fixture(scope='module')
def decoder(recorded):
    decoder = MaskGuidedDecoder(base_channels=8)
    state = networks_recorded.state_of(recorded, 'bottleneck')
    state.update(networks_recorded.state_of(recorded, 'decoder'))
    decoder.load_state_dict(state)
    return decoder


def make_inputs(size=(32, 64), channels=4, ratio=0.5):
    features, masks = [], []
    for stage in range(3):
        grid = [side >> stage for side in size]
        features.append(torch.randn(2, channels << stage, *grid))
        masks.append((torch.rand(2, 1, *grid) < ratio).float())
    return features, masks


def test_recorded_bottleneck(recorded, decoder):
    torch.testing.assert_close(
        decoder.bottleneck(recorded['feat2']),
        recorded['bottleneck_out'],
        rtol=0,
        atol=TOLERANCE)


@pytest.mark.parametrize('grad', [False, True])
def test_recorded_image(recorded, decoder, grad):
    features = [recorded[f'feat{stage}'] for stage in range(3)]
    masks = [1 - recorded[f'intact{stage}'].float() for stage in range(3)]
    with torch.set_grad_enabled(grad):
        image = decoder(features, masks)
    torch.testing.assert_close(
        image, recorded['decoder_out'], rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize('num_conv_stages', [0, 1])
@pytest.mark.parametrize('size', [(32, 32), (32, 96), (8, 160)])
def test_sizes(num_conv_stages, size):
    decoder = MaskGuidedDecoder(
        base_channels=4, num_conv_stages=num_conv_stages)
    image = decoder(*make_inputs(size))
    assert image.shape == (2, 3, *(side << num_conv_stages for side in size))
    assert image.abs().max() <= 1


def test_mask_matters():
    decoder = MaskGuidedDecoder(base_channels=4)
    features, masks = make_inputs()
    inverse = [1 - mask for mask in masks]
    assert not torch.allclose(
        decoder(features, masks), decoder(features, inverse))


@pytest.mark.parametrize('ratio', [0.0, 1.0])
def test_uniform_masks_stay_finite(ratio):
    decoder = MaskGuidedDecoder(base_channels=4)
    image = decoder(*make_inputs(ratio=ratio))
    image.mean().backward()
    assert image.isfinite().all()
    for name, parameter in decoder.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name


def test_state_dict_holds_parameters_only():
    decoder = MaskGuidedDecoder(base_channels=4)
    assert set(decoder.state_dict()) == set(dict(decoder.named_parameters()))


def test_size_of_paper_model():
    """As many parameters as the public implementation has."""
    decoder = MaskGuidedDecoder(base_channels=64)
    bottleneck = sum(p.numel() for p in decoder.bottleneck.parameters())
    assert bottleneck == 1_646_088
    total = sum(p.numel() for p in decoder.parameters())
    assert total - bottleneck == 9_363_217


def test_missing_stage_is_refused():
    decoder = MaskGuidedDecoder(base_channels=4)
    features, masks = make_inputs()
    with pytest.raises(
            ValueError, match='of 3 stages, got 3 features and 2 masks'):
        decoder(features, masks[:2])


def test_stages_must_agree():
    with pytest.raises(ValueError, match='per stage, got 2 and 3'):
        MaskGuidedDecoder(channel_mults=(1, 2))


def test_unknown_argument_is_named():
    with pytest.raises(TypeError, match='MaskGuidedDecoder.*depth'):
        MaskGuidedDecoder(depth=2)


@pytest.mark.parametrize('grad', [False, True])
def test_bfloat16_autocast_stays_close(recorded, decoder, grad):
    features = [recorded[f'feat{stage}'] for stage in range(3)]
    masks = [1 - recorded[f'intact{stage}'].float() for stage in range(3)]
    with torch.set_grad_enabled(grad):
        with torch.autocast('cpu', dtype=torch.bfloat16):
            image = decoder(features, masks)
    assert (image - recorded['decoder_out']).abs().mean() < 0.01


def test_the_bottleneck_may_have_windows_of_its_own():
    decoder = MaskGuidedDecoder(
        base_channels=4, window_size=4, bottleneck_window_size=8)
    assert [
        block.attention.window_size for block in decoder.bottleneck.blocks
    ] == [8, 8]
    assert decoder.swin_layers[2].blocks[0].attention.window_size == 4
    assert decoder.size_divisor == 32


@pytest.mark.parametrize('mode', ['nearest', 'bilinear'])
def test_upsample_mode_is_that_of_the_last_upsamplings(mode):
    decoder = MaskGuidedDecoder(
        base_channels=4, num_conv_stages=2, upsample_mode=mode)
    assert [part.mode for part in decoder.conv_stages] == [mode, mode]
    assert [part.mode for part in decoder.upsamples] == ['nearest'] * 2
