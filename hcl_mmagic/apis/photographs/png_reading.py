"""Reading PNG files."""
import struct
from functools import partial
from typing import List, Optional, Tuple, Union

import numpy as np
from PIL import Image

from ...errors import PhotographError
from .decoding import (Decoded, Samples, check_size, decode_with_opencv,
                       open_with_pil, samples_of)
from .metadata import EXIF_MARK
from .orientation import take_orientation
from .origin import Origin
from .png_chunks import (INCHES_OF_A_METRE, KEPT_CHUNKS, XMP_KEYWORD,
                         join_picture, profile_of, split_chunks, text_of)

_TEXT_CHUNKS = b'tEXt', b'zTXt', b'iTXt'
# How ImageMagick writes EXIF into a text: a name, a length, then hexadecimals.
_EXIF_KEYWORDS = b'Raw profile type exif', b'Raw profile type APP1'

_GREY, _RGB, _GREY_ALPHA = 0, 2, 4


def decode_png(content: bytes, max_pixels: int) -> Decoded:
    """Decode a PNG file.

    Args:
        content (bytes): The whole file.
        max_pixels (int): More are refused.

    Returns:
        Decoded: The photograph.

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
    picture = join_picture(chunks)
    with open_with_pil(picture, max_pixels) as image:
        image.load()
    # PIL keeps only 8 bits of RGB, so OpenCV decodes 16; but what is damaged
    # PIL has told by now, while OpenCV would write to the terminal.
    return Decoded(
        partial(_read_samples, picture if bits == 16 else image, colours, bits,
                key), origin, orientation)


def _read_samples(picture: Union[bytes, Image.Image], colours: int, bits: int,
                  key: Optional[bytes]) -> Samples:
    if isinstance(picture, bytes):
        pixels, alpha = decode_with_opencv(picture)
        if colours == _GREY_ALPHA:  # OpenCV makes RGB of it
            pixels = np.ascontiguousarray(pixels[..., :1])
    else:
        pixels, alpha = samples_of(picture)
    if key is not None and colours in (_GREY, _RGB):
        alpha = _alpha_of_key(pixels, key, bits)
    return pixels, alpha


def _alpha_of_key(pixels: np.ndarray, key: bytes, bits: int) -> np.ndarray:
    """Opaque, but where a pixel has the one transparent value."""
    values = np.frombuffer(key, '>u2')[:pixels.shape[2]].astype(int)
    if bits < 8:
        values = values * 255 // (2**bits - 1)
    opaque = (pixels != values).any(axis=2)
    return opaque * pixels.dtype.type(np.iinfo(pixels.dtype).max)


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
    return block.removeprefix(EXIF_MARK) or None
