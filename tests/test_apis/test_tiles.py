"""Tiles cover a picture, fade into each other, and leave no seam."""
import numpy as np
import pytest

from hcl_mmagic.apis.tiles import TileSize, blended_strips

SIZES = [TileSize(32, 8), TileSize(24, 8), TileSize(64, 16)]


@pytest.mark.parametrize('size', SIZES)
@pytest.mark.parametrize('length',
                         [1, 7, 31, 32, 33, 40, 63, 64, 65, 200, 333])
def test_weights_add_up_to_one_at_every_pixel(size: TileSize,
                                              length: int) -> None:
    total = np.zeros(length)
    for span in size.spans(length):
        total[span.used] += span.weights
    np.testing.assert_allclose(total, 1, rtol=1e-6)


@pytest.mark.parametrize('size', SIZES)
@pytest.mark.parametrize('length', [33, 65, 200, 333])
def test_tiles_lie_on_the_grid_of_the_networks_and_see_context(
        size: TileSize, length: int) -> None:
    for span in size.spans(length):
        assert span.seen.start % 8 == 0
        assert span.seen.stop - span.seen.start <= size.side
        for seen, used, border in ((span.seen.start, span.used.start, 0),
                                   (span.seen.stop, span.used.stop, length)):
            assert seen == border or abs(seen - used) == size.context * 3 // 4


def test_a_picture_that_fits_is_one_tile() -> None:
    span, = TileSize(32, 8).spans(32)
    assert span.seen == span.used == slice(0, 32)


def collect(mask: np.ndarray, size: TileSize, work) -> np.ndarray:
    result = np.full((*mask.shape, 2), np.nan, np.float32)
    for rows, strip in blended_strips(mask, 2, size, work):
        assert np.isnan(result[rows]).all()
        result[rows] = strip
    return result


@pytest.mark.parametrize('shape', [(1, 1), (5, 100), (70, 33), (128, 90)])
def test_strips_of_a_pointwise_function_are_the_picture(shape: tuple) -> None:
    picture = np.random.default_rng(0).random((*shape, 2)).astype(np.float32)
    result = collect(
        np.ones(shape, np.uint8), TileSize(32, 8),
        lambda rows, columns: picture[rows, columns])
    np.testing.assert_allclose(result, picture, rtol=1e-5)


def test_tiles_differ_no_more_between_neighbours_than_their_fading() -> None:
    # Every tile says something else: only the fading hides the seams.
    calls = iter(range(100))
    result = collect(
        np.ones((32, 200), np.uint8), TileSize(96, 32),
        lambda rows, columns: np.full(
            (rows.stop - rows.start, columns.stop - columns.start, 2),
            next(calls) % 2, np.float32))
    steps = np.abs(np.diff(result[0, :, 0]))
    assert steps.max() <= 1 / 16 + 1e-6


def test_tiles_without_masked_pixels_are_left_out() -> None:
    mask = np.zeros((100, 100), np.uint8)
    mask[50, 50] = 1
    seen = []

    def work(rows: slice, columns: slice) -> np.ndarray:
        seen.append((rows, columns))
        return np.zeros(
            (rows.stop - rows.start, columns.stop - columns.start, 2),
            np.float32)

    collect(mask, TileSize(32, 8), work)
    assert 1 <= len(seen) <= 4
    for rows, columns in seen:
        assert rows.start <= 50 < rows.stop
        assert columns.start <= 50 < columns.stop
