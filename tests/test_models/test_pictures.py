"""Padding: any size, mirrored, and what counts as inside."""

import numpy as np
import pytest
import torch

from hcl_mmagic.models.pictures import Padding


@pytest.mark.parametrize('size', [(1, 1), (1, 40), (31, 17), (32, 64)])
def test_cropping_undoes_padding(size):
    image = torch.rand(2, 3, *size)
    padding = Padding.to_multiple(image, 32)
    padded = padding.pad(image)
    assert padded.shape[-2] % 32 == 0 and padded.shape[-1] % 32 == 0
    assert torch.equal(padding.crop(padded), image)


@pytest.mark.parametrize('size, padded', [
    ((1, 50), (40, 56)),
    ((36, 40), (40, 40)),
])
def test_padded_sides_have_a_smallest_length(size, padded):
    image = torch.rand(1, 3, *size)
    padding = Padding.to_multiple(image, 8, smallest=36)
    assert padding.padded_size == padded


@pytest.mark.parametrize('size', [(5, 3), (2, 7), (1, 4)])
def test_mirrors_as_numpy_does(size):
    image = torch.rand(1, 1, *size)
    padded = Padding.to_multiple(image, 8).pad(image)[0, 0]
    expected = np.pad(
        image[0, 0].numpy(), [(0, 8 - side) for side in size], mode='reflect')
    np.testing.assert_array_equal(padded, expected)


def test_a_feature_pixel_that_shows_some_picture_is_inside():
    image = torch.rand(1, 3, 33, 20)
    padding = Padding.to_multiple(image, 32)
    features = [torch.rand(1, 4, 64 >> s, 32 >> s) for s in range(3)]
    counts = [int(inside.sum()) for inside in padding.inside(features)]
    assert counts == [33 * 20, 17 * 10, 9 * 5]


def test_nothing_is_outside_without_padding():
    image = torch.rand(1, 3, 32, 32)
    assert Padding.to_multiple(image, 32).inside([image]) is None
