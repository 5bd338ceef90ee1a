"""Morphology, quadtree and nearest resizing against numpy and scipy."""

import numpy as np
import pytest
import torch
from reference import detection
from scipy import ndimage

from hcl_mmagic.models.functional import (dilate, erode, patch_shares,
                                          resize_mask, upsample_quadtree)


def test_erosion_equals_the_twin():
    region = torch.rand(4, 1, 9, 13) > 0.2
    expected = [detection.erode(image[0].numpy()) for image in region]
    np.testing.assert_array_equal(erode(region)[:, 0].numpy(), expected)


def test_erosion_takes_any_shape_and_leaves_its_input_alone():
    for shape in ((1, 1, 1, 1), (2, 1, 1, 7), (1, 1, 7, 1)):
        region = torch.rand(shape) > 0.3
        before = region.clone()
        expected = [detection.erode(image[0].numpy()) for image in region]
        np.testing.assert_array_equal(erode(region)[:, 0].numpy(), expected)
        assert torch.equal(region, before)


def test_a_full_set_keeps_the_border():
    region = torch.ones(1, 1, 5, 5, dtype=torch.bool)
    assert erode(region).all()


@pytest.mark.parametrize('distance', [0, 1, 4])
def test_dilation_equals_scipys_with_a_square(distance):
    mask = (torch.rand(2, 1, 9, 13) > 0.95).float()
    square = np.ones((2 * distance + 1, 2 * distance + 1))
    expected = [ndimage.binary_dilation(image[0], square) for image in mask]
    np.testing.assert_array_equal(dilate(mask, distance)[:, 0], expected)


def test_a_quadtree_parent_owns_two_by_two_children():
    parents = torch.tensor([[[[1, 2], [3, 4]]]])
    expected = [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]
    assert upsample_quadtree(parents)[0, 0].tolist() == expected


def test_resizing_invents_no_grey_values():
    mask = (torch.rand(1, 1, 17, 23) > 0.5).float()
    resized = resize_mask(mask, (6, 40))
    assert resized.shape == (1, 1, 6, 40)
    assert set(resized.unique().tolist()) <= {0.0, 1.0}


def test_patch_shares_are_means_of_the_resized_mask():
    mask = (torch.rand(2, 1, 32, 48) > 0.5).float()
    stage_maps = [torch.empty(2, 5, 16 >> s, 24 >> s) for s in range(3)]
    finest = mask[..., ::2, ::2]
    for stage, share in enumerate(patch_shares(mask, stage_maps)):
        side = 2**stage
        expected = finest.unfold(2, side, side).unfold(3, side, side)
        assert torch.equal(share, expected.mean((-1, -2)))
