"""What a corrupted photograph shows where it is corrupted."""
import os
from collections.abc import Sequence
from typing import Optional, Union

import cv2
import numpy as np
from mmagic.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmcv.transforms.utils import cache_randomness

from hcl_mmagic.datasets.resizing import read_resized
from hcl_mmagic.datasets.sample_photographs import packaged_photographs
from hcl_mmagic.errors import PhotographError
from hcl_mmagic.photographs.eight_bits import failure_reason, warn_unreadable
from hcl_mmagic.photographs.finding import find_images
from .random_draws import check_range, random_size

_MAX_TRIES = 1000


class _ImageFileContent(BaseTransform):
    """A random crop of one of several image files."""

    def __init__(self, paths: Sequence[str],
                 short_side: Union[int, tuple[int, int], None]) -> None:
        if not paths:
            raise ValueError('No image file is left to take content from.')
        if short_side is not None and not isinstance(short_side, int):
            check_range('short_side', short_side, 1)
        self.paths = paths
        self.short_side = short_side

    @cache_randomness
    def random_position(self) -> tuple[float, float, float]:
        """Draw file, top and left, each as a share in [0, 1)."""
        return tuple(np.random.rand(3))

    @cache_randomness
    def random_short_side(self) -> Optional[int]:
        """Draw the short side of the image, None for its own."""
        if self.short_side is None or isinstance(self.short_side, int):
            return self.short_side
        return round(random_size(self.short_side))

    def transform(self, results: dict) -> dict:
        """Add ``results['content']``, uint8 ``(H, W, 3)``."""
        file, top, left = self.random_position()
        height, width = results['gt'].shape[:2]
        image = self._read_from(
            int(file * len(self.paths)), results.get('gt_path', ''))
        image = _enlarge_to_cover(image, height, width)
        top = int(top * (image.shape[0] - height + 1))
        left = int(left * (image.shape[1] - width + 1))
        results['content'] = image[top:top + height, left:left + width]
        return results

    def _read_from(self, start: int, clean_path: str) -> np.ndarray:
        """Read the first usable image that is not the photograph itself."""
        short_side = self.random_short_side()
        for offset in range(min(len(self.paths), _MAX_TRIES)):
            path = self.paths[(start + offset) % len(self.paths)]
            if _is_same_file(path, clean_path):
                continue
            try:
                return read_resized(path, short_side)
            except PhotographError as error:
                warn_unreadable(path, failure_reason(error, path))
        raise PhotographError(
            f'{self.paths[start]} and the files after it cannot be used as '
            f'content for {clean_path}: each is unreadable or the photograph '
            'itself.')


@TRANSFORMS.register_module()
class ImageContent(_ImageFileContent):
    """A random crop of a random other image, never of the photograph itself.

    Unreadable files are named in a warning; the next one takes their place.

    Required Keys:

    - gt
    - gt_path (optional)

    Added Keys:

    - content (uint8 ``(H, W, 3)``, 0 to 255, RGB)

    Args:
        folder (str or Sequence[str]): One folder or several, searched with
            all folders below.
        list_file (str): Text file with one image per line, relative to the
            folder; the other images of the folder are not used.
        short_side (int or tuple[int, int], optional): Resize images to this
            short side before the crop, or to one between two bounds, each
            doubling equally often. By default they keep their size; images
            smaller than the crop are enlarged in either case.
        start (int): First image to use, in the order of the names.
        stop (int, optional): First image not to use any more; negative
            counts from the end.

    Raises:
        DataNotFoundError: If there is no image.
    """

    def __init__(self,
                 *,
                 folder: Union[str, Sequence[str]] = '',
                 list_file: str = '',
                 short_side: Union[int, tuple[int, int], None] = None,
                 start: int = 0,
                 stop: Optional[int] = None) -> None:
        super().__init__(
            find_images(folder, list_file)[start:stop], short_side)


@TRANSFORMS.register_module()
class PackagedContent(_ImageFileContent):
    """A random crop of a photograph that comes with an installed package.

    Keys and ``short_side``: see :class:`ImageContent`.

    Args:
        split (str or Sequence[str]): See
            :func:`hcl_mmagic.datasets.packaged_photographs`.
    """

    def __init__(self,
                 *,
                 split: Union[str, Sequence[str]],
                 short_side: Optional[int] = None) -> None:
        super().__init__(packaged_photographs(split), short_side)


def _is_same_file(path: str, other: str) -> bool:
    """Whether two names stand for one file, by a link or not."""
    try:
        return os.path.samefile(path, other)
    except OSError:  # one is missing, or a picture without a file
        return False


def _enlarge_to_cover(image: np.ndarray, height: int,
                      width: int) -> np.ndarray:
    scale = max(height / image.shape[0], width / image.shape[1])
    if scale <= 1:
        return image
    size = (max(width, round(image.shape[1] * scale)),
            max(height, round(image.shape[0] * scale)))
    return cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
