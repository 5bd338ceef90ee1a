"""A mark that many photographs have in common is found and taken away."""
from typing import List, NamedTuple, Tuple

import numpy as np
import pytest
from marked_photographs import SIZE, mark_opacity, photographs, psnr, stamp

from hcl_mmagic.apis.mark_estimate import find_same_mark
from hcl_mmagic.apis.same_mark import SameMark, take_away
from hcl_mmagic.errors import DataMismatchError

COLOUR = (230, 240, 250)
EVERYWHERE = np.ones(SIZE, np.uint8)


class Marked(NamedTuple):
    """Photographs with and without the mark, and what was found."""
    clean: List[np.ndarray]
    marked: List[np.ndarray]
    mark: SameMark


@pytest.fixture(scope='module')
def marked() -> Marked:
    clean = photographs()
    pictures = [stamp(item, mark_opacity(), COLOUR) for item in clean]
    return Marked(clean, pictures, find_same_mark(pictures))


def cleaned(mark: SameMark, picture: np.ndarray) -> np.ndarray:
    parts = mark.seen_in(picture)
    assert parts is not None
    return take_away(picture, parts, np.ones(picture.shape[:2], np.uint8))[0]


def test_opacity_and_colour_are_those_of_the_mark(marked: Marked) -> None:
    for part in marked.mark.parts:
        assert part.level == pytest.approx(0.5, abs=0.03)
        assert np.allclose(part.colour, COLOUR, atol=8)


def test_the_mark_goes_and_nothing_else_does(marked: Marked) -> None:
    inside = mark_opacity() > 0.02
    results = []
    for picture in marked.marked:
        parts = marked.mark.seen_in(picture)
        assert parts is not None
        result, taken, hidden = take_away(picture, parts, EVERYWHERE)
        untouched = taken == 0
        assert np.array_equal(result[untouched], picture[untouched])
        assert not (taken & hidden).any()
        results.append(result)
    assert psnr(results, marked.clean, inside) > 31
    near = np.pad(inside, 4)
    near = np.any([np.roll(near, (y, x), (0, 1)) for y in range(-4, 5)
                   for x in range(-4, 5)], axis=0)[4:-4, 4:-4]  # yapf: disable
    assert not taken[~near].any()


def test_all_of_the_16_bits_are_solved(marked: Marked) -> None:
    rng = np.random.default_rng(0)
    deep = (marked.clean[0].astype(np.uint16) << 8) + rng.integers(
        0, 256, (*SIZE, 3), dtype=np.uint16)
    picture = stamp(deep, mark_opacity(), COLOUR)
    parts = marked.mark.seen_in((picture >> 8).astype(np.uint8))
    assert parts is not None
    result, taken, _ = take_away(picture, parts, EVERYWHERE)
    assert result.dtype == np.uint16
    eight, _, _ = take_away(marked.marked[0], parts, EVERYWHERE)
    solved = taken > 0
    assert np.abs(result[solved] / 257 - eight[solved]).mean() < 2
    assert len(np.unique(result[solved] & 255)) > 100


def test_grey_photographs_have_it_too(marked: Marked) -> None:
    clean = marked.clean[0].mean(axis=2, keepdims=True).astype(np.uint8)
    picture = stamp(clean, mark_opacity(), (239, ))
    result = cleaned(marked.mark, picture)
    inside = mark_opacity() > 0.02
    assert psnr([result], [clean],
                inside) > psnr([picture], [clean], inside) + 10


def test_a_photograph_without_the_mark_is_known(marked: Marked) -> None:
    assert marked.mark.seen_in(marked.clean[1]) is None


def test_nothing_changes_where_it_must_not(marked: Marked) -> None:
    parts = marked.mark.seen_in(marked.marked[0])
    assert parts is not None
    result, taken, _ = take_away(marked.marked[0], parts, 0 * EVERYWHERE)
    assert np.array_equal(result, marked.marked[0]) and not taken.any()


def test_a_larger_photograph_has_it_in_the_same_corner(marked: Marked) -> None:
    size = (150, 200)
    clean, = photographs(1, seed=3, size=size)
    picture = stamp(clean, mark_opacity(size=size), COLOUR)
    inside = mark_opacity(size=size) > 0.02
    assert psnr([cleaned(marked.mark, picture)], [clean], inside) > 28


def test_a_mark_may_be_some_pixels_off() -> None:
    rng = np.random.default_rng(1)
    clean = photographs(14, seed=2)
    moves: List[Tuple[int,
                      ...]] = [tuple(rng.integers(-2, 3, 2)) for _ in clean]
    opacities = [mark_opacity(moved=(y, x)) for y, x in moves]
    pictures = [stamp(item, opacity, (255, 255, 255))
                for item, opacity in zip(clean, opacities)]  # yapf: disable
    mark = find_same_mark(pictures)
    results = [cleaned(mark, picture) for picture in pictures]
    errors = [
        psnr([result], [truth], opacity > 0.02)
        for result, truth, opacity in zip(results, clean, opacities)
    ]
    assert np.median(errors) > 28


def test_an_opaque_mark_is_to_be_repaired() -> None:
    pictures = [stamp(item, mark_opacity(1.), COLOUR)
                for item in photographs(8)]  # yapf: disable
    parts = find_same_mark(pictures).seen_in(pictures[0])
    assert parts is not None
    result, taken, hidden = take_away(pictures[0], parts, EVERYWHERE)
    assert hidden[mark_opacity(1.) > 0.9].mean() > 0.95
    assert np.array_equal(result[hidden > 0], pictures[0][hidden > 0])


@pytest.mark.parametrize('pictures, message', [
    (photographs(4), 'at least 5 photographs of one size, but there are 4'),
    (photographs(12), 'No mark is common to the 12 photographs of 160 x 128'),
    (8 * photographs(1), 'too much alike'),
])  # yapf: disable
def test_what_has_no_mark_is_refused(pictures: list, message: str) -> None:
    with pytest.raises(DataMismatchError, match=message):
        find_same_mark(pictures)
