"""Loading of photographs, one by one or in pairs."""
from typing import Optional

import cv2
import numpy as np
from mmagic.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmcv.transforms.utils import cache_randomness

from hcl_mmagic.datasets.resizing import (read_resized, resize_smoothly,
                                          resize_to_short_side)
from hcl_mmagic.datasets.stored_files import fetch
from hcl_mmagic.datasets.transforms.random_draws import (check_range,
                                                         random_size)
from hcl_mmagic.errors import DataMismatchError
from hcl_mmagic.photographs.eight_bits import read_image, read_white


@TRANSFORMS.register_module()
class LoadResizedPhotograph(BaseTransform):
    """Load and resize a photograph, remembering the last 16.

    For a handful of large photographs, as in the quickstart, where decoding
    would take longer than all the rest. Folders of any size are better
    served by MMagic's LoadImageFromFile and Resize.

    Required Keys:

    - gt_path

    Added Keys:

    - gt (uint8 ``(H, W, 3)``, 0 to 255, RGB)
    - ori_gt_shape, gt_channel_order, gt_color_type

    Args:
        short_side (int, optional): Length of the shorter side. By default
            the photograph keeps its size.
    """

    def __init__(self, *, short_side: Optional[int] = None) -> None:
        self.short_side = short_side

    def transform(self, results: dict) -> dict:
        """Add ``results['gt']``, see Added Keys."""
        gt = read_resized(results['gt_path'], self.short_side).copy()
        _add_photograph(results, 'gt', gt)
        return results


@TRANSFORMS.register_module()
class LoadRandomCrop(BaseTransform):
    """Load a square of a photograph at a random scale.

    The same as resizing the photograph to a random short side and cropping
    it at random, but only what is seen is resized.

    Required Keys:

    - gt_path

    Added Keys:

    - gt (uint8 ``(crop_size, crop_size, 3)``, 0 to 255, RGB)
    - ori_gt_shape (of the whole photograph as it is in the file)
    - gt_channel_order, gt_color_type

    Args:
        crop_size (int): Side of the square.
        short_side_range (tuple[int, int]): Smallest and largest short side
            of the photograph of which the square is a part, at least
            ``crop_size``; each doubling is equally likely.
        most_enlarged (float): Photographs are not enlarged further than by
            this factor, however large the short side may be, unless the
            square would not fit.
    """

    def __init__(self,
                 *,
                 crop_size: int,
                 short_side_range: tuple[int, int],
                 most_enlarged: float = 1.25) -> None:
        self.short_side_range = check_range('short_side_range',
                                            short_side_range, crop_size)
        self.crop_size = crop_size
        self.most_enlarged = most_enlarged

    @cache_randomness
    def random_crop(self, height: int, width: int) -> tuple[int, int, int]:
        """Draw a square of the photograph as it is in the file: its top, left
        and side in pixels."""
        side = min(height, width)
        low, high = self.short_side_range
        high = max(low, min(high, int(self.most_enlarged * side)))
        crop = round(self.crop_size * side / random_size((low, high)))
        return (np.random.randint(height - crop + 1),
                np.random.randint(width - crop + 1), crop)

    def transform(self, results: dict) -> dict:
        """Add ``results['gt']``, see Added Keys."""
        image = read_image(fetch(results['gt_path']))
        top, left, side = self.random_crop(*image.shape[:2])
        crop = image[top:top + side, left:left + side]
        gt = resize_to_short_side(np.ascontiguousarray(crop), self.crop_size)
        _add_photograph(results, 'gt', gt)
        results['ori_gt_shape'] = image.shape
        return results


@TRANSFORMS.register_module()
class LoadPairedPhotograph(BaseTransform):
    """Load a damaged and a clean photograph and the mask of the damage.

    Without a mask file, a pixel is corrupted if the two photographs differ in
    it by more than a threshold, at the size that training sees: what JPEG
    compression changes stays below the default. How to choose another one:
    docs/own_pictures.md.

    In mask files white is corrupted, unless inverted; transparent pixels
    count as black. Files that hold only 0 and 1 count as black and white.

    Required Keys:

    - img_path (damaged)
    - gt_path (clean)
    - mask_path (optional)

    Added Keys:

    - img, gt (uint8 ``(H, W, 3)``, 0 to 255, RGB)
    - mask (float32 ``(H, W, 1)``, 1 = corrupted, 0 = intact)
    - ori_img_shape, img_channel_order, img_color_type, and the same of gt

    Args:
        short_side (int, optional): Length of the shorter side. By default
            the photographs keep their size.
        square (bool): Whether the longer side gets this length, too, whatever
            the shape was.
        difference_threshold (float): A pixel is corrupted if one of its
            channels differs by more than this, in [0, 255).
        invert_mask (bool): Whether black is corrupted in mask files.
        mask_threshold (float): Grey values of a mask file, from 0 to 1, above
            it count as white, once it has the size of the photographs.

    Raises:
        PhotographError: If a file cannot be read.
        DataMismatchError: If the files differ in size.
    """

    def __init__(self,
                 *,
                 short_side: Optional[int] = None,
                 square: bool = False,
                 difference_threshold: float = 20.,
                 invert_mask: bool = False,
                 mask_threshold: float = 0.5) -> None:
        if not 0 <= difference_threshold < 255:
            raise ValueError('difference_threshold is on the scale of 0 to '
                             f'255, got {difference_threshold}.')
        if square and short_side is None:
            raise ValueError('square needs the short_side of the square.')
        if not 0 <= mask_threshold < 1:
            raise ValueError('mask_threshold must be in [0, 1), got '
                             f'{mask_threshold}.')
        self.short_side = short_side
        self.square = square
        self.difference_threshold = difference_threshold
        self.invert_mask = invert_mask
        self.mask_threshold = mask_threshold

    def transform(self, results: dict) -> dict:
        """Add ``img``, ``gt`` and ``mask``, see Added Keys."""
        gt_path = results['gt_path']
        gt = read_image(fetch(gt_path))
        size = gt.shape[:2]
        img = read_image(fetch(results['img_path']))
        _check_size(img, results['img_path'], size, gt_path)
        gt, img = self._resize(gt), self._resize(img)
        if 'mask_path' in results:
            white = read_white(fetch(results['mask_path']), binary=False)
            _check_size(white, results['mask_path'], size, gt_path)
            white = self._resize(white[..., None])[..., 0]
            corrupted = (white > self.mask_threshold) != self.invert_mask
        else:
            corrupted = find_difference(img, gt, self.difference_threshold)
        _add_photograph(results, 'gt', gt)
        _add_photograph(results, 'img', img)
        results['mask'] = corrupted[..., None].astype(np.float32)
        return results

    def _resize(self, image: np.ndarray) -> np.ndarray:
        if self.square and self.short_side is not None:
            return resize_smoothly(image, (self.short_side, self.short_side))
        return resize_to_short_side(image, self.short_side)


def find_difference(img: np.ndarray, gt: np.ndarray,
                    threshold: float) -> np.ndarray:
    """Where a channel of a damaged and a clean photograph, uint8 ``(H, W,
    3)``, differs by more than a threshold: bool ``(H, W)``, True = corrupted.
    """
    return cv2.absdiff(img, gt).max(axis=2) > threshold


def _check_size(image: np.ndarray, path: str, expected: tuple[int, ...],
                gt_path: str) -> None:
    if image.shape[:2] != expected:
        raise DataMismatchError(
            f'{path} has height and width {image.shape[:2]}, but its clean '
            f'photograph {gt_path} has {expected}.')


def _add_photograph(results: dict, key: str, image: np.ndarray) -> None:
    results[key] = image
    results[f'ori_{key}_shape'] = image.shape
    results[f'{key}_channel_order'] = 'rgb'
    results[f'{key}_color_type'] = 'color'
