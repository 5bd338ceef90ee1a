"""Values of photographs and of the networks."""
import numpy as np
import pytest
import torch

from hcl_mmagic.apis.torch_networks import (from_network, is_out_of_memory,
                                            largest_layer_bytes, to_network)
from hcl_mmagic.photographs.photograph import as_eight_bits


@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
@pytest.mark.parametrize('channels', [1, 3])
def test_every_value_survives_the_way_there_and_back(dtype: type,
                                                     channels: int) -> None:
    count = np.iinfo(dtype).max + 1
    pixels = np.arange(count, dtype=dtype).reshape(16, -1, 1)
    pixels = np.repeat(pixels, channels, axis=2)
    there = to_network(pixels)
    assert there.shape == (1, 3, *pixels.shape[:2])
    assert there.min() == -1 and there.max() == 1
    back = from_network(there, pixels)
    np.testing.assert_array_equal(np.rint(back).astype(dtype), pixels)


def test_grey_is_the_mean_of_the_channels() -> None:
    like = np.zeros((1, 1, 1), np.uint8)
    image = to_network(np.array([[[30, 60, 120]]], np.uint8))
    np.testing.assert_allclose(from_network(image, like), 70, rtol=1e-5)


def test_values_beyond_the_range_are_clipped() -> None:
    like = np.zeros((1, 1, 3), np.uint8)
    image = to_network(like) - 5
    assert from_network(image, like).max() == 0


def test_eight_bits_are_the_upper_ones() -> None:
    values = np.array([0, 255, 256, 65535], np.uint16)
    np.testing.assert_array_equal(as_eight_bits(values), [0, 0, 1, 255])
    same = np.zeros(3, np.uint8)
    assert as_eight_bits(same) is same


def test_the_largest_layer_by_hand() -> None:
    """A stride-2 convolution of 3 to 8 channels reads 12 bytes per pixel and
    writes 8; the 1x1 after it reads and writes 8 each."""

    class Model(torch.nn.Module):

        def __init__(self) -> None:
            super().__init__()
            self.layers = torch.nn.Sequential(
                torch.nn.Conv2d(3, 8, 3, 2, 1), torch.nn.Conv2d(8, 8, 1))

        def restore(self, picture: torch.Tensor, mask: torch.Tensor) -> None:
            assert mask.shape == (1, 1, *picture.shape[2:])
            self.layers(picture)

    model = Model()
    assert largest_layer_bytes(model, model.restore, 8) == 3 * 4 + 8 * 4 / 4


def test_errors_of_memory_are_told_from_others() -> None:
    text = "DefaultCPUAllocator: can't allocate memory: you tried to allocate"
    assert is_out_of_memory(RuntimeError(text))
    assert is_out_of_memory(torch.cuda.OutOfMemoryError('x'))
    assert not is_out_of_memory(RuntimeError('size mismatch'))
    assert not is_out_of_memory(ValueError('out of memory'))
