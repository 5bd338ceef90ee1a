"""Writing TIFF files with all the tags that they had."""
import struct
import zlib

import numpy as np

from .photograph import Photograph
from .samples import COMPRESSION_LEVEL, band_of_rows, bands
from .tiff_directory import (LONG, SHORT, Field, Fields, integer_field,
                             write_directory)
from .tiff_layout import (BITS, BLACK_IS_ZERO, COMPRESSION, DEFLATE,
                          DIFFERENCES, EXTRA_SAMPLES, HEIGHT, LENGTHS, OFFSETS,
                          PHOTOMETRIC, PREDICTOR, RGB, ROWS, SAMPLES, WIDTH)
from .tiff_reading import ICC_PROFILE, XMP

_BYTES, _UNDEFINED = 1, 7
_HEADER = {'<': b'II*\0', '>': b'MM\0*'}


def encode_tiff(photograph: Photograph) -> bytes:
    """A TIFF file of strips compressed without a loss (deflate, with
    differences between neighbours), in the byte order of the original.

    Args:
        photograph (Photograph): Of 8 or 16 bits, from a TIFF file.

    Returns:
        bytes: Content of the file.
    """
    tags = photograph.origin.tiff
    order, strips = tags.order, []
    height = 0
    for rows in bands(photograph):
        height = height or rows.stop
        values = band_of_rows(photograph, rows)
        differences = np.diff(values, axis=1, prepend=values.dtype.type(0))
        stored = differences.astype(values.dtype.newbyteorder(order))
        strips.append(zlib.compress(stored.tobytes(), COMPRESSION_LEVEL))
    lengths = [len(strip) for strip in strips]
    offsets = np.cumsum([8, *lengths])
    position = int(offsets[-1] + offsets[-1] % 2)
    fields = {
        **_layout_fields(photograph, order), ROWS:
        integer_field(order, LONG, height),
        OFFSETS:
        integer_field(order, LONG, *offsets[:-1]),
        LENGTHS:
        integer_field(order, LONG, *lengths)
    }
    return b''.join([
        _HEADER[order],
        struct.pack(f'{order}I', position), *strips,
        bytes(position - int(offsets[-1])),
        write_directory(fields, order, position, tags.directories)
    ])


def _layout_fields(photograph: Photograph, order: str) -> Fields:
    origin, tags = photograph.origin, photograph.origin.tiff
    colours = photograph.pixels.shape[2]
    channels = colours + (photograph.alpha is not None)
    bits = photograph.pixels.itemsize * 8
    fields = {
        **tags.fields, WIDTH:
        integer_field(order, LONG, photograph.width),
        HEIGHT:
        integer_field(order, LONG, photograph.height),
        BITS:
        integer_field(order, SHORT, *[bits] * channels),
        COMPRESSION:
        integer_field(order, SHORT, DEFLATE),
        PHOTOMETRIC:
        integer_field(order, SHORT, RGB if colours == 3 else BLACK_IS_ZERO),
        SAMPLES:
        integer_field(order, SHORT, channels),
        PREDICTOR:
        integer_field(order, SHORT, DIFFERENCES)
    }
    if photograph.alpha is not None:
        fields[EXTRA_SAMPLES] = integer_field(order, SHORT, tags.extra_sample)
    if origin.icc_profile is not None:
        fields[ICC_PROFILE] = Field(_UNDEFINED, origin.icc_profile)
    if origin.xmp is not None:
        fields[XMP] = Field(_BYTES, origin.xmp)
    return fields
