"""Looking at every scale, with networks whose looks can be worked out."""
from typing import List, Optional, Sequence

import cv2
import numpy as np
import pytest

from hcl_mmagic.apis import detection
from hcl_mmagic.apis.detection import (count_halvings, look_at_every_scale,
                                       uncertain_pixels)
from hcl_mmagic.apis.memory import MemoryPlan
from hcl_mmagic.apis.networks import Look, NetworkDemand

DIVISOR = 32
ROOMY = MemoryPlan(10**7, DIVISOR)


class PixelNetworks:
    """Sees pixels alone: its one map, at half the size, is the mean of what
    the picture and the coarser map, enlarged, have there; so is the
    probability, enlarged again. It counts the pixels that it has seen."""
    short_side = 16
    demand = NetworkDemand(0, 1., DIVISOR, 512)

    def __init__(self, carries: bool = True) -> None:
        self.carries = carries
        self.seen: List[int] = []

    def look(self,
             pictures: Sequence[np.ndarray],
             coarser: Optional[Sequence[Look]] = None) -> List[Look]:
        return [
            self.look_at(picture, coarser and coarser[index])
            for index, picture in enumerate(pictures)
        ]

    def look_at(self, picture: np.ndarray, coarser: Optional[Look]) -> Look:
        height, width = picture.shape[:2]
        self.seen.append(height * width)
        grey = np.pad(
            picture[..., 0] / np.float32(255),
            [(0, -side % DIVISOR) for side in (height, width)],
            mode='edge')
        rows, columns = grey.shape
        halved = grey.reshape(rows // 2, 2, columns // 2, 2).mean((1, 3))
        if coarser is not None:
            known = coarser.features[0][0]
            assert known.shape == (rows // 4, columns // 4)
            halved = (halved + known.repeat(2, 0).repeat(2, 1)) / 2
        probability = halved.repeat(2, 0).repeat(2, 1)[:height, :width]
        return Look(probability, (halved[None], ), np.zeros((2, 3)))


def damaged_picture(height: int, width: int) -> np.ndarray:
    """Dark, with a bright part."""
    picture = np.full((height, width, 1), 20, np.uint8)
    cv2.circle(picture[..., 0], (width // 3, height // 2), height // 5, 250,
               -1)
    return picture


@pytest.mark.parametrize(
    'size, expected',
    [
        ((16, 16), 0),
        ((22, 22), 0),  # nearer to 16 than half of it is
        ((23, 40), 1),
        ((64, 100), 2),
        ((1, 1), 0),
        ((4000, 6000), 8)
    ])
def test_the_first_look_is_as_near_as_can_be_to_the_training(
        size: tuple, expected: int) -> None:
    assert count_halvings(PixelNetworks(), size, 10**6) == expected


@pytest.mark.parametrize('size', [(1, 100000), (100000, 3), (50, 40000)])
def test_the_first_look_at_a_long_strip_is_bounded(size: tuple) -> None:
    halvings = count_halvings(PixelNetworks(), size, 200**2)
    rows, columns = (-(-(-(-side // 2**halvings)) // DIVISOR) * DIVISOR
                     for side in size)
    assert rows * columns <= 200**2


def test_each_look_has_twice_the_size_of_the_one_before() -> None:
    networks = PixelNetworks()
    found, = look_at_every_scale(networks, [damaged_picture(64, 96)], ROOMY)
    assert networks.seen == [16 * 24, 32 * 48, 64 * 96]
    assert found.shape == (64, 96)


@pytest.mark.parametrize('size', [(64, 64), (150, 203), (23, 371)])
@pytest.mark.parametrize('side', [96, 160])
def test_tiles_see_what_a_look_at_the_whole_sees(size: tuple,
                                                 side: int) -> None:
    """The networks see pixels alone, so nothing but the choice of the parts
    could differ; at the edge of what repeats it does."""
    picture = damaged_picture(*size)
    whole, = look_at_every_scale(PixelNetworks(), [picture], ROOMY)
    networks = PixelNetworks()
    tiled, = look_at_every_scale(networks, [picture],
                                 MemoryPlan(side**2, DIVISOR))
    assert max(networks.seen) <= side**2
    np.testing.assert_allclose(tiled, whole, atol=1e-5)


def test_beyond_a_size_only_doubts_are_looked_at(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detection, 'SURVEY_PIXELS', 300 * 300)
    clean, damaged = (PixelNetworks() for _ in range(2))
    picture = np.full((1024, 1024, 1), 5, np.uint8)
    plan = MemoryPlan(10**7, DIVISOR, 192)
    look_at_every_scale(clean, [picture], plan)
    assert max(clean.seen) == 256**2 and len(clean.seen) == 5
    picture[100:140, 200:230] = 250
    found, = look_at_every_scale(damaged, [picture], plan)
    assert 5 < len(damaged.seen) < 5 + 2 * 9
    assert found[120, 215] > 0.9 and found[600, 600] < 0.1


def test_parts_of_tiles_are_looked_at_once(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Where everything is in doubt, the cores of the tiles of a size cover
    the picture once."""
    monkeypatch.setattr(detection, 'SURVEY_PIXELS', 0)
    networks = PixelNetworks()
    picture = np.full((256, 512, 1), 128, np.uint8)
    found, = look_at_every_scale(networks, [picture],
                                 MemoryPlan(10**7, DIVISOR, 192))
    # Cores of 64 pixels: 1 of 32 x 64, 2, 8 and 32 of the sizes after it.
    assert len(networks.seen) == 1 + 1 + 2 + 8 + 32
    np.testing.assert_allclose(found, 128 / 255, atol=1e-5)


def test_without_memory_of_places_only_doubts_change() -> None:
    """A look that does not know what the coarser one has seen in each place
    overrules it at borders and in doubt alone."""
    networks = PixelNetworks(carries=False)
    picture = damaged_picture(64, 64)
    first = PixelNetworks().look_at(
        cv2.resize(picture, (16, 16), interpolation=cv2.INTER_AREA)[..., None],
        None).probability
    found, = look_at_every_scale(networks, [picture], ROOMY)
    enlarged = cv2.resize(cv2.resize(first, (32, 32)), (64, 64))
    sure = cv2.dilate(uncertain_pixels(enlarged), np.ones((15, 15))) == 0
    assert sure.any()
    np.testing.assert_allclose(found[sure], enlarged[sure], atol=1e-5)


def test_borders_and_doubts_are_looked_at_again() -> None:
    probability = np.zeros((40, 40), np.float32)
    probability[:, 20:] = 1
    probability[5, 35] = 0.85
    uncertain = uncertain_pixels(probability)
    expected = np.zeros((40, 40), np.uint8)
    expected[:, 16:24] = 1
    expected[5, 35] = 1
    np.testing.assert_array_equal(uncertain, expected)


def test_pictures_together_are_seen_as_alone() -> None:
    pictures = [damaged_picture(100, 70), np.zeros((100, 70, 1), np.uint8)]
    together = look_at_every_scale(PixelNetworks(), pictures, ROOMY)
    for picture, found in zip(pictures, together):
        alone, = look_at_every_scale(PixelNetworks(), [picture], ROOMY)
        np.testing.assert_array_equal(found, alone)


def test_a_part_has_the_padding_of_the_closer_look() -> None:
    """Its picture of 60 x 100 pixels at twice the size is padded to 64 x
    128; the coarser maps are cut to half of that."""
    features = tuple(
        np.zeros((1, 64 >> number, 96 >> number), np.float32)
        for number in (1, 2, 3, 4))
    part = Look(np.zeros((60, 80), np.float32),
                features).part(slice(16, 46), slice(0, 50), DIVISOR)
    assert part.probability.shape == (30, 50)
    assert [feature.shape[1:] for feature in part.features] == [(16, 32),
                                                                (8, 16),
                                                                (4, 8), (2, 4)]
