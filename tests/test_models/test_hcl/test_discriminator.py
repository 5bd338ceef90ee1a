"""Discriminator against recorded scores."""

import pytest
import torch
from reference import networks_recorded

from hcl_mmagic.models import SNPatchDiscriminator

TOLERANCE = 1e-4


def test_recorded_scores():
    recorded = networks_recorded.load_recorded()
    discriminator = SNPatchDiscriminator(base_channels=8).eval()
    discriminator.load_state_dict(
        networks_recorded.state_of(recorded, 'discriminator'))
    for image, scores in (('gt', 'disc_real'), ('refined', 'disc_fake')):
        torch.testing.assert_close(
            discriminator(recorded[image]),
            recorded[scores],
            rtol=0,
            atol=TOLERANCE)


@pytest.mark.parametrize('size', [(64, 64), (32, 96), (50, 70)])
def test_sizes(size):
    scores = SNPatchDiscriminator(base_channels=4)(torch.randn(2, 3, *size))
    assert scores.shape == (2, 32, *(-(-side // 32) for side in size))


def test_spectral_norms_approach_one():
    discriminator = SNPatchDiscriminator(base_channels=4)
    for _ in range(50):
        discriminator(torch.randn(1, 3, 32, 32))
    for conv in discriminator.eval().convs:
        norm = torch.linalg.matrix_norm(conv.weight.flatten(1), ord=2)
        assert abs(norm - 1) < 0.02


def test_scores_are_those_of_plain_convs():
    discriminator = SNPatchDiscriminator(base_channels=4).eval()
    image = torch.randn(1, 3, 32, 32)
    features = image
    for conv in discriminator.convs:
        features = torch.conv2d(features, conv.weight, conv.bias, 2, 2)
        features = torch.maximum(features, 0.2 * features)
    torch.testing.assert_close(discriminator(image), features)


def test_initial_weights():
    conv = SNPatchDiscriminator().convs[1]
    weight = conv.parametrizations.weight.original
    assert abs(weight.std() - 0.02) < 1e-3
    assert not conv.bias.any()


def test_unknown_argument_is_named():
    with pytest.raises(TypeError, match='SNPatchDiscriminator.*channels'):
        SNPatchDiscriminator(channels=4)
