"""Masks that are drawn at random: 1 = corrupted, 0 = intact."""
from typing import Optional

import cv2
import numpy as np
from mmagic.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmcv.transforms.utils import cache_randomness

from .patterns.curves import random_blob, random_position
from .random_draws import (check_range, check_redraws, draw_until_it_fits,
                           random_integer, random_size)


class DrawnMask(BaseTransform):
    """Base of the masks that are drawn anew until their share fits.

    Required Keys:

    - gt

    Added Keys:

    - mask (float32 ``(H, W, 1)``, 1 = corrupted, 0 = intact)

    Args:
        ratio_range (tuple[float, float]): Allowed share of corrupted pixels,
            both ends included.
        max_draws (int): After so many draws the closest one is taken.
    """

    def __init__(self, ratio_range: tuple[float, float],
                 max_draws: int) -> None:
        check_redraws(ratio_range, max_draws)
        self.ratio_range = ratio_range
        self.max_draws = max_draws

    def transform(self, results: dict) -> dict:
        """Add ``results['mask']``, float32 ``(H, W, 1)``, 1 = corrupted."""
        mask = self.random_mask(*results['gt'].shape[:2])
        results['mask'] = mask[..., None].astype(np.float32)
        return results

    @cache_randomness
    def random_mask(self, height: int, width: int) -> np.ndarray:
        """Draw a uint8 mask ``(H, W)``, 1 = corrupted, 0 = intact, whose
        corrupted share is within ``ratio_range``."""
        return draw_until_it_fits(lambda: self._draw_mask(height, width),
                                  np.mean, self.ratio_range, self.max_draws)

    def _draw_mask(self, height: int, width: int) -> np.ndarray:
        mask = np.zeros((height, width), np.uint8)
        self._draw(mask)
        return mask

    def _draw(self, mask: np.ndarray) -> None:
        """Set the corrupted pixels of an empty mask to 1."""
        raise NotImplementedError


@TRANSFORMS.register_module()
class RandomStrokeMask(DrawnMask):
    """Brush strokes: polylines between uniformly random points of the image.

    Keys, ``ratio_range`` and ``max_draws``: see :class:`DrawnMask`.

    Args:
        num_strokes (tuple[int, int]): Fewest and most strokes.
        num_vertices (tuple[int, int]): Fewest and most points of a stroke.
        thickness (tuple[int, int]): Thinnest and thickest stroke in pixels,
            as OpenCV draws them (slanting strokes are a little thicker).
        reference_size (int, optional): Short side of the image at which
            ``thickness`` is meant; it grows and shrinks with the image. By
            default it is the same at every size.
    """

    def __init__(self,
                 *,
                 num_strokes: tuple[int, int] = (1, 3),
                 num_vertices: tuple[int, int] = (3, 6),
                 thickness: tuple[int, int] = (6, 15),
                 reference_size: Optional[int] = None,
                 ratio_range: tuple[float, float] = (0., 1.),
                 max_draws: int = 100) -> None:
        super().__init__(ratio_range, max_draws)
        self.num_strokes = check_range('num_strokes', num_strokes, 1)
        self.num_vertices = check_range('num_vertices', num_vertices, 2)
        self.thickness = check_range('thickness', thickness, 1)
        self.reference_size = reference_size

    def _draw(self, mask: np.ndarray) -> None:
        height, width = mask.shape
        scale = 1.
        if self.reference_size is not None:
            scale = min(height, width) / self.reference_size
        for _ in range(random_integer(self.num_strokes)):
            count = random_integer(self.num_vertices)
            vertices = np.random.randint((width, height), size=(count, 2))
            thickness = max(1, round(random_integer(self.thickness) * scale))
            cv2.polylines(mask, [vertices.astype(np.int32)], False, (1, ),
                          thickness)


@TRANSFORMS.register_module()
class RandomRectangleMask(DrawnMask):
    """Upright rectangles, each wholly inside the image.

    Keys, ``ratio_range`` and ``max_draws``: see :class:`DrawnMask`.

    Args:
        num_rectangles (tuple[int, int]): Fewest and most rectangles.
        side_range (tuple[float, float]): Shortest and longest side, as a
            share of the image's height (vertical) and width (horizontal).
    """

    def __init__(self,
                 *,
                 num_rectangles: tuple[int, int] = (1, 3),
                 side_range: tuple[float, float] = (0.1, 0.5),
                 ratio_range: tuple[float, float] = (0., 1.),
                 max_draws: int = 100) -> None:
        super().__init__(ratio_range, max_draws)
        self.num_rectangles = check_range('num_rectangles', num_rectangles, 1)
        self.side_range = check_range('side_range', side_range, 0, 1)

    def _draw(self, mask: np.ndarray) -> None:
        size = np.array(mask.shape)
        for _ in range(random_integer(self.num_rectangles)):
            sides = np.random.uniform(*self.side_range, size=2) * size
            sides = np.maximum(np.rint(sides), 1).astype(int)
            top, left = np.random.randint(size - sides + 1)
            mask[top:top + sides[0], left:left + sides[1]] = 1


@TRANSFORMS.register_module()
class RandomBlobMask(DrawnMask):
    """Free forms: round shapes with random dents, in part outside.

    Keys, ``ratio_range`` and ``max_draws``: see :class:`DrawnMask`.

    Args:
        num_blobs (tuple[int, int]): Fewest and most shapes.
        radius_range (tuple[float, float]): Smallest and largest mean radius,
            as a share of the short side, above 0.
        roughness_range (tuple[float, float]): How far the radius strays from
            its mean, as a share of it; from 0, a circle.
    """

    def __init__(self,
                 *,
                 num_blobs: tuple[int, int] = (1, 4),
                 radius_range: tuple[float, float] = (0.05, 0.3),
                 roughness_range: tuple[float, float] = (0.05, 0.4),
                 ratio_range: tuple[float, float] = (0., 1.),
                 max_draws: int = 100) -> None:
        super().__init__(ratio_range, max_draws)
        self.num_blobs = check_range('num_blobs', num_blobs, 1)
        self.radius_range = check_range('radius_range', radius_range, 1e-3)
        self.roughness_range = check_range('roughness_range', roughness_range,
                                           0)

    def _draw(self, mask: np.ndarray) -> None:
        for _ in range(random_integer(self.num_blobs)):
            outline = random_blob(
                random_position(*mask.shape),
                min(mask.shape) * random_size(self.radius_range),
                np.random.uniform(*self.roughness_range))
            cv2.fillPoly(mask, [np.rint(outline).astype(np.int32)], (1, ))
