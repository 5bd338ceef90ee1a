"""Writing PNG files of 8 and 16 bits, with everything that they said."""
import io
import struct
import zlib
from typing import List

import numpy as np

from .origin import Origin
from .photograph import Photograph
from .png_chunks import (INCHES_OF_A_METRE, SIGNATURE, XMP_KEYWORD, Chunk,
                         split_chunks, write_chunk)
from .samples import COMPRESSION_LEVEL, band_of_rows, bands, to_pil

# What a pixel of so many values is.
_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
_PAETH = 4


def encode_png(photograph: Photograph) -> bytes:
    """A PNG file of a photograph of any origin.

    Args:
        photograph (Photograph): Of 8 or 16 bits.

    Returns:
        bytes: Content of the file.
    """
    if photograph.pixels.dtype == np.uint8:
        stream = io.BytesIO()
        to_pil(photograph).save(
            stream, 'PNG', compress_level=COMPRESSION_LEVEL)
        chunks = split_chunks(stream.getvalue())
    else:
        chunks = _encode_16_bits(photograph)
    metadata = _metadata_chunks(photograph.origin or Origin('PNG'))
    # Colours and resolution have to stand before the pixels.
    return SIGNATURE + b''.join(
        write_chunk(*chunk) for chunk in [chunks[0], *metadata, *chunks[1:]])


def _encode_16_bits(photograph: Photograph) -> List[Chunk]:
    """PIL would keep 8 bits of RGB values, and OpenCV would make RGB of grey
    values with alpha."""
    channels = photograph.pixels.shape[2] + (photograph.alpha is not None)
    header = struct.pack('>IIBBBBB', photograph.width, photograph.height, 16,
                         _COLOUR_TYPES[channels], 0, 0, 0)
    compressor, parts = zlib.compressobj(COMPRESSION_LEVEL), []
    above = np.zeros((1, photograph.width * channels * 2), np.uint8)
    for rows in bands(photograph):
        stored = band_of_rows(photograph, rows).astype('>u2').view(np.uint8)
        stored = stored.reshape(len(stored), -1)
        with_above = np.concatenate([above, stored])
        filtered = _filter_paeth(with_above, channels * 2)
        parts.append(compressor.compress(filtered.tobytes()))
        above = stored[-1:]
    parts.append(compressor.flush())
    return [(b'IHDR', header), (b'IDAT', b''.join(parts)), (b'IEND', b'')]


def _filter_paeth(rows: np.ndarray, pixel_size: int) -> np.ndarray:
    """Differences to whichever of the left, upper and upper left byte is
    nearest to left + upper - upper left (PNG specification, section 9.4).

    Args:
        rows (np.ndarray): Bytes of rows, the one above in front of them.
        pixel_size (int): Bytes of a pixel.

    Returns:
        np.ndarray: uint8, each row after the number of the filter.
    """
    padded = np.pad(rows, ((0, 0), (pixel_size, 0))).astype(np.int16)
    left, upper = padded[1:, :-pixel_size], padded[:-1, pixel_size:]
    corner = padded[:-1, :-pixel_size]
    to_left, to_upper = np.abs(upper - corner), np.abs(left - corner)
    to_corner = np.abs(left + upper - 2 * corner)
    nearest = np.where((to_left <= to_upper) & (to_left <= to_corner), left,
                       np.where(to_upper <= to_corner, upper, corner))
    filtered = np.empty((len(nearest), rows.shape[1] + 1), np.uint8)
    filtered[:, 0] = _PAETH
    np.subtract(
        padded[1:, pixel_size:],
        nearest,
        out=filtered[:, 1:],
        casting='unsafe')
    return filtered


def _metadata_chunks(origin: Origin) -> List[Chunk]:
    chunks = []
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
        chunks.append((b'iTXt', XMP_KEYWORD + bytes(5) + origin.xmp))
    return chunks + origin.png_chunks
