"""PNG files of 1 to 16 bits, read and written with all that they say."""
import io
import struct
import zlib
from dataclasses import replace
from typing import List, Optional, Tuple

import cv2
import numpy as np

from ..errors import PhotographError
from .decoding import (Stored, check_size, decode_with_opencv,
                       exchange_red_and_blue, open_with_pil, samples_of)
from .metadata import EXIF_MARK, SIDEWAYS, take_orientation
from .photograph import Origin, Photograph
from .png_chunks import (Chunk, join_chunks, join_picture, profile_of,
                         split_chunks, text_of)

_XMP_KEYWORD = b'XML:com.adobe.xmp'
# How ImageMagick writes EXIF into a text: a name, a length, then hexadecimals.
_EXIF_KEYWORDS = b'Raw profile type exif', b'Raw profile type APP1'
_TEXT_CHUNKS = b'tEXt', b'zTXt', b'iTXt'
# Colours that are not in an ICC profile, and texts.
_KEPT_CHUNKS = (b'cHRM', b'cICP', b'gAMA', b'sRGB', b'mDCV', b'cLLI',
                *_TEXT_CHUNKS)
INCHES_OF_A_METRE = 1 / 0.0254
# Of zlib. Photographs become hardly smaller beyond it, but take twice as long.
COMPRESSION_LEVEL = 4
_GREY, _RGB, _GREY_ALPHA = 0, 2, 4


def decode_png(content: bytes, max_pixels: int, strict: bool) -> Stored:
    """See :mod:`.decoding`."""
    if content[12:16] != b'IHDR':
        raise PhotographError('is damaged; get another copy of it')
    width, height, bits, colours = struct.unpack_from('>IIBB', content, 16)
    check_size(width, height, max_pixels)
    chunks = split_chunks(content)
    if strict and any(name == b'acTL' for name, _ in chunks):
        raise PhotographError('is animated; save one picture of it')
    orientation, origin = _read_metadata(chunks)
    picture = join_picture(chunks)
    with open_with_pil(picture, max_pixels) as image:
        image.load()
    origin = replace(origin, two_levels=bits == 1 and colours == _GREY)
    # PIL keeps only 8 bits of RGB, so OpenCV decodes 16; but what is damaged
    # PIL has told by now, while OpenCV would write to the terminal.
    if bits < 16:
        samples = samples_of(image)
    else:
        samples = decode_with_opencv(picture)
        if colours == _GREY_ALPHA:  # of which OpenCV makes RGB
            samples = samples[..., 2:]
    key = next((bytes(data) for name, data in chunks if name == b'tRNS'), None)
    if key is not None and colours in (_GREY, _RGB):
        alpha = _alpha_of_key(samples, key, bits)
        samples = np.concatenate([samples, alpha], axis=2)
    return samples, orientation, origin


def _alpha_of_key(samples: np.ndarray, key: bytes, bits: int) -> np.ndarray:
    """Opaque, but where a pixel has the one transparent value."""
    values = np.frombuffer(key, '>u2')[:samples.shape[2]].astype(int)
    if bits < 8:
        values = values * 255 // (2**bits - 1)
    opaque = (samples != values).any(axis=2, keepdims=True)
    return opaque * samples.dtype.type(np.iinfo(samples.dtype).max)


def _read_metadata(chunks: List[Chunk]) -> Tuple[int, Origin]:
    exif = xmp = profile = dpi = None
    kept = []
    for name, view in chunks:
        if name[:1].isupper():
            continue
        data = bytes(view)
        keyword, text = text_of(name, data) if name in _TEXT_CHUNKS else (b'',
                                                                          b'')
        if name == b'eXIf':
            exif = data
        elif name == b'iCCP':
            profile = profile_of(data) or None
        elif name == b'pHYs' and len(data) == 9 and data[8] == 1:
            dpi = tuple(value / INCHES_OF_A_METRE
                        for value in struct.unpack_from('>II', data))
        elif keyword == _XMP_KEYWORD:
            xmp = text
        elif keyword in _EXIF_KEYWORDS:
            exif = exif or _exif_of_text(text)
        elif name in _KEPT_CHUNKS:
            kept.append((name, data))
    orientation, exif, xmp = take_orientation(exif, xmp)
    if dpi is not None and orientation in SIDEWAYS:
        dpi = dpi[::-1]
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


def encode_png(photograph: Photograph, origin: Origin) -> bytes:
    """A PNG file of 8 or 16 bits. Grey values of 16 bits with alpha become RGB
    with alpha."""
    if photograph.pixels.dtype == np.uint8:
        stream = io.BytesIO()
        photograph.to_pil().save(
            stream, 'PNG', compress_level=COMPRESSION_LEVEL)
        content = stream.getvalue()
    else:
        content = _encode_16_bits(photograph)
    header, *others = split_chunks(content)
    # Colours and resolution have to stand before the pixels.
    return join_chunks([header, *_metadata_chunks(origin), *others])


def _encode_16_bits(photograph: Photograph) -> bytes:
    samples = photograph.samples
    if samples.shape[2] == 2:
        samples = samples[..., [0, 0, 0, 1]]
    if samples.shape[2] > 1:
        samples = exchange_red_and_blue(samples)
    _, content = cv2.imencode('.png', samples,
                              [cv2.IMWRITE_PNG_COMPRESSION, COMPRESSION_LEVEL])
    return content.tobytes()


def _metadata_chunks(origin: Origin) -> List[Chunk]:
    chunks: List[Chunk] = []
    if origin.icc_profile is not None:
        chunks.append(
            (b'iCCP', b'ICC profile\0\0' + zlib.compress(origin.icc_profile)))
    if origin.dpi is not None:
        across, down = (
            round(value * INCHES_OF_A_METRE) for value in origin.dpi)
        if 0 < min(across, down) and max(across, down) < 2**31:
            chunks.append((b'pHYs', struct.pack('>IIB', across, down, 1)))
    if origin.exif is not None:
        chunks.append((b'eXIf', origin.exif))
    if origin.xmp is not None:
        chunks.append((b'iTXt', _XMP_KEYWORD + bytes(5) + origin.xmp))
    return [*chunks, *origin.png_chunks]
