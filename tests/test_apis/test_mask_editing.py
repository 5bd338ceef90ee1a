"""Masks and blend weights against slow twins that follow the words."""
from typing import Tuple

import numpy as np
import pytest
from scipy import ndimage

from hcl_mmagic.apis.mask_editing import (MaskOptions, blend_weights,
                                          combine_masks, composite, find_mask,
                                          fitting_weights)
from hcl_mmagic.errors import ConfigError, DataMismatchError


def random_mask(shape: Tuple[int, int], share: float = 0.05) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.random(shape) < share).astype(np.uint8)


def slow_weights(mask: np.ndarray, dilate: float, feather: float) -> list:
    """Every pixel against every corrupted one."""
    corrupted = np.argwhere(mask)
    weights = []
    for pixel in np.ndindex(mask.shape):
        distance = min(np.hypot(*(pixel - other)) for other in corrupted)
        if distance <= dilate:
            weights.append(255.)
        elif distance >= dilate + feather:
            weights.append(0.)
        else:
            weights.append(255 * (dilate + feather - distance) / feather)
    return weights


def slow_large_regions(mask: np.ndarray, min_area: int) -> np.ndarray:
    """Walk from pixel to pixel through each region."""
    kept = np.zeros_like(mask)
    left = {tuple(pixel) for pixel in np.argwhere(mask)}
    while left:
        region = [left.pop()]
        for row, column in region:  # grows while it is walked through
            near = {(row + i, column + j)
                    for i in (-1, 0, 1)
                    for j in (-1, 0, 1)} & left
            left -= near
            region += near
        if len(region) >= min_area:
            kept[tuple(zip(*region))] = 1
    return kept


@pytest.mark.parametrize('dilate, feather', [(0, 0), (2, 0), (0, 3), (2, 2),
                                             (1.5, 2.5), (40, 5)])
def test_weights_are_those_of_the_distance(dilate: float,
                                           feather: float) -> None:
    mask = random_mask((17, 23), share=0.02)
    weights = blend_weights(mask, MaskOptions(dilate=dilate, feather=feather))
    expected = np.reshape(slow_weights(mask, dilate, feather), mask.shape)
    assert weights.dtype == np.uint8
    np.testing.assert_allclose(weights, expected, atol=0.51)
    np.testing.assert_array_equal(weights == 255, expected > 254.5)


def test_weights_do_not_show_that_rows_come_in_bands() -> None:
    mask = random_mask((1300, 40), share=0.001)
    weights = blend_weights(mask, MaskOptions(dilate=7, feather=4))
    distance = ndimage.distance_transform_edt(mask == 0)
    expected = 255 * np.clip((11 - distance) / 4, 0, 1)
    np.testing.assert_allclose(weights, expected, atol=0.51)


@pytest.mark.parametrize('short_side', [40, 512, 2000])
def test_what_was_found_grows_as_befits_its_thickness(short_side: int) -> None:
    """A line of one pixel and a square of 21, far from each other."""
    mask = np.zeros((short_side, max(short_side, 120)), np.uint8)
    mask[:, 10] = 1
    mask[10:31, 60:81] = 1
    weights = fitting_weights(mask, MaskOptions())
    most = 2 * max(short_side / 512, 0.5)
    for thickness, start, step in ((1, 10, -1), (21, 80, 1)):
        # Half the thickness is rounded up to a power of the root of 2.
        radius = 2**(np.ceil(2 * np.log2((thickness + 1) // 2)) / 2)
        dilate, feather = (
            min(least + radius / 4, most) for least in (0.5, 1.))
        for distance in range(8):
            share = np.clip((dilate + feather - distance) / feather, 0, 1)
            assert weights[20, start + step * distance] == pytest.approx(
                255 * share, abs=0.51)


def test_options_overrule_what_befits() -> None:
    mask = random_mask((60, 80), 0.01)
    options = MaskOptions(dilate=3, feather=0, exclude=[(0, 0, 9, 9)])
    np.testing.assert_array_equal(
        fitting_weights(mask, options), blend_weights(mask, options))


def test_only_sure_regions_count_unless_one_asks() -> None:
    confidence = np.full((1, 4), 0.7, np.float32)
    certainty = np.array([[0, 1, 2, 2]], np.uint8)

    def found(**options: object) -> list:
        return find_mask(
            confidence, MaskOptions(**options), certainty=certainty).tolist()

    assert found() == [[0, 0, 1, 1]]
    assert found(restore_uncertain=True) == [[0, 1, 1, 1]]
    assert found(threshold=0.6) == [[1, 1, 1, 1]]
    assert found(threshold=0.8) == [[0, 0, 0, 0]]
    assert found(include=[(0, 0, 2, 1)]) == [[1, 1, 0, 0]]


@pytest.mark.parametrize('value', [0, 1])
@pytest.mark.parametrize('shape', [(1, 1), (1, 40), (40, 1), (30, 20)])
def test_nothing_and_everything_stay_so(shape: Tuple[int, int],
                                        value: int) -> None:
    mask = np.full(shape, value, dtype=np.uint8)
    np.testing.assert_array_equal(
        blend_weights(mask, MaskOptions()), 255 * mask)


def test_mask_is_the_confidence_above_the_threshold() -> None:
    confidence = np.array([[0.2, 0.3, 0.31], [np.nan, 1, 0]], np.float32)
    mask = find_mask(confidence, MaskOptions(threshold=np.float32(0.3)))
    np.testing.assert_array_equal(mask, [[0, 0, 1], [0, 1, 0]])


@pytest.mark.parametrize('min_area', [0, 1, 2, 5])
def test_small_regions_are_left_alone(min_area: int) -> None:
    confidence = random_mask((1100, 30), share=0.15).astype(np.float32)
    mask = find_mask(confidence, MaskOptions(min_area=min_area))
    np.testing.assert_array_equal(
        mask, slow_large_regions(confidence.astype(np.uint8), min_area))


def test_area_counts_inside_the_rectangles_only() -> None:
    confidence = np.ones((1, 9), np.float32)
    options = MaskOptions(min_area=3, exclude=[(2, 0, 1, 1)])
    np.testing.assert_array_equal(
        find_mask(confidence, options), [[0, 0, 0, 1, 1, 1, 1, 1, 1]])


def test_nothing_changes_outside_the_included_rectangles() -> None:
    options = MaskOptions(
        include=[(1, 2, 3, 4), (3, 0, 2, 3)], exclude=[(3, 2, 1, 1)])
    expected = [
        [0, 0, 0, 1, 1, 0],
        [0, 0, 0, 1, 1, 0],
        [0, 1, 1, 0, 1, 0],
        [0, 1, 1, 1, 0, 0],
        [0, 1, 1, 1, 0, 0],
        [0, 1, 1, 1, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ]
    everywhere = np.ones((7, 6), np.uint8)
    mask = find_mask(everywhere.astype(np.float32), options)
    np.testing.assert_array_equal(mask, expected)
    weights = blend_weights(everywhere, options)
    np.testing.assert_array_equal(weights > 0, expected)


def test_rectangles_may_reach_beyond_a_small_photograph() -> None:
    options = MaskOptions(include=[(2, 2, 500, 500)], exclude=[(9, 9, 5, 5)])
    mask = find_mask(np.ones((4, 4), np.float32), options)
    assert mask.sum() == 4 and mask[2:, 2:].all()


@pytest.mark.parametrize('mode, expected', [('replace', [0, 1, 0, 1]),
                                            ('add', [0, 1, 1, 1]),
                                            ('subtract', [0, 0, 1, 0])])
@pytest.mark.parametrize('white', [1, 255, True, 0.5])
def test_masks_are_combined(mode: str, expected: list, white: float) -> None:
    detected = np.array([[0, 0, 1, 1]], np.uint8)
    given = np.array([[0, white, 0, white]])
    combined = combine_masks(detected, given, mode)
    assert combined.dtype == np.uint8
    np.testing.assert_array_equal(combined, [expected])
    np.testing.assert_array_equal(detected, [[0, 0, 1, 1]])


def test_masks_of_another_size_are_refused() -> None:
    detected, given = np.zeros((4, 6), np.uint8), np.zeros((6, 4), np.uint8)
    with pytest.raises(DataMismatchError, match='6 x 4, but has 4 x 6'):
        combine_masks(detected, given)


def test_unknown_modes_are_refused() -> None:
    with pytest.raises(ConfigError, match="replace, add, .*got 'or'"):
        combine_masks(np.zeros((1, 1)), np.zeros((1, 1)), 'or')


@pytest.mark.parametrize('values, message', [
    (dict(threshold=1.5), 'threshold must be between 0 and 1, got 1.5'),
    (dict(threshold=float('nan')), 'threshold must be'),
    (dict(min_area=-1), 'min_area must be .* got -1'),
    (dict(dilate=float('inf')), 'dilate must be'),
    (dict(feather=-0.5), 'feather must be'),
    (dict(include=(0, 0, 5, 5)), 'include takes rectangles .* entry 0'),
    (dict(include=[(0, 0, 5)]), 'include takes'),
    (dict(exclude=[(0, 0, 5, 0)]), 'exclude takes'),
    (dict(exclude=[(0, -1, 5, 5)]), 'exclude takes'),
    (dict(exclude=[(0.5, 0, 5, 5)]), 'exclude takes'),
])
def test_options_check_themselves(values: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        MaskOptions(**values)


def test_options_are_values() -> None:
    assert MaskOptions(include=[(0, 0, 5,
                                 5)]) == MaskOptions(include=((0, 0, 5, 5), ))
    assert len({MaskOptions(), MaskOptions()}) == 1


def test_transparent_pixels_are_never_corrupted() -> None:
    alpha = np.array([[0, 1, 255]], np.uint8)
    mask = find_mask(np.ones((1, 3), np.float32), MaskOptions(), alpha)
    np.testing.assert_array_equal(mask, [[0, 1, 1]])


@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
def test_composited_values_against_a_pixel_by_pixel_twin(dtype: type) -> None:
    rng = np.random.default_rng(0)
    top = np.iinfo(dtype).max
    pixels, filled = rng.integers(0, top + 1, (2, 9, 11, 3)).astype(dtype)
    weights = rng.choice([0, 1, 77, 254, 255], (9, 11)).astype(np.uint8)
    result = composite(pixels, filled, weights)
    for index in np.ndindex(9, 11):
        weight = float(weights[index])
        expected = (weight * filled[index] +
                    (255 - weight) * pixels[index].astype(float)) / 255
        assert np.abs(result[index] - expected).max() <= 0.51
        if weight == 0:
            assert (result[index] == pixels[index]).all()
        if weight == 255:
            assert (result[index] == filled[index]).all()
    assert result.dtype == dtype


def test_compositing_does_not_change_the_photograph_itself() -> None:
    pixels = np.zeros((3, 3, 1), np.uint8)
    composite(pixels, pixels + 9, np.full((3, 3), 255, np.uint8))
    assert not pixels.any()
