"""Window attention against a pixel-by-pixel twin."""

import copy

import numpy as np
import pytest
import torch
from reference import networks_layers

from hcl_mmagic.models.layers import WindowAttention, WindowGrid


def make_attention(shifted, window_size=4, num_heads=2, channels=6):
    attention = WindowAttention(
        channels=channels,
        num_heads=num_heads,
        window_size=window_size,
        shifted=shifted).double()
    # A bias that matters, other than the tiny one of the start.
    torch.nn.init.normal_(attention.position_bias_table)
    return attention


def twin(attention, tokens, mask=None):
    """The same by the reference, image by image and head by head."""
    span = 2 * attention.window_size - 1
    heads = attention.num_heads
    outputs, masks = [], []
    for index, image in enumerate(attention.qkv(tokens).detach()):
        query, key, value = image.chunk(3, dim=-1)
        results = [
            networks_layers.window_attention(
                *(part.chunk(heads, dim=-1)[head].numpy()
                  for part in (query, key, value)),
                attention.position_bias_table[:, head].view(
                    span, span).detach().numpy(), attention.window_size,
                attention.shifted, None if mask is None else mask[index, ...,
                                                                  0].numpy())
            for head in range(heads)
        ]
        outputs.append(
            torch.cat([torch.from_numpy(out) for out, _ in results], -1))
        masks.append(results[0][1])
    updated = None if mask is None else torch.from_numpy(
        np.stack(masks)).unsqueeze(-1)
    return attention.projection(torch.stack(outputs)), updated


@pytest.mark.parametrize('shifted', [False, True])
@pytest.mark.parametrize(
    'size',
    [
        (8, 8),
        (12, 20),  # odd numbers of windows, not square
        (4, 12),  # one window high
        (3, 8),  # lower than a window
        (2, 3),  # smaller than a window on both axes
    ])
@pytest.mark.parametrize('grad', [False, True])
def test_equals_twin(size, shifted, grad):
    attention = make_attention(shifted)
    tokens = torch.randn(2, *size, 6, dtype=torch.double)
    with torch.set_grad_enabled(grad):
        attended, mask = attention(tokens)
    expected, _ = twin(attention, tokens)
    torch.testing.assert_close(attended, expected, check_layout=False)
    assert mask is None


@pytest.mark.parametrize('shifted', [False, True])
@pytest.mark.parametrize('grad', [False, True])
def test_equals_twin_with_mask(shifted, grad):
    attention = make_attention(shifted)
    tokens = torch.randn(2, 8, 12, 6, dtype=torch.double)
    mask = (torch.rand(2, 8, 12, 1) < 0.6).double()
    mask[0, :, :8] = 1  # windows without any intact pixel
    with torch.set_grad_enabled(grad):
        attended, updated = attention(tokens, mask)
    expected, expected_mask = twin(attention, tokens, mask)
    torch.testing.assert_close(attended, expected)
    assert torch.equal(updated, expected_mask)


def test_intact_mask_changes_nothing():
    attention = make_attention(shifted=True)
    tokens = torch.randn(1, 8, 8, 6, dtype=torch.double)
    guided, updated = attention(tokens, torch.zeros(1, 8, 8, 1).double())
    torch.testing.assert_close(guided, attention(tokens)[0])
    assert not updated.any()


def test_corrupted_keys_reach_no_window_with_intact_pixels():
    attention = make_attention(shifted=False)
    tokens = torch.randn(1, 8, 8, 6, dtype=torch.double)
    mask = (torch.rand(1, 8, 8, 1) < 0.5).double()
    mask[:, ::4, ::4] = 0  # something intact in every window
    disturbed = tokens + 3 * mask * torch.randn_like(tokens)
    before, _ = attention(tokens, mask)
    after, _ = attention(disturbed, mask)
    intact = (mask == 0).expand_as(before)
    torch.testing.assert_close(
        after[intact], before[intact], rtol=0, atol=1e-12)


def test_windows_with_an_intact_pixel_become_intact():
    attention = make_attention(shifted=False)
    mask = torch.ones(1, 8, 8, 1, dtype=torch.double)
    mask[0, 1, 6] = 0
    _, updated = attention(torch.randn(1, 8, 8, 6).double(), mask)
    expected = torch.ones(1, 8, 8, 1, dtype=torch.double)
    expected[0, :4, 4:] = 0
    assert torch.equal(updated, expected)


@pytest.mark.parametrize('shifted', [False, True])
def test_wholly_corrupted_window_attends_as_if_plain(shifted):
    attention = make_attention(shifted)
    tokens = torch.randn(1, 4, 4, 6, dtype=torch.double)
    guided, _ = attention(tokens, torch.ones(1, 4, 4, 1).double())
    torch.testing.assert_close(guided, attention(tokens)[0])


def test_gradcheck():
    attention = make_attention(shifted=True, window_size=2)
    tokens = torch.randn(1, 4, 4, 6, dtype=torch.double, requires_grad=True)
    mask = (torch.rand(1, 4, 4, 1) < 0.5).double()
    parameters = tuple(attention.parameters())

    def attend(tokens, *_):
        return attention(tokens, mask)[0]

    assert torch.autograd.gradcheck(attend, (tokens, *parameters))


def test_fused_and_explicit_attention_agree():
    # Without a gradient of the bias the fused kernel runs.
    attention = make_attention(shifted=True, window_size=8).float()
    tokens = torch.randn(2, 16, 24, 6)
    explicit, _ = attention(tokens)
    with torch.no_grad():
        fused, _ = attention(tokens)
    torch.testing.assert_close(fused, explicit)


def test_inference_mode_leaves_nothing_that_breaks_training():
    attention = make_attention(shifted=True)
    tokens = torch.randn(1, 8, 40, 6, dtype=torch.double)
    with torch.inference_mode():
        attention(tokens)
    attention(tokens)[0].sum().backward()
    assert attention.qkv.weight.grad is not None


def test_state_dict_holds_parameters_only():
    attention = make_attention(shifted=True)
    assert set(attention.state_dict()) == {
        'position_bias_table', 'qkv.weight', 'qkv.bias', 'projection.weight',
        'projection.bias'
    }


def test_copies_are_independent():
    attention = make_attention(shifted=True)
    tokens = torch.randn(1, 8, 8, 6, dtype=torch.double)
    attention(tokens)
    copied = copy.deepcopy(attention)
    torch.testing.assert_close(copied(tokens)[0], attention(tokens)[0])


@pytest.mark.parametrize('channels', [1, 5])
def test_merge_undoes_partition(channels):
    grid = WindowGrid.fit((12, 8), 4, shifted=True)
    tokens = torch.randn(3, 12, 8, channels)
    windows = grid.partition(tokens)
    assert windows.shape == (3, 6, 16, channels)
    assert torch.equal(grid.merge(windows), tokens)
    assert torch.equal(grid.roll(grid.roll(tokens), backward=True), tokens)


def test_partial_windows_are_refused():
    with pytest.raises(
            ValueError, match='multiple of it, got a map of 12 x 8'):
        WindowGrid.fit((12, 8), 8, shifted=False)
