"""The window of a local discriminator against a search of all windows."""

import pytest
import torch

from hcl_mmagic.models.blind.local_window import damage_window


def damage_inside(mask, window):
    top, left, height, width = window
    return mask[:, top:top + height, left:left + width].sum()


def test_no_window_holds_more_damage():
    mask = (torch.rand(1, 20, 26) > 0.7).float()
    most = max(
        damage_inside(mask, (top, left, 6, 9)) for top in range(20 - 6 + 1)
        for left in range(26 - 9 + 1))
    assert damage_inside(mask, damage_window(mask, (6, 9))) == most


@pytest.mark.parametrize('top, left', [(0, 0), (8, 4), (14, 14)])
def test_a_hole_lies_in_the_middle_as_far_as_the_picture_goes(top, left):
    mask = torch.zeros(1, 16, 16)
    mask[:, top:top + 2, left:left + 2] = 1
    expected = [min(max(start - 3, 0), 8) for start in (top, left)]
    found = damage_window(mask, (8, 8))
    # Every position that sees all of the hole, the middle one within 2 px.
    assert damage_inside(mask, found) == 4
    assert all(abs(a - b) <= 2 for a, b in zip(found, expected))


def test_a_window_of_the_size_of_the_picture_is_the_picture():
    mask = (torch.rand(1, 5, 7) > 0.5).float()
    assert damage_window(mask, (5, 7)) == (0, 0, 5, 7)


def test_an_intact_picture_has_a_window_in_its_middle():
    assert damage_window(torch.zeros(1, 13, 15), (5, 5)) == (4, 5, 5, 5)
