"""Masks from files: 1 = corrupted, 0 = intact."""
from collections.abc import Sequence
from typing import Optional, Union

import cv2
import numpy as np
from mmagic.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmcv.transforms.utils import cache_randomness

from hcl_mmagic.photographs.eight_bits import read_white
from hcl_mmagic.photographs.finding import find_images


def check_mask(mask: np.ndarray, image: np.ndarray, source: str) -> None:
    """ValueError unless a mask has the size of its image, ``(H, W, 1)``, and
    holds only 1 (corrupted) and 0 (intact); the message names its source."""
    expected = (*image.shape[:2], 1)
    if mask.shape != expected:
        raise ValueError(f'{source}: the mask must have the size of the '
                         f'image, {expected}, got {mask.shape}.')
    binary = (mask == 0) | (mask == 1)
    if not binary.all():
        raise ValueError(
            f'{source}: the mask must hold only 0 (intact) and 1 (corrupted),'
            f' got the value {mask[~binary][0]}.')


@TRANSFORMS.register_module()
class MaskFromFolder(BaseTransform):
    """A random mask from image files, such as NVIDIA's irregular masks.

    White is corrupted, unless inverted. Files that hold only 0 and 1 count
    as black and white.

    Required Keys:

    - gt

    Added Keys:

    - mask (float32 ``(H, W, 1)``, 1 = corrupted, 0 = intact)

    Args:
        folder (str or Sequence[str]): One folder or several, searched with
            all folders below.
        list_file (str): Text file with one mask per line, relative to the
            folder; the other masks of the folder are not used.
        invert (bool): Whether black is corrupted.
        threshold (float, optional): Grey values, from 0 to 1, above it count
            as white. By default a file that is not black and white is an
            error.
        resize (bool): Whether a mask of another size is resized to the image
            (bilinear, then cut at the threshold or at 0.5) or is an error.
        augment (bool): Whether masks are turned by a random multiple of 90
            degrees and flipped at random.

    Raises:
        DataNotFoundError: If there is no mask.
        PhotographError: If a mask file cannot be read.
        ValueError: If a mask has grey values and no ``threshold`` is given,
            or another size than the image and ``resize`` is off.
    """

    def __init__(self,
                 *,
                 folder: Union[str, Sequence[str]] = '',
                 list_file: str = '',
                 invert: bool = False,
                 threshold: Optional[float] = None,
                 resize: bool = True,
                 augment: bool = False) -> None:
        if threshold is not None and not 0 <= threshold < 1:
            raise ValueError('threshold must be in [0, 1), got '
                             f'{threshold}.')
        self.paths = find_images(folder, list_file)
        self.invert = invert
        self.threshold = threshold
        self.resize = resize
        self.augment = augment

    @cache_randomness
    def random_choice(self) -> tuple[int, int, bool]:
        """Draw the mask, its quarter turns and whether it is flipped."""
        return (np.random.randint(len(self.paths)), np.random.randint(4),
                np.random.rand() < 0.5)

    def transform(self, results: dict) -> dict:
        """Add ``results['mask']``, float32 ``(H, W, 1)``, 1 = corrupted."""
        index, turns, flip = self.random_choice()
        path = self.paths[index]
        white = read_white(path, binary=self.threshold is None)
        height, width = results['gt'].shape[:2]
        if self.augment and turns % 2:
            height, width = width, height  # before the turn
        if self.resize and white.shape != (height, width):
            white = cv2.resize(
                white, (width, height), interpolation=cv2.INTER_LINEAR)
        threshold = 0.5 if self.threshold is None else self.threshold
        mask = ((white > threshold) != self.invert)[..., None]
        if self.augment:
            mask = np.rot90(mask, turns)
            mask = np.fliplr(mask) if flip else mask
        mask = np.ascontiguousarray(mask, dtype=np.float32)
        check_mask(mask, results['gt'], path)
        results['mask'] = mask
        return results
