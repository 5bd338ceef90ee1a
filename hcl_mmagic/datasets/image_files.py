"""Finding, checking and reading image files."""
import io
import os
import re
import warnings
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Optional, Union

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps

from hcl_mmagic.errors import DataNotFoundError, HCLError

IMAGE_EXTENSIONS = ('.jpg', '.jpeg', '.png', '.bmp', '.ppm', '.tif', '.tiff',
                    '.webp')
JPEG_START = b'\xff\xd8'
PNG_START = b'\x89PNG'
DATA_HELP = 'see "Training on Places" in README.md'

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


def read_image(path: str, mode: str = 'RGB') -> np.ndarray:
    """Decode an image file to 8 bits, upright, without its alpha channel.

    Args:
        path (str): The image file.
        mode (str): 'RGB' or 'L' (grey).

    Returns:
        np.ndarray: uint8 image ``(H, W, 3)`` or ``(H, W)``, 0 to 255.

    Raises:
        UnreadableImageError: If the file is missing, cut off or no image.
    """
    try:
        content = Path(path).read_bytes()
        decoded = _decode_quickly(content, mode)
        if decoded is not None:
            return decoded
        with Image.open(io.BytesIO(content)) as opened:
            image = opened
            ImageOps.exif_transpose(image, in_place=True)
            if image.mode.startswith('I'):  # 16 bits: PIL would clip at 255
                image = Image.fromarray(
                    (np.asarray(image) // 256).astype(np.uint8))
            if image.mode != mode:
                image = image.convert(mode)
            return np.array(image)
    except Image.UnidentifiedImageError as error:
        raise UnreadableImageError(f'{path}: not an image') from error
    except (OSError, ValueError, SyntaxError,
            Image.DecompressionBombError) as error:
        reason = getattr(error, 'strerror', None) or error
        raise UnreadableImageError(f'{path}: {reason}') from error


def _decode_quickly(content: bytes, mode: str) -> Optional[np.ndarray]:
    """What OpenCV decodes like PIL, but in half of the time: JPEG files to
    RGB and PNG files of 8 grey bits to grey. None for all others, and for
    files that were cut off, which OpenCV would not tell."""
    if mode == 'RGB' and content.startswith(JPEG_START):
        if _jpeg_is_complete(content):
            pixels = np.frombuffer(content, np.uint8)
            image = cv2.imdecode(pixels, cv2.IMREAD_COLOR)
            return None if image is None else cv2.cvtColor(
                image, cv2.COLOR_BGR2RGB, dst=image)
    elif mode == 'L' and content.startswith(PNG_START):
        if content[24:26] == b'\x08\x00' and b'IEND' in content[-12:]:
            pixels = np.frombuffer(content, np.uint8)
            return cv2.imdecode(pixels, cv2.IMREAD_GRAYSCALE)
    return None


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
    image = read_image(path)
    if short_side is not None and short_side != min(image.shape[:2]):
        scale = short_side / min(image.shape[:2])
        image = _resize(image,
                        *(round(side * scale) for side in image.shape[:2]))
    image.setflags(write=False)
    return image


def _resize(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Bilinear, with smoothing where it shrinks, as PIL does it: OpenCV
    would not smooth, and torch takes a third of PIL's time."""
    pixels = torch.from_numpy(image)[None].permute(0, 3, 1, 2)
    resized = F.interpolate(
        pixels, size=(height, width), mode='bilinear', antialias=True)
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
            complete = _jpeg_is_complete(content)
        elif content.startswith(PNG_START) and not decode:
            complete = b'IEND' in content
        else:
            read_image(path)
    except UnreadableImageError as error:
        return str(error).removeprefix(f'{path}: ')
    except OSError as error:
        return error.strerror or str(error)
    return None if complete else 'the file is cut off'


def _jpeg_is_complete(content: bytes) -> bool:
    """Whether an end marker follows the scan; thumbnails have their own."""
    position = 2
    while content[position:position + 1] == b'\xff':
        marker = content[position + 1:position + 2]
        if marker == b'\xda':
            return b'\xff\xd9' in content[position:]
        length = content[position + 2:position + 4]
        position += 2 + int.from_bytes(length, 'big')
    return False


def warn_unreadable(path: str, reason: str) -> None:
    """Warn that a file is left out, once per file and process."""
    if path not in _warned_paths:
        _warned_paths.add(path)
        warnings.warn(f'Unreadable image left out: {path} ({reason}).')
