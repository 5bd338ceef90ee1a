"""Decoding with PIL and OpenCV, and what all decoders share."""
import io
import struct
from dataclasses import dataclass, replace
from functools import partial
from typing import Callable, Optional, Tuple

import cv2
import numpy as np
from PIL import Image, TiffImagePlugin, WebPImagePlugin

from ...errors import PhotographError
from .metadata import origin_of
from .orientation import put_upright
from .origin import Origin
from .photograph import Photograph

# Pixels and, where there is one, alpha.
Samples = Tuple[np.ndarray, Optional[np.ndarray]]
# Naming two classes imports what PIL would look for among all its plugins.
_FORMATS = ('JPEG', 'BMP', 'GIF', 'PPM', 'PNG',
            TiffImagePlugin.TiffImageFile.format,
            WebPImagePlugin.WebPImageFile.format)
_PIXELS_OF_A_BAND = 2**20
# To which mode another one is brought without a loss.
_MODES = {
    'L': 'L',
    'LA': 'LA',
    'RGB': 'RGB',
    'RGBA': 'RGBA',
    '1': 'L',
    'P': 'RGB',
    'PA': 'RGBA',
    'I;16': 'I;16',
    'I;16B': 'I;16'
}


@dataclass(frozen=True)
class Decoded:
    """A decoded file whose content may go before the values are copied.

    Args:
        read_samples (callable): Gives pixels ``(H, W, C)`` and alpha ``(H,
            W)`` or None, as stored.
        origin (Origin): With the orientation reset.
        orientation (int): What it was, 1 to 8.
    """
    read_samples: Callable[[], Samples]
    origin: Origin
    orientation: int = 1

    def finish(self) -> Photograph:
        """Copy the values and put them upright.

        Returns:
            Photograph: Upright.
        """
        pixels, alpha = self.read_samples()
        if alpha is not None:
            alpha = put_upright(alpha, self.orientation)
        return Photograph(
            put_upright(pixels, self.orientation), alpha, self.origin)


def decode_with_pil(content: bytes, max_pixels: int) -> Decoded:
    """Decode a JPEG, BMP, GIF, PPM or PGM file of up to 8 bits.

    Args:
        content (bytes): The whole file.
        max_pixels (int): More are refused.

    Returns:
        Decoded: The photograph.

    Raises:
        PhotographError: The file is animated, too large, or of a kind of
            values that is not supported.
        Exception: Whatever PIL raises on a damaged file.
    """
    with open_with_pil(content, max_pixels) as image:
        # Phones store several pictures in one file, the photograph first.
        if image.format != 'MPO' and getattr(image, 'is_animated', False):
            raise PhotographError('is animated; save one picture of it')
        image.load()
        orientation, origin = origin_of(image)
    return Decoded(partial(samples_of, image), origin, orientation)


def decode_webp(content: bytes, max_pixels: int) -> Decoded:
    """Decode a WebP file: the metadata with PIL and the pixels with OpenCV,
    which needs a quarter of the memory.

    Args:
        content (bytes): The whole file.
        max_pixels (int): More are refused.

    Returns:
        Decoded: The photograph.

    Raises:
        PhotographError: The file is animated, too large or damaged.
        Exception: Whatever PIL raises on a damaged file.
    """
    with open_with_pil(content, max_pixels) as image:
        if image.is_animated:
            raise PhotographError('is animated; save one picture of it')
        orientation, origin = origin_of(image)
        size = image.height, image.width
    origin = replace(origin, lossless=_webp_is_lossless(content))
    pixels, alpha = decode_with_opencv(content)
    if pixels.shape[:2] != size:
        raise PhotographError('is damaged; get another copy of it')
    return Decoded(lambda: (pixels, alpha), origin, orientation)


def decode_with_opencv(content: bytes) -> Samples:
    """Decode a file whose soundness another decoder has checked.

    Args:
        content (bytes): The whole file.

    Returns:
        tuple[np.ndarray, Optional[np.ndarray]]: Pixels ``(H, W, 1 or 3)`` and
        alpha ``(H, W)``, uint8 or uint16.

    Raises:
        PhotographError: It cannot be decoded.
    """
    decoded = cv2.imdecode(
        np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None:
        raise PhotographError('is damaged; get another copy of it')
    if decoded.ndim == 2:
        return decoded[..., None], None
    if decoded.shape[2] == 3:
        return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB, dst=decoded), None
    return np.ascontiguousarray(decoded[..., 2::-1]), decoded[..., 3].copy()


def open_with_pil(content: bytes, max_pixels: int) -> Image.Image:
    """Read the header of a file.

    Args:
        content (bytes): The whole file.
        max_pixels (int): More are refused.

    Returns:
        Image.Image: Not yet decoded.

    Raises:
        PhotographError: It has too many pixels.
        OSError: PIL does not know it.
    """
    image = Image.open(io.BytesIO(content), formats=_FORMATS)
    check_size(*image.size, max_pixels)
    return image


def check_size(width: int, height: int, max_pixels: int) -> None:
    """Refuse a size that a header tells.

    Args:
        width (int): In pixels.
        height (int): In pixels.
        max_pixels (int): How many are allowed.

    Raises:
        PhotographError: There are none, or more.
    """
    if width < 1 or height < 1:
        raise PhotographError(f'has {width}x{height} pixels, so none at all')
    if width * height > max_pixels:
        raise PhotographError(
            f'has {width}x{height} pixels, more than the {max_pixels} that '
            'are allowed; make it smaller or raise the limit')


def samples_of(image: Image.Image) -> Samples:
    """Values of a decoded picture; a band of rows at a time, for PIL's own
    conversions need three times the memory.

    Args:
        image (Image.Image): Decoded, its format the file's.

    Returns:
        tuple[np.ndarray, Optional[np.ndarray]]: Pixels ``(H, W, 1 or 3)`` and
        alpha ``(H, W)``, uint8 or uint16.

    Raises:
        PhotographError: Its mode is none of grey or RGB values.
    """
    mode = _MODES.get(image.mode)
    if mode is None:
        raise PhotographError(
            f'has values of the kind {image.mode}, not grey or RGB of up to '
            '16 bits; convert it to RGB and save it as PNG or TIFF')
    if 'transparency' in image.info and mode in ('L', 'RGB'):
        mode += 'A'
    height, width = image.height, image.width
    dtype = np.uint16 if mode == 'I;16' else np.uint8
    pixels = np.empty((height, width, 3 if mode.startswith('RGB') else 1),
                      dtype)
    alpha = np.empty((height, width), dtype) if mode.endswith('A') else None
    step = max(1, _PIXELS_OF_A_BAND // width)
    for top in range(0, height, step):
        rows = slice(top, min(top + step, height))
        band = image.crop((0, rows.start, width, rows.stop))
        if band.mode != mode and dtype == np.uint8:
            band = band.convert(mode)
        values = np.asarray(band)
        if values.ndim == 2:
            values = values[..., None]
        pixels[rows] = values[..., :pixels.shape[2]]
        if alpha is not None:
            alpha[rows] = values[..., -1]
    return pixels, alpha


def _webp_is_lossless(content: bytes) -> bool:
    position = 12
    while position + 8 <= len(content):
        name, size = struct.unpack_from('<4sI', content, position)
        if name in (b'VP8L', b'VP8 '):
            return name == b'VP8L'
        position += 8 + size + size % 2
    return False
