"""Finding, checking and reading image files."""
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Optional, Union

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from hcl_mmagic.datasets.image_decoding import (JPEG_START, PNG_START,
                                                decode_image, jpeg_is_complete,
                                                upright_size)
from hcl_mmagic.errors import DataNotFoundError, HCLError

IMAGE_EXTENSIONS = ('.jpg', '.jpeg', '.png', '.bmp', '.ppm', '.tif', '.tiff',
                    '.webp')
DATA_HELP = ('see "Training on Places" in README.md, for pictures of your own '
             'docs/own_pictures.md')

_LISTED_NAME = re.compile(
    r'(.+?(?:' + '|'.join(map(re.escape, IMAGE_EXTENSIONS)) + r'))(?:\s.*)?$',
    re.IGNORECASE)
_warned_paths: set[str] = set()


class UnreadableImageError(HCLError, OSError):
    """An image file that is missing, cut off or not an image."""


def find_images(folders: Union[str, Sequence[str]]) -> list[str]:
    """List the images of folders and of all folders below, by name.

    A folder that does not exist may be a list instead: ``ROOT/train`` is then
    what ``ROOT/annotations/train.txt`` names, relative to ``ROOT``. Such
    lists are written by ``tools/dataset_converters``.

    Args:
        folders (str or Sequence[str]): One folder or several.

    Returns:
        list[str]: Paths, sorted within each folder; hidden files are left
        out. Those of a list in its order.

    Raises:
        DataNotFoundError: If a folder is missing or holds no image.
    """
    paths = []
    for folder in [folders] if isinstance(folders, str) else folders:
        root, split = os.path.split(os.path.normpath(folder))
        listed = os.path.join(root, 'annotations', f'{split}.txt')
        if os.path.isdir(folder):
            paths += _find_images_below(folder)
        elif os.path.isfile(listed):
            paths += read_image_list(listed, root)
        else:
            raise DataNotFoundError(
                f'The image folder {folder} does not exist, nor does the '
                f'list {listed}: {DATA_HELP}.')
    return paths


def _find_images_below(folder: str) -> list[str]:
    found = sorted(
        os.path.join(parent, name)
        for parent, _, names in os.walk(folder, followlinks=True)
        for name in names
        if name.lower().endswith(IMAGE_EXTENSIONS) and name[0] != '.')
    if not found:
        raise DataNotFoundError(
            f'No image found in the folder {folder}: {DATA_HELP}.')
    return found


def read_image_list(list_file: str, folder: str = '') -> list[str]:
    """Read the paths of images from a text file.

    Each line names one image, as in the lists that come with Places:
    whatever follows the name (a label, a shape) is ignored.

    Args:
        list_file (str): The text file.
        folder (str): What the names are relative to, also those that start
            with a slash. With '' they are taken as they are.

    Returns:
        list[str]: Paths in the order of the file.

    Raises:
        DataNotFoundError: If the file is missing or names no image.
        ValueError: If a line names no image.
    """
    if not os.path.isfile(list_file):
        raise DataNotFoundError(
            f'The image list {list_file} does not exist: {DATA_HELP}.')
    paths = []
    lines = Path(list_file).read_text(encoding='utf-8').splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        match = _LISTED_NAME.match(line.strip())
        if match is None:
            raise ValueError(f'{list_file}, line {number}: expected the name '
                             f'of an image, got {line.strip()!r}.')
        name = match.group(1)
        paths.append(
            os.path.join(folder, name.lstrip('/')) if folder else name)
    if not paths:
        raise DataNotFoundError(
            f'No image named in the list {list_file}: {DATA_HELP}.')
    return paths


def gather_images(folders: Union[str, Sequence[str]],
                  list_file: str = '') -> list[str]:
    """List the images of folders, or those of one folder that a list names.

    Args:
        folders (str or Sequence[str]): One folder or several.
        list_file (str): Text file, see :func:`read_image_list`.

    Returns:
        list[str]: Paths, see :func:`find_images` and
        :func:`read_image_list`.

    Raises:
        DataNotFoundError: If there is no image.
        ValueError: If a list comes with several folders.
    """
    if not list_file:
        return find_images(folders)
    if not isinstance(folders, str):
        raise ValueError('A list of images needs a single folder, got '
                         f'{list(folders)}.')
    return read_image_list(list_file, folders)


def image_size(path: str) -> tuple[int, int]:
    """Size of an image, upright, from the head of its file.

    Args:
        path (str): The image file.

    Returns:
        tuple[int, int]: Height and width in pixels.

    Raises:
        UnreadableImageError: If the file is missing or no image.
    """
    with _explain_failure(path), Image.open(path) as image:
        return upright_size(image)


def read_image(path: str,
               mode: str = 'RGB',
               background: int = 255) -> np.ndarray:
    """Decode an image file to 8 bits, upright and opaque.

    See :func:`hcl_mmagic.datasets.image_decoding.decode_image`.

    Args:
        path (str): The image file.
        mode (str): 'RGB' or 'L' (grey).
        background (int): Grey value that shows behind transparent pixels.

    Returns:
        np.ndarray: uint8 image ``(H, W, 3)`` or ``(H, W)``, 0 to 255.

    Raises:
        UnreadableImageError: If the file is missing, cut off or no image.
    """
    with _explain_failure(path):
        return decode_image(Path(path).read_bytes(), mode, background)


@contextmanager
def _explain_failure(path: str) -> Iterator[None]:
    """Turn what PIL raises into an error that names file and reason."""
    try:
        yield
    except Image.UnidentifiedImageError as error:
        raise UnreadableImageError(f'{path}: not an image') from error
    except (OSError, ValueError, SyntaxError,
            Image.DecompressionBombError) as error:
        reason = getattr(error, 'strerror', None) or error
        raise UnreadableImageError(f'{path}: {reason}') from error


# A few pictures used over and over, as in the quickstart, are decoded once.
@lru_cache(maxsize=16)
def read_resized(path: str, short_side: Optional[int]) -> np.ndarray:
    """Decode an image file and resize it, remembering the last results.

    Args:
        path (str): The image file.
        short_side (int, optional): Length of the shorter side, None for the
            original size.

    Returns:
        np.ndarray: uint8 image ``(H, W, 3)``, 0 to 255, RGB, read-only.

    Raises:
        UnreadableImageError: If the file is missing, cut off or no image.
    """
    image = resize_to_short_side(read_image(path), short_side)
    image.setflags(write=False)
    return image


def resize_to_short_side(image: np.ndarray,
                         short_side: Optional[int]) -> np.ndarray:
    """Resize so that the shorter side has this length, see
    :func:`resize_smoothly`.

    Args:
        image (np.ndarray): uint8 or float32 ``(H, W, C)``.
        short_side (int, optional): Length of the shorter side, None for the
            original size.

    Returns:
        np.ndarray: The image ``(H', W', C)``, of the same type.
    """
    if short_side is None:
        return image
    scale = short_side / min(image.shape[:2])
    height, width = (round(side * scale) for side in image.shape[:2])
    return resize_smoothly(image, (height, width))


def resize_smoothly(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resize bilinearly, with smoothing where it shrinks, as PIL does it.

    Args:
        image (np.ndarray): uint8 or float32 ``(H, W, C)``.
        size (tuple[int, int]): Height and width to reach.

    Returns:
        np.ndarray: The image of that size, of the same type.
    """
    if image.shape[:2] == size:
        return image
    # OpenCV would not smooth, and torch takes a third of PIL's time.
    pixels = torch.from_numpy(image)[None].permute(0, 3, 1, 2)
    resized = F.interpolate(pixels, size=size, mode='bilinear', antialias=True)
    return resized.permute(0, 2, 3, 1)[0].numpy()


def find_damage(path: str, decode: bool = False) -> Optional[str]:
    """Say why an image file cannot be used.

    OpenCV returns a JPEG file that was cut off as a half grey picture,
    without an error, so the end-of-image marker is looked for.

    Args:
        path (str): The image file.
        decode (bool): Whether to try and decode it. Otherwise JPEG and PNG
            files are only checked for their end, which takes no time.

    Returns:
        str, optional: The reason, None for a file that looks complete.
    """
    complete = True
    try:
        content = Path(path).read_bytes()
        if content.startswith(JPEG_START) and not decode:
            complete = jpeg_is_complete(content)
        elif content.startswith(PNG_START) and not decode:
            complete = b'IEND' in content
        else:
            read_image(path)
    except UnreadableImageError as error:
        return str(error).removeprefix(f'{path}: ')
    except OSError as error:
        return error.strerror or str(error)
    return None if complete else 'the file is cut off'


def warn_unreadable(path: str, reason: str) -> None:
    """Warn that a file is left out, once per file and process."""
    if path not in _warned_paths:
        _warned_paths.add(path)
        warnings.warn(f'Unreadable image left out: {path} ({reason}).')
