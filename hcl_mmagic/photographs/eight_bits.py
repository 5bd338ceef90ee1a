"""Image files as training and scoring want them: 8 bits, upright, opaque."""
import warnings
from typing import Optional, Union

import cv2
import numpy as np
from PIL import Image

from ..errors import PhotographError
from .metadata import ORIENTATION, SIDEWAYS
from .photograph import Photograph
from .reading import (decode_photograph, explain_failures, printable_name,
                      read_file)

_JPEG_START, _PNG_START = b'\xff\xd8', b'\x89PNG'
_MAX_PIXELS = 178_956_970  # PIL's own limit
_WIDTH, _HEIGHT = 256, 257
# What a fourth channel is to PIL, by what a TIFF file says of it.
_EXTRA_SAMPLES = {0: 'RGBX', 1: 'RGBa', 2: 'RGBA'}
_warned_paths: set[str] = set()


def read_image(source: Union[str, bytes],
               mode: str = 'RGB',
               background: int = 255) -> np.ndarray:
    """Decode an image file, from its path or its whole content, to 8 bits,
    upright and opaque: uint8 ``(H, W, 3)`` of mode 'RGB', or ``(H, W)`` of
    mode 'L' (grey).

    Values of 16 bits keep their upper 8; CMYK and Lab become RGB. Of several
    pages the first is taken; colour profiles are not applied. ``background``,
    0 to 255, shows behind transparent pixels. A PhotographError if the file is
    missing, cut off or no image, or holds values that do not map to 0 to 255.
    """
    name = 'that came' if isinstance(source, bytes) else printable_name(source)
    with explain_failures(name):
        content = source if isinstance(source, bytes) else read_file(
            source, _MAX_PIXELS)
        decoded = _decode_quickly(content, mode)
        if decoded is None:
            photograph = decode_photograph(content, _MAX_PIXELS, strict=False)
            decoded = _flatten(photograph, mode, background)
        return decoded


def read_white(source: Union[str, bytes], binary: bool) -> np.ndarray:
    """Read a mask file, from its path or its whole content: float32 ``(H,
    W)``, 0 = black to 1 = white, upright.

    0 and 1 may stand for black and white in it; transparent pixels count as
    black. A PhotographError if the file cannot be read, a ValueError if it is
    to be ``binary`` and has a grey value.
    """
    grey = read_image(source, mode='L', background=0)
    white = 1 if grey.max() == 1 else 255
    if binary:
        allowed = (grey == 0) | (grey == white)
        if not allowed.all():
            raise ValueError(
                f'{source!s}: the mask must be black and white, got the grey '
                f'value {grey[~allowed][0]}; give a threshold to cut it.')
    return grey.astype(np.float32) / white


def image_size(path: str) -> tuple[int, int]:
    """Height and width of an image, upright, from the head of its file; a
    :class:`PhotographError` if it is missing or no image."""
    with explain_failures(path), Image.open(path) as image:
        return upright_size(image)


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Height and width, upright, of a picture that PIL has opened."""
    # Of a TIFF file some versions of PIL tell the upright size already.
    tags = getattr(image, 'tag_v2', {})
    width = tags.get(_WIDTH, image.width)
    height = tags.get(_HEIGHT, image.height)
    sideways = read_orientation(image) in SIDEWAYS
    return (width, height) if sideways else (height, width)


def read_orientation(image: Image.Image) -> int:
    """Orientation of a picture that PIL has opened, 1 to 8 as EXIF defines
    them; 1 = upright, also where the file does not tell."""
    # PNG files have a getexif of their own, which decodes the whole picture.
    return Image.Image.getexif(image).get(ORIENTATION, 1)


def find_damage(path: str, decode: bool = False) -> Optional[str]:
    """Say why an image file cannot be used; None if it looks complete.

    Unless it is to be decoded, a JPEG or PNG file is only checked for its
    end, which takes no time: OpenCV returns a JPEG file that was cut off as a
    half grey picture, without an error."""
    complete = True
    try:
        with explain_failures(printable_name(path)):
            content = b'' if decode else read_file(path, _MAX_PIXELS)
        if content.startswith(_JPEG_START):
            complete = _jpeg_is_complete(content)
        elif content.startswith(_PNG_START):
            complete = b'IEND' in content
        else:
            read_image(path)
    except PhotographError as error:
        return failure_reason(error, path)
    return None if complete else 'the file is cut off'


def failure_reason(error: PhotographError, path: str) -> str:
    """What an error says of a file, without its name and what to do."""
    message = str(error).removeprefix(f'{printable_name(path)} ')
    return message.partition(';')[0]


def warn_unreadable(path: str, reason: str) -> None:
    """Warn that a file is left out, once per file and process."""
    if path not in _warned_paths:
        _warned_paths.add(path)
        warnings.warn(f'Unreadable image left out: {path} ({reason}).')


def _decode_quickly(content: bytes, mode: str) -> Optional[np.ndarray]:
    """What OpenCV decodes like PIL, in half of the time: whole JPEG to RGB,
    opaque 8-bit grey PNG."""
    if mode == 'RGB' and content.startswith(_JPEG_START):
        if _jpeg_is_complete(content):
            pixels = np.frombuffer(content, np.uint8)
            image = cv2.imdecode(pixels, cv2.IMREAD_COLOR)
            return None if image is None else cv2.cvtColor(
                image, cv2.COLOR_BGR2RGB, dst=image)
    elif mode == 'L' and content.startswith(_PNG_START):
        opaque = b'tRNS' not in content[:content.find(b'IDAT')]
        if opaque and content[24:26] == b'\x08\x00' and \
                b'IEND' in content[-12:]:
            pixels = np.frombuffer(content, np.uint8)
            return cv2.imdecode(pixels, cv2.IMREAD_GRAYSCALE)
    return None


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


def _flatten(photograph: Photograph, mode: str, background: int) -> np.ndarray:
    pixels = photograph.pixels
    if photograph.alpha is None and pixels.dtype == np.uint8 and \
            pixels.shape[2] == len(mode):
        return pixels if mode == 'RGB' else pixels[..., 0]
    image = photograph.to_pil()
    tiff = photograph.origin and photograph.origin.tiff
    if tiff and image.mode == 'RGBA':
        image = Image.frombytes(
            _EXTRA_SAMPLES.get(tiff.extra_sample, 'RGBA'), image.size,
            image.tobytes())
    if image.has_transparency_data:
        behind = Image.new('RGBA', image.size, (background, ) * 3)
        image = Image.alpha_composite(behind, image.convert('RGBA'))
    return np.array(image.convert(mode))
