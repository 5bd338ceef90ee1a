"""Repairing the damage of a photograph of any size.

Networks see a few hundred pixels at once. Thin damage is repaired at full
size, tile by tile. What lies deep inside of wide damage has nothing intact in
reach there: it is repaired in a picture of half the size first, if need be in
a quarter, and so on, enlarged, and only its rim is repaired at full size.
"""

from dataclasses import dataclass
from typing import Callable, Optional

import cv2
import numpy as np

from ..photographs.photograph import as_planes
from .tiles import TileSize, blended_strips

# See Repairer.repair.
Repair = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class PhotographRepair:
    """Repairs photographs of any size with networks for small ones."""
    repair: Repair  # :meth:`.networks.Repairer.repair`
    tile_size: TileSize  # what they see at once
    # Pixels of damage, from its edge inwards, that they can fill from what is
    # intact around it.
    reach: int

    def __call__(self, pixels: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """A copy of ``(H, W, 1 or 3)`` pixels, uint8 or uint16, with other
        values where the mask, ``(H, W)``, uint8, is 1 = corrupted."""
        depth = _depth(mask)
        filled = pixels.copy()
        if depth.max() <= self.reach or min(mask.shape) < 2:
            self._fill_rim(filled, pixels, mask, None)
            return filled
        # The deep part first, from a smaller picture; then the rim, for which
        # the deep part is as good as intact.
        masked = mask > 0
        filled[masked] = self._enlarged_repair(pixels, mask)[masked]
        rim = mask & (depth <= self.reach)
        self._fill_rim(filled, filled.copy(), rim, depth)
        return filled

    def _enlarged_repair(self, pixels: np.ndarray,
                         mask: np.ndarray) -> np.ndarray:
        """The repair of the photograph at half its size, enlarged."""
        height, width = mask.shape
        half = -(-width // 2), -(-height // 2)
        # Only intact pixels count, so that no damage is averaged into them.
        share = cv2.resize(1. - mask, half, interpolation=cv2.INTER_AREA)
        smaller = as_planes(
            cv2.resize(pixels, half, interpolation=cv2.INTER_AREA))
        repaired = self(smaller, (share < 1).astype(np.uint8))
        return as_planes(
            cv2.resize(
                repaired, (width, height), interpolation=cv2.INTER_LINEAR))

    def _fill_rim(self, filled: np.ndarray, pixels: np.ndarray,
                  mask: np.ndarray, depth: Optional[np.ndarray]) -> None:
        """Fill the masked pixels, tile by tile, in place; towards the deep
        part, where there is one, fade into what is there already."""

        def repair_tile(rows: slice, columns: slice) -> np.ndarray:
            return self.repair(pixels[rows, columns], mask[rows, columns])

        for rows, strip in blended_strips(mask, pixels.shape[2],
                                          self.tile_size, repair_tile):
            where = mask[rows] > 0
            if depth is not None:
                beyond = np.minimum(depth[rows], self.reach) / self.reach
                share = np.minimum(2 - 2 * beyond, 1)[..., None]
                strip = strip * share + filled[rows] * (1 - share)
            filled[rows][where] = np.rint(strip[where])


def _depth(mask: np.ndarray) -> np.ndarray:
    """Distance of each masked pixel to the nearest intact one, float32; huge
    where nothing is intact."""
    return cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_5)
