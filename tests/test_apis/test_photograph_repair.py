"""Repair of photographs of any size, tile by tile and coarse to fine."""
from typing import List, Tuple

import cv2
import numpy as np
import pytest

from hcl_mmagic.apis.photograph_repair import PhotographRepair
from hcl_mmagic.apis.tiles import TileSize

TILE = TileSize(64, 16)


class Blur:
    """Stands for the networks: a blur of what is intact, of limited reach."""

    def __init__(self) -> None:
        self.calls: List[Tuple[int, int]] = []

    def __call__(self, picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
        self.calls.append(picture.shape[:2])
        intact = np.float32(1) - mask
        middle = np.float32(np.iinfo(picture.dtype).max / 2)
        values = (picture - middle) * intact[..., None]
        size = (9, 9)
        share = cv2.blur(intact, size, borderType=cv2.BORDER_CONSTANT)
        filled = cv2.blur(values, size, borderType=cv2.BORDER_CONSTANT)
        filled = filled.reshape(picture.shape)  # OpenCV drops one channel
        return filled / np.maximum(share, 1e-6)[..., None] + middle


def smooth_picture(height: int,
                   width: int,
                   dtype: type = np.uint8,
                   channels: int = 3) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    waves = [
        np.sin(rows / 60 + k) + np.cos(columns / 70 - k)
        for k in range(channels)
    ]
    top = np.iinfo(dtype).max
    return ((np.stack(waves, -1) / 4 + 0.5) * top).astype(dtype)


def scratches(height: int, width: int) -> np.ndarray:
    mask = np.zeros((height, width), np.uint8)
    cv2.line(mask, (3, 5), (width - 4, height - 9), 1, 5)
    cv2.line(mask, (width // 2, 0), (width // 3, height), 1, 4)
    return mask


@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
@pytest.mark.parametrize('channels', [1, 3])
def test_tiles_give_what_the_whole_picture_gives(dtype: type,
                                                 channels: int) -> None:
    pixels = smooth_picture(150, 230, dtype, channels)
    mask = scratches(150, 230)
    tiled = PhotographRepair(Blur(), TILE, reach=16)(pixels, mask)
    whole = PhotographRepair(Blur(), TileSize(256, 16), 16)(pixels, mask)
    # The reach of this repair is less than the context of the tiles.
    difference = np.abs(tiled.astype(int) - whole.astype(int))
    assert difference.max() <= np.iinfo(dtype).max * 1e-5 + 1


@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
def test_the_damage_is_filled_and_nothing_else(dtype: type) -> None:
    clean = smooth_picture(150, 230, dtype)
    mask = scratches(150, 230)
    damaged = clean.copy()
    damaged[mask > 0] = 0
    filled = PhotographRepair(Blur(), TILE, reach=16)(damaged, mask)
    np.testing.assert_array_equal(filled[mask == 0], clean[mask == 0])
    error = np.abs(filled.astype(float) - clean)[mask > 0].max()
    assert error < 0.05 * np.iinfo(dtype).max


def test_wide_damage_is_repaired_in_smaller_pictures_first() -> None:
    clean = smooth_picture(300, 300) // 2 + 100
    mask = np.zeros((300, 300), np.uint8)
    mask[60:240, 60:240] = 1
    damaged = clean.copy()
    damaged[mask > 0] = 0
    networks = Blur()
    filled = PhotographRepair(networks, TILE, reach=8)(damaged, mask)
    assert max(max(size) for size in networks.calls) <= TILE.side
    # 90 pixels deep: 8 are filled at an eighth of the size or less.
    assert min(min(size) for size in networks.calls) <= 300 // 8
    assert np.abs(filled.astype(int) - clean)[mask > 0].mean() < 40
    # No black is left from the damage.
    assert filled[mask > 0].min() > 90


def test_thin_damage_is_repaired_at_full_size_only() -> None:
    networks = Blur()
    mask = scratches(60, 60)
    PhotographRepair(networks, TILE, reach=8)(smooth_picture(60, 60), mask)
    assert networks.calls == [(60, 60)]


@pytest.mark.parametrize('shape', [(1, 1), (1, 50), (17, 400), (64, 64)])
def test_pictures_of_any_shape_that_are_damaged_all_over(shape: tuple) -> None:
    pixels = smooth_picture(*shape)
    filled = PhotographRepair(Blur(), TILE, 8)(pixels,
                                               np.ones(shape, np.uint8))
    assert filled.shape == pixels.shape and filled.dtype == pixels.dtype


def test_the_photograph_itself_is_not_changed() -> None:
    pixels = smooth_picture(60, 60)
    before = pixels.copy()
    PhotographRepair(Blur(), TILE, 8)(pixels, scratches(60, 60))
    np.testing.assert_array_equal(pixels, before)
