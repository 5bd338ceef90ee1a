"""The building blocks of MPRNet, against numpy."""

import numpy as np
import torch

from hcl_mmagic.models.compared.mprnet.blocks import (ChannelAttentionBlock,
                                                      SupervisedAttention)


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def mix(conv, features):
    """A 1x1 convolution of one picture."""
    weight = conv.weight.detach().numpy()[:, :, 0, 0]
    return np.einsum('oc,chw->ohw', weight, features)


@torch.no_grad()
def test_channel_attention_weights_the_convolved_features():
    block = ChannelAttentionBlock(8, 4)
    features = torch.randn(2, 8, 5, 6)
    convolved = block.convs(features).numpy()
    for index, found in enumerate(block(features).numpy()):
        means = convolved[index].mean((1, 2), keepdims=True)
        squeezed = np.maximum(mix(block.weights[1], means), 0)
        weights = sigmoid(mix(block.weights[3], squeezed))
        np.testing.assert_allclose(
            found,
            features[index].numpy() + convolved[index] * weights,
            atol=1e-6)


@torch.no_grad()
def test_supervised_attention_restores_and_weights_by_what_it_restored():
    block = SupervisedAttention(4)
    features, degraded = torch.randn(1, 4, 5, 6), torch.rand(1, 3, 5, 6)
    attended, restored = (
        image[0].numpy() for image in block(features, degraded))
    features, degraded = features[0].numpy(), degraded[0].numpy()
    expected = degraded + mix(block.to_residual, features)
    np.testing.assert_allclose(restored, expected, atol=1e-6)
    attention = sigmoid(mix(block.to_attention, expected))
    np.testing.assert_allclose(
        attended,
        features + mix(block.transform, features) * attention,
        atol=1e-6)
