"""Swin blocks and layers."""

import pytest
import torch
import torch.nn.functional as F

from hcl_mmagic.models.layers import (MaskGuidedSwinLayer, PartialConv2d,
                                      SwinBlock, SwinLayer)


def test_block_is_two_residual_steps():
    block = SwinBlock(channels=6, num_heads=2, window_size=4, shifted=True)
    tokens = torch.randn(1, 8, 8, 6)
    expected = tokens + block.attention(block.attention_norm(tokens))[0]
    hidden = F.linear(
        block.mlp_norm(expected), block.mlp[0].weight, block.mlp[0].bias)
    expected = expected + F.linear(
        F.gelu(hidden), block.mlp[2].weight, block.mlp[2].bias)
    torch.testing.assert_close(block(tokens)[0], expected)


def test_blocks_alternate_their_shift():
    layer = SwinLayer(channels=4, depth=3, num_heads=1, window_size=4)
    assert [block.attention.shifted
            for block in layer.blocks] == [False, True, False]


@pytest.mark.parametrize('size', [(8, 8), (16, 24), (5, 24), (3, 2)])
@pytest.mark.parametrize('memory_format',
                         [torch.contiguous_format, torch.channels_last])
def test_layer_keeps_shape(size, memory_format):
    layer = SwinLayer(channels=4, depth=2, num_heads=2, window_size=8)
    features = torch.randn(2, 4, *size).contiguous(memory_format=memory_format)
    output = layer(features)
    assert output.shape == features.shape
    torch.testing.assert_close(output, layer(features.contiguous()))


def test_layer_without_conv_is_identity():
    layer = SwinLayer(channels=4, depth=2, num_heads=2, window_size=4)
    torch.nn.init.zeros_(layer.conv.weight)
    features = torch.randn(1, 4, 8, 8)
    assert torch.equal(layer(features), features)


def test_intact_mask_equals_plain_layer_with_partial_conv():
    guided = MaskGuidedSwinLayer(
        channels=4, depth=2, num_heads=2, window_size=4)
    plain = SwinLayer(channels=4, depth=2, num_heads=2, window_size=4)
    plain.blocks.load_state_dict(guided.blocks.state_dict())
    plain.conv.load_state_dict(
        dict(weight=guided.conv.conv.weight, bias=guided.conv.bias))
    features = torch.randn(1, 4, 8, 12)
    inner = (..., slice(1, -1), slice(1, -1))  # padding counts as corrupted
    torch.testing.assert_close(
        guided(features, torch.zeros(1, 1, 8, 12))[inner],
        plain(features)[inner])


def test_mask_travels_from_block_to_block(monkeypatch):
    """One intact pixel opens its window, then all windows that touch it."""
    layer = MaskGuidedSwinLayer(
        channels=4, depth=2, num_heads=1, window_size=4)
    seen = []

    def record(self, features, mask):
        seen.append(mask)
        return features

    monkeypatch.setattr(PartialConv2d, 'forward', record)
    mask = torch.ones(1, 1, 16, 16)
    mask[..., 5, 5] = 0  # in the window of rows and columns 4 to 7
    layer(torch.randn(1, 4, 16, 16), mask)
    expected = torch.ones(1, 1, 16, 16)
    expected[..., 2:10, 2:10] = 0  # shifted windows start at 2, 6, 10, 14
    assert torch.equal(seen[0], expected)


def test_closing_convs_start_small():
    layer = SwinLayer(channels=64, depth=1, num_heads=2, window_size=4)
    assert abs(layer.conv.weight.std() - 0.02) < 1e-3
    assert not layer.conv.bias.any()
    table = layer.blocks[0].attention.position_bias_table
    assert 0.01 < table.std() < 0.03
