"""Finding the damage of a photograph of any size.

The whole photograph is looked at once, at the scale that the model was
trained at, because clustering has to see all of it. Enlarged, the result has
blurred borders: the pixels near them are looked at again at twice the size,
and again, up to the full one. There nothing is clustered: a pixel belongs to
the side whose mean vector, over the whole photograph, is nearer to its own,
as far as the detector asks no classifier besides.
"""

import time
from dataclasses import dataclass
from typing import Dict, Iterator, List, Tuple, cast

import cv2
import numpy as np
from PIL import Image

from .networks import MarkedTile, Networks, Split
from .split_features import measure_split
from .tiles import TileSize, blended_strips

# Half the width of a border's surroundings that are looked at again, pixels.
BORDER_REACH = 4
# Probabilities in between are looked at again, wherever they are.
UNCERTAIN_RANGE = (0.1, 0.9)
# Tiles that the mean vectors of a size are taken from, at most.
MAX_MEAN_TILES = 16

Size = Tuple[int, int]


@dataclass(frozen=True)
class FirstLook:
    """What was seen in a whole photograph at the model's scale."""
    picture: np.ndarray  # the small photograph, (h, w, 1 or 3), uint8
    probability: np.ndarray  # of 'corrupted', (h, w), float32
    split: Split
    seconds: float  # how long it took

    def measure(self) -> Dict[str, float]:
        """What speaks for damage, and what against it, see
        :func:`~.split_features.measure_split`."""
        return measure_split(self.picture, self.split)


def look_first(networks: Networks, pictures: List[np.ndarray],
               max_pixels: int) -> List[FirstLook]:
    """Detect in whole photographs, grey or RGB, all of one shape ``(H, W, 1 or
    3)``, uint8, at the model's scale; the networks see up to ``max_pixels`` at
    once, padding included."""
    started = time.perf_counter()
    size = first_size(networks, _size(pictures[0]), max_pixels)
    small = [_resized(item, size) for item in pictures]
    looks = networks.look(small)
    seconds = (time.perf_counter() - started) / len(pictures)
    return [
        FirstLook(picture, look.probability, cast(Split, look.split), seconds)
        for picture, look in zip(small, looks)
    ]


def first_size(networks: Networks, size: Size, max_pixels: int) -> Size:
    """Height and width of the first look at a photograph of this height and
    width: of the same proportions, never larger."""
    divisor = networks.demand.divisor
    scale = min(1., networks.short_side / min(size))
    while True:
        height, width = (max(round(side * scale), 1) for side in size)
        padded = (-(-side // divisor) * divisor for side in (height, width))
        if np.prod(list(padded)) <= max_pixels or \
                max(height, width) <= divisor:
            return height, width
        scale *= 0.95


def look_closer(networks: Networks, picture: np.ndarray,
                probability: np.ndarray, tile_size: TileSize) -> np.ndarray:
    """Look again, closer and closer, where the first look is blurred.

    From the picture, ``(H, W, 1 or 3)``, uint8, and the probability of
    'corrupted' of the small one, ``(h, w)``, float32, that of each pixel,
    ``(H, W)``.
    """
    size = _size(probability)
    while size != _size(picture):
        height, width = (min(2 * side, full)
                         for side, full in zip(size, _size(picture)))
        size = height, width
        probability = cv2.resize(
            probability, (width, height), interpolation=cv2.INTER_LINEAR)
        refine(networks, _resized(picture, size), probability, tile_size)
    return probability


def refine(networks: Networks, picture: np.ndarray, probability: np.ndarray,
           tile_size: TileSize) -> None:
    """Replace the uncertain probabilities of one size, in place."""
    uncertain = _uncertain_pixels(probability)
    context = networks.learn_sides(
        _marked_tiles(picture, probability, uncertain, tile_size))
    if context is None:
        return

    def look_at_tile(rows: slice, columns: slice) -> np.ndarray:
        look, = networks.look([picture[rows, columns]], context)
        return look.probability[..., None]

    for rows, strip in blended_strips(uncertain, 1, tile_size, look_at_tile):
        where = uncertain[rows] > 0
        probability[rows][where] = strip[..., 0][where]


def _marked_tiles(picture: np.ndarray, probability: np.ndarray,
                  uncertain: np.ndarray,
                  tile_size: TileSize) -> Iterator[MarkedTile]:
    """Tiles that show certain pixels of both sides, or of one if none shows
    both; evenly chosen if there are many."""
    intact = (uncertain == 0) & (probability <= 0.5)
    corrupted = (uncertain == 0) & (probability > 0.5)
    height, width = uncertain.shape
    tiles = [(row.seen, column.seen) for row in tile_size.spans(height)
             for column in tile_size.spans(width)]
    shown = [(intact[tile].any(), corrupted[tile].any()) for tile in tiles]
    showing = [tile for tile, sides in zip(tiles, shown) if all(sides)
               ] or [tile for tile, sides in zip(tiles, shown) if any(sides)]
    every = -(-len(showing) // MAX_MEAN_TILES) or 1
    for tile in showing[::every]:
        yield MarkedTile(picture[tile], intact[tile], corrupted[tile])


def _size(picture: np.ndarray) -> Size:
    return picture.shape[0], picture.shape[1]


def _resized(picture: np.ndarray, size: Size) -> np.ndarray:
    """A smaller picture, as the training data are resized."""
    if _size(picture) == size:
        return picture
    grey = picture.shape[2] == 1
    image = Image.fromarray(picture[..., 0] if grey else picture)
    resized = np.asarray(image.resize(size[::-1], Image.Resampling.BILINEAR))
    return resized[..., None] if grey else resized


def _uncertain_pixels(probability: np.ndarray) -> np.ndarray:
    """1 where a closer look is needed, ``(H, W)``, uint8."""
    low, high = UNCERTAIN_RANGE
    mask = (probability > 0.5).view(np.uint8)
    kernel = cv2.getStructuringElement(
        cv2.MORPH_ELLIPSE, (2 * BORDER_REACH + 1, 2 * BORDER_REACH + 1))
    border = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, kernel)
    doubt = (probability > low) & (probability < high)
    return border | doubt.view(np.uint8)
