"""Decoding with PIL and OpenCV, and what all decoders share.

A decoder takes the content of a file, the most pixels that are allowed, and
whether to be strict, that is to refuse several pictures and Lab values, and to
read CMYK values by their colour profile; it gives :data:`Stored`.
"""
import io
import re
import struct
from contextlib import contextmanager
from dataclasses import replace
from typing import Iterator, Tuple

import cv2
import numpy as np
from PIL import Image, TgaImagePlugin, TiffImagePlugin, WebPImagePlugin

from ..errors import PhotographError
from .cmyk import read_cmyk
from .metadata import origin_of
from .photograph import Origin
from .second_pictures import second_picture

# Values (H, W, 1 to 4) as stored, alpha last; orientation, 1 to 8; origin.
Stored = Tuple[np.ndarray, int, Origin]
# Naming two classes imports what PIL would look for among all its plugins.
_FORMATS = ('JPEG', 'BMP', 'GIF', 'PPM', 'PNG',
            TgaImagePlugin.TgaImageFile.format,
            TiffImagePlugin.TiffImageFile.format,
            WebPImagePlugin.WebPImageFile.format)
_PIXELS_OF_A_BAND = 2**20
# To which mode another one is brought without a loss.
_MODES = {'L': 'L', 'LA': 'LA', 'RGB': 'RGB', 'RGBA': 'RGBA', 'I;16': 'I;16',
          '1': 'L', 'P': 'RGB', 'PA': 'RGBA', 'I;16B': 'I;16'}  # yapf: disable
_OTHER_MODES = {'F': 'floating-point', 'I': '32-bit', 'LAB': 'Lab'}
# Width, height and largest value, each after blanks and comments, then one
# blank before the values.
_NUMBER = rb'(?:\s|#[^\r\n]*[\r\n])+(\d{1,10})'
_PNM_HEADER = re.compile(rb'P([2356])' + 3 * _NUMBER + rb'\s')


def decode_with_pil(content: bytes, max_pixels: int, strict: bool) -> Stored:
    """Decode a JPEG, BMP, GIF, TGA, PPM or PGM file of up to 8 bits."""
    with open_with_pil(content, max_pixels) as image:
        # Phones store several pictures in one file, the photograph first.
        if image.format != 'MPO':
            refuse_animation(image, strict)
        image.load()
        orientation, origin = origin_of(image)
    if origin.format == 'JPEG':
        second = second_picture(content, image)
        if second is not None:
            origin = replace(origin, lost=dict(pictures=second))
    samples, origin = values_of(image, origin, strict)
    return samples, orientation, origin


def values_of(image: Image.Image,
              origin: Origin,
              strict: bool = True) -> Tuple[np.ndarray, Origin]:
    """Values ``(H, W, 1 to 4)`` of a picture that was loaded, and its origin,
    which tells of another colour space."""
    if strict and image.mode == 'CMYK':
        return read_cmyk(image, origin)
    return samples_of(image, strict), origin


def decode_webp(content: bytes, max_pixels: int, strict: bool) -> Stored:
    """The metadata with PIL and the pixels with OpenCV, which needs a quarter
    of the memory."""
    with open_with_pil(content, max_pixels) as image:
        animated = refuse_animation(image, strict)
        orientation, origin = origin_of(image)
        origin = replace(origin, lossless=_webp_is_lossless(content))
        if animated:
            return samples_of(image, strict), orientation, origin
    samples = decode_with_opencv(content)
    if samples.shape[:2] != image.size[::-1]:
        raise PhotographError('is damaged; get another copy of it')
    return samples, orientation, origin


def decode_pnm(content: bytes, max_pixels: int, strict: bool) -> Stored:
    """PBM, PGM or PPM; values of more than 8 bits are scaled to 16, as PIL
    does with 8."""
    header = _PNM_HEADER.match(content)
    if header is None or int(header[4]) <= 255:
        return decode_with_pil(content, max_pixels, strict)
    width, height, largest = (int(header[place]) for place in (2, 3, 4))
    check_size(width, height, max_pixels)
    if largest > 65535 or header[1] in b'23':
        raise PhotographError(
            'has more than 16 bits per value, or 16 bits written as a text; '
            'save it as PNG or TIFF')
    if len(content) < header.end() + 2 * width * height * (3 if header[1]
                                                           == b'6' else 1):
        raise PhotographError('was cut off; get another copy of it')
    samples = decode_with_opencv(content)
    if largest < 65535:
        scaled = np.minimum(samples, largest) * (65535 / largest)
        samples = np.rint(scaled).astype(np.uint16)
    return samples, 1, Origin('PPM')


def decode_with_opencv(content: bytes) -> np.ndarray:
    """Values ``(H, W, 1, 3 or 4)`` of a file whose soundness another decoder
    has checked, for OpenCV would write to the terminal."""
    decoded = cv2.imdecode(
        np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None:
        raise PhotographError('is damaged; get another copy of it')
    if decoded.ndim == 2:
        return decoded[..., None]
    return exchange_red_and_blue(decoded)


def exchange_red_and_blue(samples: np.ndarray) -> np.ndarray:
    """Bring ``(H, W, 3 or 4)`` values to OpenCV's order, or back."""
    code = cv2.COLOR_BGR2RGB if samples.shape[2] == 3 else cv2.COLOR_BGRA2RGBA
    return cv2.cvtColor(samples, code)


@contextmanager
def open_with_pil(content: bytes, max_pixels: int) -> Iterator[Image.Image]:
    """Open a file; a picture that was loaded stays after the context."""
    with io.BytesIO(content) as stream:
        image = Image.open(stream, formats=_FORMATS)
        check_size(*image.size, max_pixels)
        yield image


def check_size(width: int, height: int, max_pixels: int) -> None:
    """Refuse a size that a header tells."""
    if width < 1 or height < 1:
        raise PhotographError(f'has {width}x{height} pixels, so none at all')
    if width * height > max_pixels:
        raise PhotographError(
            f'has {width}x{height} pixels, more than the {max_pixels} that '
            'are allowed; make it smaller or raise the limit')


def samples_of(image: Image.Image, strict: bool = True) -> np.ndarray:
    """Values ``(H, W, 1 to 4)`` of a picture; a band of rows at a time, for
    PIL's own conversions need three times the memory."""
    mode = _MODES.get(image.mode)
    if mode is None and not strict and image.mode[0] not in 'IF':
        mode = 'RGB'
    if mode is None:
        raise PhotographError(
            f'has {_OTHER_MODES.get(image.mode, image.mode)} values, not grey '
            'or RGB of up to 16 bits; convert it to RGB and save it as PNG or '
            'TIFF')
    if 'transparency' in image.info and mode in ('L', 'RGB'):
        mode += 'A'
    height, width = image.height, image.width
    channels = 1 if mode == 'I;16' else len(mode)
    samples = np.empty((height, width, channels),
                       np.uint16 if mode == 'I;16' else np.uint8)
    step = max(1, _PIXELS_OF_A_BAND // width)
    for top in range(0, height, step):
        band = image.crop((0, top, width, min(top + step, height)))
        if band.mode != mode and mode != 'I;16':
            band = band.convert(mode)
        samples[top:top + step] = np.asarray(band).reshape(-1, width, channels)
    return samples


def refuse_animation(image: Image.Image, strict: bool) -> bool:
    """Refuse several pictures, unless not strict: then say whether it is
    so."""
    animated = getattr(image, 'is_animated', False)
    if animated and strict:
        raise PhotographError('is animated; save one picture of it')
    return animated


def _webp_is_lossless(content: bytes) -> bool:
    position = 12
    while position + 8 <= len(content):
        name, size = struct.unpack_from('<4sI', content, position)
        if name in (b'VP8L', b'VP8 '):
            return name == b'VP8L'
        position += 8 + size + size % 2
    return False
