"""What a corrupted photograph shows where it is corrupted."""
import os
from collections.abc import Sequence
from typing import Optional, Union

import cv2
import numpy as np
from mmagic.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmcv.transforms.utils import cache_randomness

from hcl_mmagic.datasets.image_files import (UnreadableImageError,
                                             gather_images, read_resized,
                                             warn_unreadable)
from hcl_mmagic.datasets.sample_photographs import packaged_photographs

_MAX_TRIES = 1000


class _ImageFileContent(BaseTransform):
    """A random crop of a random image file.

    Args:
        paths (list[str]): The image files.
        short_side (int, optional): See :class:`ImageContent`.
    """

    def __init__(self, paths: list[str], short_side: Optional[int]) -> None:
        if not paths:
            raise ValueError('No image file is left to take content from.')
        self.paths = paths
        self.short_side = short_side

    @cache_randomness
    def random_position(self) -> tuple[float, float, float]:
        """Draw file, top and left, each as a share in [0, 1)."""
        return tuple(np.random.rand(3))

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
        for offset in range(min(len(self.paths), _MAX_TRIES)):
            path = self.paths[(start + offset) % len(self.paths)]
            if _is_same_file(path, clean_path):
                continue
            try:
                return read_resized(path, self.short_side)
            except UnreadableImageError as error:
                warn_unreadable(path, str(error).removeprefix(f'{path}: '))
        raise UnreadableImageError(
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
        short_side (int, optional): Resize images to this short side before
            the crop. By default they keep their size; images smaller than
            the crop are enlarged in either case.
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
                 short_side: Optional[int] = None,
                 start: int = 0,
                 stop: Optional[int] = None) -> None:
        super().__init__(
            gather_images(folder, list_file)[start:stop], short_side)


@TRANSFORMS.register_module()
class PackagedContent(_ImageFileContent):
    """A random crop of a photograph that comes with an installed package.

    Required Keys:

    - gt
    - gt_path (optional)

    Added Keys:

    - content (uint8 ``(H, W, 3)``, 0 to 255, RGB)

    Args:
        split (str or Sequence[str]): See
            :func:`hcl_mmagic.datasets.packaged_photographs`.
        short_side (int, optional): Resize images to this short side before
            the crop. By default they keep their size.
    """

    def __init__(self,
                 *,
                 split: Union[str, Sequence[str]],
                 short_side: Optional[int] = None) -> None:
        super().__init__(packaged_photographs(split), short_side)


class DrawnContent(BaseTransform):
    """Base of the contents that need no files, only a shape.

    They are drawn pixel by pixel or once per image.
    """

    def transform(self, results: dict) -> dict:
        """Add ``results['content']``, uint8 ``(H, W, 3)``."""
        values = self.random_values(results['gt'].shape)
        values = np.clip(np.rint(values), 0, 255).astype(np.uint8)
        results['content'] = values
        return results

    @cache_randomness
    def random_values(self, shape: tuple[int, int, int]) -> np.ndarray:
        """Draw values of the given shape, on the scale of 0 to 255."""
        return self._draw(shape)

    def _draw(self, shape: tuple[int, int, int]) -> np.ndarray:
        raise NotImplementedError


@TRANSFORMS.register_module()
class ConstantColorContent(DrawnContent):
    """One uniformly random colour per image.

    Required Keys:

    - gt

    Added Keys:

    - content (uint8 ``(H, W, 3)``, 0 to 255)
    """

    def _draw(self, shape: tuple[int, int, int]) -> np.ndarray:
        return np.broadcast_to(np.random.randint(256, size=3), shape)


@TRANSFORMS.register_module()
class UniformNoiseContent(DrawnContent):
    """Independent uniform noise over 0 to 255 in every pixel and channel.

    Required Keys:

    - gt

    Added Keys:

    - content (uint8 ``(H, W, 3)``, 0 to 255)
    """

    def _draw(self, shape: tuple[int, int, int]) -> np.ndarray:
        return np.random.randint(256, size=shape)


@TRANSFORMS.register_module()
class GaussianNoiseContent(DrawnContent):
    """Independent Gaussian noise, clipped to 0 to 255.

    Required Keys:

    - gt

    Added Keys:

    - content (uint8 ``(H, W, 3)``, 0 to 255)

    Args:
        mean (float): Mean, on the scale of 0 to 255.
        std (float): Standard deviation, on the same scale.
    """

    def __init__(self, *, mean: float = 127.5, std: float = 64.) -> None:
        if std < 0:
            raise ValueError(f'std must not be negative, got {std}.')
        self.mean = mean
        self.std = std

    def _draw(self, shape: tuple[int, int, int]) -> np.ndarray:
        return np.random.normal(self.mean, self.std, shape)


@TRANSFORMS.register_module()
class SaltAndPepperContent(DrawnContent):
    """The photograph itself with some pixels turned black or white.

    The mask stays that of the noisy region: between its black and white
    pixels, intact ones count as corrupted.

    Required Keys:

    - gt

    Added Keys:

    - content (uint8 ``(H, W, 3)``, 0 to 255)

    Args:
        amount (float): Share of the pixels that are turned, in (0, 1].
        salt_share (float): Share of the turned pixels that are white, the
            others are black.
    """

    def __init__(self,
                 *,
                 amount: float = 0.5,
                 salt_share: float = 0.5) -> None:
        if not 0 < amount <= 1:
            raise ValueError(f'amount must be in (0, 1], got {amount}.')
        if not 0 <= salt_share <= 1:
            raise ValueError('salt_share must be from 0 to 1, got '
                             f'{salt_share}.')
        self.amount = amount
        self.salt_share = salt_share

    def transform(self, results: dict) -> dict:
        """Add ``results['content']``, uint8 ``(H, W, 3)``."""
        chance = self.random_values(results['gt'].shape)
        content = np.rint(results['gt']).astype(np.uint8)
        content[chance < self.amount] = 0
        content[chance < self.amount * self.salt_share] = 255
        results['content'] = content
        return results

    def _draw(self, shape: tuple[int, int, int]) -> np.ndarray:
        return np.random.rand(*shape[:2])


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
