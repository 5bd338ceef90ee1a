"""Decoding with PIL, and what all decoders share."""
import io
import struct
from dataclasses import replace
from typing import Optional, Tuple

import numpy as np
from PIL import WebPImagePlugin  # noqa: F401
from PIL import (BmpImagePlugin, GifImagePlugin, Image, JpegImagePlugin,
                 PngImagePlugin, PpmImagePlugin, TiffImagePlugin)

from ...errors import PhotographError
from .orientation import put_upright, take_orientation
from .origin import JpegQuality, Origin
from .photograph import Photograph

# Naming their classes imports what PIL would look for among all its plugins.
_FORMATS = ('JPEG', 'BMP', 'GIF', 'PPM', 'PNG',
            TiffImagePlugin.TiffImageFile.format,
            WebPImagePlugin.WebPImageFile.format)
_ROWS_OF_PIXELS = 2**20
XMP_MARK = b'http://ns.adobe.com/xap/1.0/\0'
EXIF_MARK = b'Exif\0\0'
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


def decode_with_pil(content: bytes, max_pixels: int) -> Photograph:
    """Decode a JPEG, WebP, BMP, GIF, PPM or PGM file of up to 8 bits.

    Args:
        content (bytes): The whole file.
        max_pixels (int): More are refused.

    Returns:
        Photograph: Upright.

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
        if image.format == 'WEBP':
            origin = replace(origin, lossless=_webp_is_lossless(content))
        pixels, alpha = samples_of(image)
    del image, content  # before the pixels are turned, which copies them
    return make_photograph(pixels, alpha, origin, orientation)


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


def samples_of(image: Image.Image) -> Tuple[np.ndarray, Optional[np.ndarray]]:
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
    step = max(1, _ROWS_OF_PIXELS // width)
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


def origin_of(image: Image.Image) -> Tuple[int, Origin]:
    """What a picture that PIL has opened says beside its pixels.

    Args:
        image (Image.Image): Any.

    Returns:
        tuple[int, Origin]: The orientation, 1 to 8, and the origin of an
        upright photograph.
    """
    exif = image.info.get('exif')
    if exif is not None:
        exif = exif.removeprefix(EXIF_MARK)
    is_jpeg = image.format in ('JPEG', 'MPO')
    orientation, exif, xmp = take_orientation(exif or None, _xmp_of(image))
    dpi = image.info.get('dpi')
    if dpi is not None and orientation in (5, 6, 7, 8):
        dpi = dpi[::-1]
    comment = image.info.get('comment')
    return orientation, Origin(
        {
            'MPO': 'JPEG',
            'DIB': 'BMP'
        }.get(image.format, image.format),
        exif=exif,
        xmp=xmp,
        icc_profile=image.info.get('icc_profile') or None,
        dpi=None if dpi is None else (float(dpi[0]), float(dpi[1])),
        comment=comment if isinstance(comment, bytes) else None,
        jpeg=_jpeg_quality(image) if is_jpeg else None,
        lossless=not is_jpeg)


def _xmp_of(image: Image.Image) -> Optional[bytes]:
    xmp = image.info.get('xmp')
    # Older versions of PIL leave it in the list of a JPEG file's segments.
    for name, data in getattr(image, 'applist', ()):
        if xmp is None and name == 'APP1' and data.startswith(XMP_MARK):
            xmp = data.removeprefix(XMP_MARK)
    return xmp or None


def _jpeg_quality(image: Image.Image) -> JpegQuality:
    subsampling = JpegImagePlugin.get_sampling(image)
    # Of kinds that PIL cannot write, full resolution loses the least.
    return JpegQuality(image.quantization, max(subsampling, 0), 'progressive'
                       in image.info)


def _webp_is_lossless(content: bytes) -> bool:
    position = 12
    while position + 8 <= len(content):
        name, size = struct.unpack_from('<4sI', content, position)
        if name in (b'VP8L', b'VP8 '):
            return name == b'VP8L'
        position += 8 + size + size % 2
    return False


def make_photograph(pixels: np.ndarray, alpha: Optional[np.ndarray],
                    origin: Origin, orientation: int) -> Photograph:
    """A photograph of what was decoded, put upright.

    Args:
        pixels (np.ndarray): As stored, ``(H, W, C)``.
        alpha (np.ndarray, optional): As stored, ``(H, W)``.
        origin (Origin): With the orientation reset already.
        orientation (int): What it was, 1 to 8.

    Returns:
        Photograph: Upright.
    """
    pixels = put_upright(pixels, orientation)
    if alpha is not None:
        alpha = put_upright(alpha, orientation)
    return Photograph(pixels, alpha, origin)
