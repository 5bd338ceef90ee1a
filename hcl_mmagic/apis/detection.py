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
from functools import lru_cache
from typing import Callable, Dict, Iterator, List, Optional, Tuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from ..models import ContrastiveDetectorHead, DetectedMasks, HCLRestorer
from ..models.functional import enlarge, full_precision
from ..models.padding import EncodedPicture, Padding
from .network_values import to_network
from .split_features import measure_split
from .tiles import TileSize, blended_strips

# Half the width of a border's surroundings that are looked at again, pixels.
BORDER_REACH = 4
# Probabilities in between are looked at again, wherever they are.
UNCERTAIN_RANGE = (0.1, 0.9)
# Tiles that the mean vectors of a size are taken from, at most.
MAX_MEAN_TILES = 16

Size = Tuple[int, int]
EncodeTile = Callable[[slice, slice], EncodedPicture]


@dataclass(frozen=True)
class FirstLook:
    """What the detector made of a whole photograph at the model's scale.

    Args:
        encoded (EncodedPicture): The small photograph's features.
        found (DetectedMasks): What was found in it, with padding.
        seconds (float): How long it took.
    """
    encoded: EncodedPicture
    found: DetectedMasks
    seconds: float

    @property
    def probability(self) -> np.ndarray:
        """np.ndarray: Probability of 'corrupted', ``(h, w)``, float32, of the
        small photograph."""
        padding = self.encoded.padding
        return _unpadded(self.found.at_size(padding.padded_size)[0], padding)

    def measure(self, model: HCLRestorer) -> Dict[str, float]:
        """What speaks for damage, and what against it.

        Args:
            model (HCLRestorer): That has looked.

        Returns:
            dict[str, float]: See :func:`~.split_features.measure_split`.
        """
        encoded = self.encoded
        measured, = measure_split(
            encoded.padding.crop(encoded.padded), encoded.padding,
            encoded.features, self.found, model.detector)
        return measured


@dataclass(frozen=True)
class PhotographDetector:
    """Detects damage in photographs of any size.

    Args:
        model (HCLRestorer): In evaluation mode.
        short_side (int): Shorter side, in pixels, of the photographs that the
            model was trained on.
        max_pixels (int): Pixels, padding included, that the networks may see
            at once.
        tile_size (TileSize): What they see at once in the finer looks.
    """
    model: HCLRestorer
    short_side: int
    max_pixels: int
    tile_size: TileSize

    def look(self, pictures: List[np.ndarray]) -> List[FirstLook]:
        """Detect in whole photographs, at the model's scale.

        Args:
            pictures (list[np.ndarray]): Grey or RGB, all of one shape
                ``(H, W, 1 or 3)``, uint8.

        Returns:
            list[FirstLook]: Masks of the small photographs, with what they
            rest on.
        """
        started = time.perf_counter()
        size = self.first_size(pictures[0].shape[:2])
        small = [self._to_device(_resized(item, size)) for item in pictures]
        encoded = self.model.encode(torch.cat(small))
        found = self.model.detect(encoded)
        seconds = (time.perf_counter() - started) / len(pictures)
        return [
            FirstLook(encoded[index], found[index], seconds)
            for index in range(len(pictures))
        ]

    def refine(self, picture: np.ndarray,
               probability: np.ndarray) -> np.ndarray:
        """Look again, closer and closer, where the first look is blurred.

        Args:
            picture (np.ndarray): Grey or RGB, ``(H, W, 1 or 3)``, uint8.
            probability (np.ndarray): Probability of 'corrupted' of the small
                photograph, ``(h, w)``, float32.

        Returns:
            np.ndarray: Probability of 'corrupted' of each pixel of the
            photograph, ``(H, W)``, float32.
        """
        for size in self._finer_sizes(picture.shape[:2], probability.shape):
            probability = cv2.resize(
                probability, size[::-1], interpolation=cv2.INTER_LINEAR)
            self._refine_in_place(_resized(picture, size), probability)
        return probability

    def first_size(self, size: Size) -> Size:
        """Height and width of the first look at a photograph.

        Args:
            size (tuple[int, int]): Height and width of the photograph.

        Returns:
            tuple[int, int]: Of the same proportions, never larger.
        """
        divisor = self.model.size_divisor
        scale = min(1., self.short_side / min(size))
        while True:
            height, width = (max(round(side * scale), 1) for side in size)
            padded = (-(-side // divisor) * divisor
                      for side in (height, width))
            if np.prod(list(padded)) <= self.max_pixels or \
                    max(height, width) <= divisor:
                return height, width
            scale *= 0.95

    @staticmethod
    def _finer_sizes(size: Size, first: Size) -> Iterator[Size]:
        """Sizes from twice the first one to the full one."""
        while first != size:
            first = min(2 * first[0], size[0]), min(2 * first[1], size[1])
            yield first

    def _refine_in_place(self, picture: np.ndarray,
                         probability: np.ndarray) -> None:
        """Replace the uncertain probabilities of one size."""
        uncertain = _uncertain_pixels(probability)

        # Pictures of a single tile need not be encoded twice.
        @lru_cache(maxsize=1)
        def encode(top: int, bottom: int, left: int,
                   right: int) -> EncodedPicture:
            return self.model.encode(
                self._to_device(picture[top:bottom, left:right]))

        def encode_tile(rows: slice, columns: slice) -> EncodedPicture:
            return encode(rows.start, rows.stop, columns.start, columns.stop)

        centres = None
        if isinstance(self.model.detector, ContrastiveDetectorHead):
            centres = self._mean_vectors(encode_tile, probability, uncertain)
            if centres is None:
                return

        def look_at_tile(rows: slice, columns: slice) -> np.ndarray:
            return self._tile_probability(encode_tile(rows, columns),
                                          centres)[..., None]

        for rows, strip in blended_strips(uncertain, 1, self.tile_size,
                                          look_at_tile):
            where = uncertain[rows] > 0
            probability[rows][where] = strip[..., 0][where]

    def _tile_probability(self, encoded: EncodedPicture,
                          centres: Optional[Tensor]) -> np.ndarray:
        """Probability of 'corrupted' in a tile, ``(h, w)``, float32."""
        if centres is None:  # a classifier of pixels, without clusters
            finest = self.model.detect(encoded).mask_prob[0]
        else:
            finest = self.model.detector.compare(encoded.features, centres)
        padding = encoded.padding
        return _unpadded(enlarge(finest.float(), padding.padded_size), padding)

    def _mean_vectors(self, encode_tile: EncodeTile, probability: np.ndarray,
                      uncertain: np.ndarray) -> Optional[Tensor]:
        """Mean vectors of the certain intact and corrupted pixels, (2, C);
        None where one side has no certain pixel."""
        sides = [(uncertain == 0) & (probability <= 0.5),
                 (uncertain == 0) & (probability > 0.5)]
        sums = 0.
        for rows, columns in self._mean_tiles(sides):
            encoded = encode_tile(rows, columns)
            vectors = self.model.detector.project(encoded.features)[0][0]
            weights = torch.cat([
                encoded.stage_masks(_as_mask(side[rows, columns], vectors))[0]
                for side in sides
            ])[:, 0]
            if encoded.inside is not None:
                weights = weights * encoded.inside[0][0]
            with full_precision(vectors):
                sums = sums + torch.einsum('chw,shw->sc', vectors, weights)
        if isinstance(sums, float) or not sums.any(1).all():
            return None
        return F.normalize(sums, dim=1)

    def _mean_tiles(self,
                    sides: List[np.ndarray]) -> List[Tuple[slice, slice]]:
        """Tiles that show both sides, evenly chosen if there are many."""
        height, width = sides[0].shape
        tiles = [(row.seen, column.seen)
                 for row in self.tile_size.spans(height)
                 for column in self.tile_size.spans(width)]
        showing = [
            tile for tile in tiles if all(side[tile].any() for side in sides)
        ] or [
            tile for tile in tiles if any(side[tile].any() for side in sides)
        ]
        every = -(-len(showing) // MAX_MEAN_TILES) or 1
        return showing[::every]

    def _to_device(self, picture: np.ndarray) -> Tensor:
        return to_network(picture).to(next(self.model.parameters()).device)


def _resized(picture: np.ndarray, size: Size) -> np.ndarray:
    """A smaller picture, as the training data are resized."""
    if picture.shape[:2] == size:
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
    uncertain = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, kernel)
    uncertain |= (probability > low) & (probability < high)
    return uncertain


def _unpadded(padded: Tensor, padding: Padding) -> np.ndarray:
    """A map of a padded picture, as one of the picture, float32."""
    return padding.crop(padded.float())[0, 0].cpu().numpy()


def _as_mask(region: np.ndarray, like: Tensor) -> Tensor:
    """A region as a mask, (1, 1, h, w), of a tensor's dtype and device."""
    return torch.from_numpy(region)[None, None].to(like)
