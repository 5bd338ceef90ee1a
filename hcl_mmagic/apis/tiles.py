"""Working on a large picture in tiles, without seams.

Neighbouring tiles share a strip in which one fades into the other, and each
sees more of the picture than it is used for. All positions are multiples of
the networks' stride, so their windows lie as they would in the whole picture.
"""

from dataclasses import dataclass
from typing import Callable, Iterator, List, Tuple

import numpy as np


@dataclass(frozen=True)
class Span:
    """One axis of a tile, in pixels of the picture."""
    seen: slice  # what the networks see
    used: slice  # where their result counts, inside of it
    # How much it counts at each pixel of ``used``, in (0, 1], float32. Those
    # of all spans add up to 1 at every pixel.
    weights: np.ndarray
    core: slice  # between the borders to its neighbours

    @classmethod
    def whole(cls, length: int) -> 'Span':
        """All of an axis of so many pixels."""
        everything = slice(0, length)
        return cls(everything, everything, np.ones(length, np.float32),
                   everything)

    @property
    def used_of_seen(self) -> slice:
        """slice: Where ``used`` lies, counted from the start of ``seen``."""
        start = self.used.start - self.seen.start
        return slice(start, start + len(self.weights))


@dataclass(frozen=True)
class TileSize:
    """How a picture is cut. Both are multiples of the networks' size divisor,
    the context of four, and less than half of the side."""
    side: int  # pixels that the networks see at once, on either axis
    # Of these, pixels on each side that lie beyond the border to the
    # neighbour; up to a quarter of it on either side of the border, one fades
    # into the other.
    context: int

    def spans(self, length: int) -> List[Span]:
        """Cut one axis of a picture, of so many pixels, from start to end; a
        single span if it fits."""
        if length <= self.side:
            return [Span.whole(length)]
        step = self.side - 2 * self.context
        # The borders between neighbours.
        borders = list(
            range(self.side - self.context, length - self.context, step))
        return [
            self._span(start, stop, length)
            for start, stop in zip([0, *borders], [*borders, length])
        ]

    def finer_spans(self, coarser: Span, length: int) -> List[Span]:
        """Cut one axis of a part of a picture at twice its size, ``length``
        pixels in all, where ``coarser`` is the part's span. Borders are
        multiples of one step at every size, so that whatever a finer tile sees
        the part has seen."""
        step = self.side - 2 * self.context
        return [
            self._span(start, min(start + step, 2 * coarser.core.stop), length)
            for start in range(2 * coarser.core.start, 2 *
                               coarser.core.stop, step)
        ]

    def _span(self, start: int, stop: int, length: int) -> Span:
        """The span between two borders."""
        reach = self.context // 4  # of the fading, on each side of a border
        first = start - reach if start else 0
        last = min(stop + reach, length)
        place = np.arange(first, last, dtype=np.float32) + 0.5
        weights = np.ones(last - first, np.float32)
        if start:
            weights = np.minimum(weights, (place - first) / (2 * reach))
        if stop < length:
            weights *= np.minimum((stop + reach - place) / (2 * reach), 1)
        return Span(
            seen=slice(
                max(start - self.context, 0), min(stop + self.context,
                                                  length)),
            used=slice(first, last),
            weights=weights,
            core=slice(start, stop))


def blended_strips(
    mask: np.ndarray, channels: int, tile_size: TileSize,
    work: Callable[[slice, slice], np.ndarray]
) -> Iterator[Tuple[slice, np.ndarray]]:
    """Work on the tiles of a picture that a mask, ``(H, W)``, touches: not 0
    where results are wanted.

    ``work`` gets the rows and columns that a tile sees, and returns its values
    there, ``(h, w, channels)``, float32. From top to bottom, rows of the
    picture come with their values ``(h, W, channels)``, float32, which count
    where the mask is not 0. Only one row of tiles is in memory at a time.
    """
    height, width = mask.shape
    rows, columns = tile_size.spans(height), tile_size.spans(width)
    tail = np.zeros((0, width, channels), np.float32)
    for number, row in enumerate(rows):
        strip = np.zeros((len(row.weights), width, channels), np.float32)
        for column in columns:
            if mask[row.used, column.used].any():
                values = work(row.seen, column.seen)
                strip[:, column.used] += column.weights[:, None] * values[
                    row.used_of_seen, column.used_of_seen]
        strip *= row.weights[:, None, None]
        # The last rows of the strip above fade into the first of this one.
        strip[:len(tail)] += tail
        last = number + 1 == len(rows)
        stop = height if last else rows[number + 1].used.start
        complete = stop - row.used.start
        tail = strip[complete:]
        yield slice(row.used.start, stop), strip[:complete]
