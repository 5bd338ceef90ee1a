"""Reading PNG files."""
import struct
from typing import List, Optional, Tuple

import cv2
import numpy as np

from ...errors import PhotographError
from .decoding import check_size, make_photograph, open_with_pil, samples_of
from .orientation import take_orientation
from .origin import Origin
from .photograph import Photograph
from .png_chunks import (INCHES_OF_A_METRE, KEPT_CHUNKS, XMP_KEYWORD,
                         join_picture, profile_of, split_chunks, text_of)

_TEXT_CHUNKS = b'tEXt', b'zTXt', b'iTXt'
# How ImageMagick writes EXIF into a text: a name, a length, then hexadecimals.
_EXIF_KEYWORDS = b'Raw profile type exif', b'Raw profile type APP1'
_EXIF_MARK = b'Exif\0\0'
_GREY, _RGB, _PALETTE = 0, 2, 3


def decode_png(content: bytes, max_pixels: int) -> Photograph:
    """Decode a PNG file.

    Args:
        content (bytes): The whole file.
        max_pixels (int): More are refused.

    Returns:
        Photograph: Upright.

    Raises:
        PhotographError: The file is cut off, damaged, animated or too large.
        Exception: Whatever PIL raises on damaged pixels.
    """
    if content[12:16] != b'IHDR':
        raise PhotographError('is damaged; get another copy of it')
    width, height, bits, colours = struct.unpack_from('>IIBB', content, 16)
    check_size(width, height, max_pixels)
    chunks = split_chunks(content)
    if any(name == b'acTL' for name, _ in chunks):
        raise PhotographError('is animated; save one picture of it')
    orientation, origin = _read_metadata([(name, bytes(data))
                                          for name, data in chunks
                                          if name[:1].islower()])
    key = next((bytes(data) for name, data in chunks if name == b'tRNS'), None)
    content = join_picture(chunks)
    del chunks  # they hold the old content
    if bits == 16:
        pixels, alpha = _decode_16_bits(content, colours, max_pixels)
    else:
        with open_with_pil(content, max_pixels) as image:
            pixels, alpha = samples_of(image)
    if key is not None and colours in (_GREY, _RGB):
        alpha = _alpha_of_key(pixels, key, bits)
    return make_photograph(pixels, alpha, origin, orientation)


def _decode_16_bits(
        content: bytes, colours: int,
        max_pixels: int) -> Tuple[np.ndarray, Optional[np.ndarray]]:
    """PIL keeps only 8 bits of RGB, so OpenCV decodes; but what is damaged PIL
    tells, while OpenCV would write to the terminal."""
    with open_with_pil(content, max_pixels) as image:
        image.load()
    decoded = cv2.imdecode(
        np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.dtype != np.uint16:
        raise PhotographError('is damaged; get another copy of it')
    if decoded.ndim == 2:
        return decoded[..., None], None
    # Grey with alpha comes as three equal channels and alpha.
    channels = slice(2, None, -1) if colours & _RGB else slice(1)
    alpha = decoded[..., 3].copy() if decoded.shape[2] == 4 else None
    return np.ascontiguousarray(decoded[..., channels]), alpha


def _alpha_of_key(pixels: np.ndarray, key: bytes, bits: int) -> np.ndarray:
    """Opaque, but where a pixel has the one transparent value."""
    values = np.frombuffer(key, '>u2')[:pixels.shape[2]].astype(int)
    if bits < 8:
        values = values * 255 // (2**bits - 1)
    opaque = (pixels != values).any(axis=2)
    return opaque * np.iinfo(pixels.dtype).max.astype(pixels.dtype)


def _read_metadata(chunks: List[Tuple[bytes, bytes]]) -> Tuple[int, Origin]:
    exif = xmp = profile = dpi = None
    kept = []
    for name, data in chunks:
        keyword = text = b''
        if name in _TEXT_CHUNKS:
            keyword, text = text_of(name, data)
        if name == b'eXIf':
            exif = data
        elif name == b'iCCP':
            profile = profile_of(data) or None
        elif name == b'pHYs' and len(data) == 9 and data[8] == 1:
            dpi = tuple(value / INCHES_OF_A_METRE
                        for value in struct.unpack_from('>II', data))
        elif keyword == XMP_KEYWORD:
            xmp = text
        elif keyword in _EXIF_KEYWORDS:
            exif = exif or _exif_of_text(text)
        elif name in KEPT_CHUNKS:
            kept.append((name, data))
    orientation, exif, xmp = take_orientation(exif, xmp)
    return orientation, Origin(
        'PNG',
        exif=exif,
        xmp=xmp,
        icc_profile=profile,
        dpi=dpi,
        png_chunks=kept)


def _exif_of_text(text: bytes) -> Optional[bytes]:
    try:
        block = bytes.fromhex(''.join(text.decode().split('\n')[3:]))
    except ValueError:
        return None
    return block.removeprefix(_EXIF_MARK) or None
