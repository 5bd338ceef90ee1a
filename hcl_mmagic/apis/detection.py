"""Finding the damage of a photograph of any size, at every scale.

The whole photograph is looked at at a small size first, then at twice that
size, and so on up to its own. Each look takes along what the one before has
seen. As long as the networks can see everything in a moment they do; from
there on only parts of which the coarser look is in doubt are looked at, tile
by tile: a clean photograph is soon done.
"""

from dataclasses import dataclass
from typing import Iterator, List, Sequence, Tuple

import cv2
import numpy as np

from ..photographs.photograph import as_planes
from .memory import MemoryPlan
from .networks import Look, Networks
from .tiles import Span, TileSize

# Probabilities in between are looked at again, wherever they are.
UNCERTAIN_RANGE = (0.1, 0.9)
# Half the width of a border's surroundings that are looked at again, pixels.
BORDER_REACH = 4
# Up to so many pixels everything is looked at, by networks whose closer looks
# may find what the coarser ones have not seen at all.
SURVEY_PIXELS = 1_600_000

Size = Tuple[int, int]


def look_at_every_scale(networks: Networks, pictures: Sequence[np.ndarray],
                        plan: MemoryPlan) -> List[np.ndarray]:
    """Probability of 'corrupted', ``(H, W)``, float32, of each pixel of
    pictures of one shape, ``(H, W, 1 or 3)``, uint8."""
    height, width = pictures[0].shape[:2]
    halvings = count_halvings(networks, (height, width), plan.max_pixels)
    pyramids = [_pyramid(picture, halvings) for picture in pictures]
    looks = networks.look([pyramid[halvings] for pyramid in pyramids])
    level = halvings
    seen_whole = min(plan.max_pixels, SURVEY_PIXELS)
    while level and networks.carries and _padded_pixels(
            networks.demand.divisor, _size(
                pyramids[0][level - 1])) <= seen_whole:
        level -= 1
        looks = networks.look([pyramid[level] for pyramid in pyramids],
                              [_whole(networks, look) for look in looks])
    return [
        _look_closer(networks, pyramid[:level], look,
                     plan.tile_size)[:height, :width]
        for pyramid, look in zip(pyramids, looks)
    ]


def count_halvings(networks: Networks, size: Size, max_pixels: int) -> int:
    """How often a picture is halved for the first look: its short side comes
    as near as possible to that of the training, and all of it, padded, fits
    into ``max_pixels``."""
    divisor = networks.demand.divisor
    halvings = 0
    while True:
        height, width = (-(-side // 2**halvings) for side in size)
        is_small = min(height, width) <= networks.short_side * 2**0.5
        fits = _padded_pixels(divisor, (height, width)) <= max_pixels or \
            max(height, width) <= divisor
        if is_small and fits:
            return halvings
        halvings += 1


@dataclass(frozen=True)
class _Part:
    """Part of a picture that was looked at."""
    rows: Span
    columns: Span
    look: Look


def _look_closer(networks: Networks, pyramid: Sequence[np.ndarray], look: Look,
                 tile_size: TileSize) -> np.ndarray:
    """From a look at the whole to the probability at full size; the pyramid
    has the larger pictures, the largest first."""
    probability = look.probability
    height, width = probability.shape
    parts = [_Part(Span.whole(height), Span.whole(width), look)]
    for picture in reversed(pyramid):
        everywhere = networks.carries and picture[..., 0].size <= SURVEY_PIXELS
        probability = cv2.resize(
            probability, _size(picture)[::-1], interpolation=cv2.INTER_LINEAR)
        if everywhere:
            wanted = np.ones(probability.shape, np.uint8)
        else:
            wanted = uncertain_pixels(probability)
        is_last = picture is pyramid[0]
        parts = [
            # What a closer look takes along is most of what a look holds.
            _Part(rows, columns,
                  Look(seen.probability) if is_last else seen)
            for parent in parts for rows, columns, seen in _looks_at_tiles(
                networks, picture, wanted, parent, tile_size)
        ]
        _overrule(probability, parts, None if networks.carries else wanted)
    return probability


def _looks_at_tiles(networks: Networks, picture: np.ndarray,
                    wanted: np.ndarray, parent: _Part,
                    tile_size: TileSize) -> Iterator[Tuple[Span, Span, Look]]:
    """Closer looks at those tiles of a part, at twice its size, in which
    something is wanted."""
    for rows in tile_size.finer_spans(parent.rows, len(wanted)):
        for columns in tile_size.finer_spans(parent.columns, wanted.shape[1]):
            if wanted[rows.used, columns.used].any():
                known = parent.look.part(
                    _halved(rows, parent.rows),
                    _halved(columns, parent.columns), networks.demand.divisor)
                look, = networks.look([picture[rows.seen, columns.seen]],
                                      [known])
                yield rows, columns, look


def _overrule(probability: np.ndarray, parts: Sequence[_Part],
              where: 'np.ndarray | None') -> None:
    """Replace the probabilities of the parts, in place, or only those where
    something is not 0; neighbours fade into each other, and into what is there
    already."""
    coarser = probability.copy()
    for part in parts:
        used = part.rows.used, part.columns.used
        change = part.look.probability[
            part.rows.used_of_seen, part.columns.used_of_seen] - coarser[used]
        change *= part.rows.weights[:, None] * part.columns.weights
        if where is not None:
            change[where[used] == 0] = 0
        probability[used] += change
    np.clip(probability, 0, 1, out=probability)


def uncertain_pixels(probability: np.ndarray) -> np.ndarray:
    """1 where a closer look can change something, ``(H, W)``, uint8: in doubt,
    and near borders."""
    low, high = UNCERTAIN_RANGE
    mask = (probability > 0.5).view(np.uint8)
    kernel = cv2.getStructuringElement(
        cv2.MORPH_ELLIPSE, (2 * BORDER_REACH + 1, 2 * BORDER_REACH + 1))
    border = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, kernel)
    doubt = (probability > low) & (probability < high)
    return border | doubt.view(np.uint8)


def _pyramid(picture: np.ndarray, halvings: int) -> List[np.ndarray]:
    """The picture, repeated at its edges so that it can be halved, and what
    that gives."""
    height, width = picture.shape[:2]
    below, beside = (-side % 2**halvings for side in (height, width))
    pictures = [
        as_planes(
            cv2.copyMakeBorder(picture, 0, below, 0, beside,
                               cv2.BORDER_REPLICATE))
    ]
    for _ in range(halvings):
        rows, columns = _size(pictures[-1])
        pictures.append(
            as_planes(
                cv2.resize(
                    pictures[-1], (columns // 2, rows // 2),
                    interpolation=cv2.INTER_AREA)))
    return pictures


def _padded_pixels(divisor: int, size: Size) -> int:
    rows, columns = (-(-side // divisor) * divisor for side in size)
    return rows * columns


def _whole(networks: Networks, look: Look) -> Look:
    height, width = look.probability.shape
    return look.part(
        slice(0, height), slice(0, width), networks.demand.divisor)


def _halved(finer: Span, parent: Span) -> slice:
    """What a tile sees, in pixels of the part that it is of."""
    start = parent.seen.start
    return slice(finer.seen.start // 2 - start,
                 -(-finer.seen.stop // 2) - start)


def _size(picture: np.ndarray) -> Size:
    return picture.shape[0], picture.shape[1]
