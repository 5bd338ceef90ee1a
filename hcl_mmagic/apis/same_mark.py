"""One mark that stands in many photographs: where it is in each, and taking it
away.

A translucent mark of opacity a and colour c makes of a photograph J the
photograph I = (1 - a) J + a c. :mod:`.mark_estimate` finds a and c from many
photographs; here the equation is solved for J.
"""
from dataclasses import dataclass, replace
from typing import Iterator, List, Optional, Sequence, Tuple

import cv2
import numpy as np

Shift = Tuple[int, int]
# What is more opaque is repaired from its surroundings: rounding and JPEG
# blocks would be magnified five times and more.
OPAQUE = 0.8
_MOST_PAIRS = 400  # of neighbours, by which a mark is sought
# Another place than the usual one has to be better by so much.
_WORTH_MOVING = 0.9
_ROUNDING = 4.  # squared differences of 8-bit values that mean nothing


@dataclass(frozen=True)
class MarkPart:
    """A connected part of a mark, of one opacity and one colour."""
    top: int  # row and column of its upper left corner
    left: int
    opacity: np.ndarray  # ``(h, w)``, float32, in [0, 0.95]; 0 = none
    # 1 = to be repaired, as nothing can be computed there, ``(h, w)``, uint8.
    hidden: np.ndarray
    level: float  # the opacity of its inside
    colour: Tuple[float, float, float]  # RGB, each in [0, 255]

    @property
    def box(self) -> Tuple[int, int, int, int]:
        """tuple: x, y, width, height of what is marked, in pixels."""
        rows, columns = np.nonzero(self.opacity)
        return (int(self.left + columns.min()), int(self.top + rows.min()),
                int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1)

    def moved(self, rows: int, columns: int) -> 'MarkPart':
        """The same part, elsewhere."""
        return replace(self, top=self.top + rows, left=self.left + columns)

    def remainder(self, picture: np.ndarray,
                  moves: Sequence[Shift]) -> np.ndarray:
        """How much of the edges of the part stays when it is taken away from
        a picture, ``(H, W, 1 or 3)``, at each of some places beside its own,
        as a share of what is there before: below 1 where the part is.
        Infinite where it is not inside of the picture."""
        pairs = _edge_pairs(self.opacity)
        share = self.opacity[pairs[:, ::2], pairs[:, 1::2]]
        share = share[..., None].clip(0, 0.95)
        hue = _colour_for(self.colour, picture)
        left = np.full(len(moves), np.inf)
        most = np.array(picture.shape[:2]) - 1
        ends = pairs.reshape(-1, 2) + (self.top, self.left)
        for place, move in enumerate(moves):
            moved = ends + move
            if (moved < 0).any() or (moved > most).any():
                continue
            values = picture[moved[:, 0], moved[:, 1]].astype(np.float32)
            values = values.reshape(len(pairs), 2, -1)
            without = (values - share * hue) / (1 - share)
            left[place] = _roughness(without) / _roughness(values)
        return left


@dataclass(frozen=True)
class SameMark:
    """A mark that stands in photographs of the size ``(H, W)``."""
    size: Tuple[int, int]
    parts: Sequence[MarkPart]
    reach: int  # pixels that it may be off its usual place

    def seen_in(self, picture: np.ndarray) -> Optional[List[MarkPart]]:
        """The parts that are in a picture, ``(H, W, 1 or 3)``, uint8, at
        their places; None if there is none of them.

        All move together. Where the mark is, its edges vanish as it is taken
        away; where it is not, they appear. In a picture of another size the
        mark is sought at the same distances from a corner, or from the
        middle."""
        found: List[MarkPart] = []
        least = np.inf
        for anchor in self._anchors(picture.shape[:2]):
            parts = [part.moved(*anchor) for part in self.parts]
            shift = _best_shift(parts, picture, self.reach)
            placed = [part.moved(*shift) for part in parts]
            left = [part.remainder(picture, [(0, 0)])[0] for part in placed]
            # Where it is sought it is found by chance, if at all.
            usual = anchor == shift == (0, 0)
            most = 1 if usual else _WORTH_MOVING
            if min(left) <= most and min(left) < least:
                least = min(left)
                found = [
                    part for part, stays in zip(placed, left) if stays <= most
                ]
        return found or None

    def _anchors(self, size: Tuple[int, ...]) -> Iterator[Shift]:
        rows, columns = (new - old for new, old in zip(size, self.size))
        yield from dict.fromkeys([(y, x) for y in (0, rows)
                                  for x in (0, columns)] +
                                 [(rows // 2, columns // 2)])


def take_away(
        pixels: np.ndarray, parts: Sequence[MarkPart],
        allowed: np.ndarray) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Take parts of a mark, at their places, away from ``(H, W, 1 or 3)``
    pixels, uint8 or uint16, where ``allowed``, ``(H, W)``, is not 0.

    Gives new pixels, 1 = taken away and 1 = hidden by the mark and to be
    repaired, both ``(H, W)``, uint8. All other pixels are as they were.
    """
    result = pixels.copy()
    taken, hidden = np.zeros((2, *pixels.shape[:2]), np.uint8)
    full = np.iinfo(pixels.dtype).max
    for part in parts:
        there, here = _overlap(part, pixels.shape)
        opacity = part.opacity[here] * (allowed[there] > 0)
        lost = (opacity > 0) & (part.hidden[here] > 0)
        clear = (opacity > 0) & ~lost
        colour = _colour_for(part.colour, pixels) * (full / 255)
        share = opacity[clear][:, None].astype(np.float64)
        values = (pixels[there][clear] - share * colour) / (1 - share)
        result[there][clear] = np.rint(values.clip(0, full))
        taken[there][clear] = 1
        hidden[there][lost] = 1
    return result, taken, hidden


def _edge_pairs(opacity: np.ndarray) -> np.ndarray:
    """Neighbours between which the opacity changes, as an array ``(P, 4)`` of
    rows and columns; the steepest ones, spread over the mark."""
    pairs = []
    for down, right in ((1, 0), (0, 1)):
        height, width = opacity.shape
        step = np.abs(opacity[down:, right:] -
                      opacity[:height - down, :width - right])
        rows, columns = np.nonzero(step > 0.3 * opacity.max())
        pairs.append(
            np.stack([rows, columns, rows + down, columns + right], axis=1))
    found = np.concatenate(pairs)
    return found[::max(1, -(-len(found) // _MOST_PAIRS))]


def _best_shift(parts: Sequence[MarkPart], picture: np.ndarray,
                reach: int) -> Shift:
    """Where the parts together leave the least of themselves behind."""
    moves = [(y, x) for y in range(-reach, reach + 1)
             for x in range(-reach, reach + 1)]  # yapf: disable
    left = np.sum([part.remainder(picture, moves) for part in parts], axis=0)
    best = int(np.argmin(left))
    usual = moves.index((0, 0))
    return moves[best if left[best] < _WORTH_MOVING * left[usual] else usual]


def _roughness(values: np.ndarray) -> float:
    """Of the differences of pairs ``(P, 2, C)``; a few large ones count
    little."""
    squares = ((values[:, 0] - values[:, 1])**2).mean(axis=1)
    return float(np.log1p(squares / _ROUNDING).mean()) + 1e-6


def _colour_for(colour: Sequence[float], pixels: np.ndarray) -> np.ndarray:
    """The colour as pixels ``(H, W, 1 or 3)`` have it, ``(1 or 3, )``."""
    values = np.array(colour, np.float32)
    if pixels.shape[2] == 3:
        return values
    return cv2.cvtColor(values[None, None], cv2.COLOR_RGB2GRAY).reshape(1)


def _overlap(
        part: MarkPart,
        shape: Tuple[int,
                     ...]) -> Tuple[Tuple[slice, slice], Tuple[slice, slice]]:
    """Where a part is in a picture, and which piece of it that is."""
    there, here = [], []
    for start, length, most in zip((part.top, part.left), part.opacity.shape,
                                   shape):
        first, last = max(0, start), max(0, min(most, start + length))
        there.append(slice(first, last))
        here.append(slice(first - start, last - start))
    return (there[0], there[1]), (here[0], here[1])
