"""Repairing rectangles around the damage."""
import pytest
import torch
import torch.nn.functional as F

from hcl_mmagic.models.regions import damaged_regions, repair_regions


def a_mask(*points, size=(64, 96)):
    mask = torch.zeros(size)
    for row, column in points:
        mask[row, column] = 1
    return mask


def corners(regions):
    return [(rows.start, rows.stop, columns.start, columns.stop)
            for rows, columns in regions]


def test_no_damage_has_no_region():
    assert damaged_regions(a_mask(), 8, 16) == []


@pytest.mark.parametrize('context, expected', [(0, (16, 24, 40, 48)),
                                               (1, (8, 32, 32, 56)),
                                               (8, (8, 32, 32, 56)),
                                               (9, (0, 40, 24, 64))])
def test_a_region_has_whole_cells_of_context_on_each_side(context, expected):
    assert corners(damaged_regions(a_mask((16, 47)), 8, context)) == [expected]


def test_a_region_ends_at_the_border():
    assert corners(damaged_regions(a_mask((0, 95)), 8,
                                   16)) == [(0, 24, 72, 96)]


def test_damage_far_apart_gets_regions_of_its_own():
    mask = a_mask((4, 4), (60, 90))
    assert corners(damaged_regions(mask, 8, 8)) == [(0, 16, 0, 16),
                                                    (48, 64, 80, 96)]


def test_damage_close_together_shares_a_region():
    assert len(damaged_regions(a_mask((4, 4), (20, 30)), 8, 8)) == 1


def test_damage_all_over_is_one_region():
    mask = a_mask(*((row, column) for row in range(0, 64, 16)
                    for column in range(0, 96, 16)))
    assert corners(damaged_regions(mask, 8, 8)) == [(0, 64, 0, 96)]


def blur(picture, features, masks, mask):
    """Stands for the networks: needs two pixels of surroundings."""
    image = F.avg_pool2d(features[0][:, :3], 5, 1, 2, count_include_pad=False)
    image = F.interpolate(image, size=mask.shape[-2:])
    return image, (
        picture + image + F.interpolate(masks[0], size=mask.shape[-2:]) + mask)


def test_with_enough_context_the_damage_is_repaired_as_in_the_whole():
    features = [torch.randn(2, 4, 32, 48), torch.randn(2, 8, 16, 24)]
    mask = torch.stack((a_mask((30, 40), (33, 41)), a_mask((3, 80))))[:, None]
    masks = [F.max_pool2d(mask, 2), F.max_pool2d(mask, 4)]
    picture = torch.randn(2, 3, 64, 96)
    found = repair_regions(blur, picture, features, masks, mask, 8, 8)
    expected = blur(picture, features, masks, mask)
    damaged = F.interpolate(masks[0], scale_factor=2).expand(-1, 3, -1, -1) > 0
    for whole, part in zip(expected, found):
        torch.testing.assert_close(part[damaged], whole[damaged])
        untouched = torch.ones_like(damaged)
        for index in range(2):
            for region in damaged_regions(mask[index, 0], 8, 8):
                untouched[index][(slice(None), *region)] = False
        assert untouched.any()
        assert torch.equal(part[untouched], picture[untouched])
