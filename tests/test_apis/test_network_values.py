"""Values of photographs and of the networks."""
import numpy as np
import pytest

from hcl_mmagic.apis.network_values import (as_eight_bits, from_network,
                                            to_network)


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
