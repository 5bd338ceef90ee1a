"""Smooth filling against the same computed pixel by pixel."""

import cv2
import numpy as np
import pytest
import torch

from hcl_mmagic.models.functional import fill_smoothly


def pull_and_push(image, known):
    """(H, W) colours and how far they are known, to filled colours."""
    height, width = image.shape
    if height == width == 1:
        return image
    rows, columns = -(-height // 2), -(-width // 2)
    color, share = np.zeros((rows, columns)), np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            children = (slice(2 * row,
                              2 * row + 2), slice(2 * column, 2 * column + 2))
            weight = known[children].sum()
            if weight > 0:
                mean = (image[children] * known[children]).sum() / weight
                color[row, column], share[row, column] = mean, min(weight, 1)
    coarser = cv2.resize(
        pull_and_push(color, share), (width, height),
        interpolation=cv2.INTER_LINEAR)
    return known * image + (1 - known) * coarser


@pytest.mark.parametrize('size', [(8, 8), (16, 4), (7, 13), (1, 5)])
def test_it_is_push_and_pull(size):
    image = torch.rand(2, 3, *size)
    mask = (torch.rand(2, 1, *size) > 0.3).float()
    filled = fill_smoothly(image, mask).numpy()
    for index in range(2):
        for channel in range(3):
            expected = pull_and_push(image[index, channel].double().numpy(),
                                     1 - mask[index, 0].double().numpy())
            np.testing.assert_allclose(
                filled[index, channel], expected, atol=1e-5)


def test_intact_pixels_stay_and_damaged_ones_do_not_matter():
    image, mask = torch.rand(1, 3, 9, 12), torch.zeros(1, 1, 9, 12)
    mask[..., 2:6, 3:] = 1
    filled = fill_smoothly(image, mask)
    outside = (mask == 0).expand(-1, 3, -1, -1)
    torch.testing.assert_close(filled[outside], image[outside])
    changed = torch.where(outside, image, torch.rand_like(image))
    assert torch.equal(fill_smoothly(changed, mask), filled)


def test_one_colour_is_continued():
    image = torch.full((1, 1, 32, 32), 0.7)
    mask = torch.zeros(1, 1, 32, 32)
    mask[..., 5:25, 3:30] = 1
    torch.testing.assert_close(fill_smoothly(image, mask), image)


def test_a_picture_without_intact_pixels_becomes_the_middle():
    filled = fill_smoothly(torch.rand(1, 3, 6, 6), torch.ones(1, 1, 6, 6))
    assert (filled == 0).all()
