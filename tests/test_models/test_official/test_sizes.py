"""Sizes read from tensors, and the config made of them."""
import pytest
import torch
from reference import official_recording

from hcl_mmagic.errors import CheckpointError
from hcl_mmagic.models.official import (DetectionSettings, OfficialSizes,
                                        flatten_checkpoint, model_config,
                                        read_sizes)

RECORDED = OfficialSizes(
    base_channels=4,
    channel_mults=(1, 2, 4),
    encoder_depths=(3, 2, 1),
    num_conv_stages=1,
    window_size=4,
    projection_channels=6,
    fuse_stages=True,
    has_classifier=True,
    decoder_depths=(1, 2, 2),
    bottleneck_depth=2,
    bottleneck_window_size=8,
    refiner_channels=3,
    refiner_mults=(1, 2),
    discriminator_channels=2)


@pytest.fixture
def checkpoint():
    return official_recording.load_checkpoint()


def test_sizes_are_those_of_the_recording(checkpoint):
    assert read_sizes(flatten_checkpoint(checkpoint)) == RECORDED


def test_a_mere_detector_has_no_decoder(checkpoint):
    network = checkpoint['inpaintnet']
    sizes = read_sizes(
        flatten_checkpoint(
            dict(
                inpaintnet=dict(
                    encoder=network['encoder'],
                    project_heads=network['project_heads']))))
    assert sizes.decoder_depths is None
    assert sizes.refiner_channels is None
    assert sizes.discriminator_channels is None
    assert not sizes.has_classifier
    base = dict(
        type='HCLRestorer',
        detector=dict(losses=None),
        loss_coarse=1,
        loss_refined=1,
        loss_perceptual=1,
        loss_adversarial=1)
    model = model_config(sizes, DetectionSettings(), base)
    assert model['detector']['split']['naming'] is None
    for part in ('decoder', 'refiner', 'discriminator', 'loss_coarse',
                 'loss_refined', 'loss_perceptual', 'loss_adversarial'):
        assert model[part] is None


def test_windows_that_differ_are_refused(checkpoint):
    name = ('down_blocks.2.0.blocks.0.attn.relative_position_bias_table')
    checkpoint['inpaintnet']['encoder'][name] = torch.zeros(9, 4)
    with pytest.raises(CheckpointError, match=r'sizes, \[2, 4\]'):
        read_sizes(flatten_checkpoint(checkpoint))


def test_the_convolutional_variant_is_refused(checkpoint):
    encoder = checkpoint['inpaintnet']['encoder']
    checkpoint['inpaintnet']['encoder'] = {
        name: weight
        for name, weight in encoder.items() if '.blocks.' not in name
    }
    with pytest.raises(
            CheckpointError, match='no official HCL checkpoint of the Swin'):
        read_sizes(flatten_checkpoint(checkpoint))
