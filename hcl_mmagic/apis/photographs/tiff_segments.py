"""Decoding the strips or tiles of a TIFF file to 8 or 16 bits.

PIL knows all compressions, but gives only 8 bits of RGB values and cannot
separate 16-bit channels. So it decompresses each segment as if its bytes were
grey values, and NumPy makes values of the bytes.
"""
import io
import struct
import zlib
from typing import Iterator, Tuple

import numpy as np
from PIL import Image

from ...errors import PhotographError
from .decoding import Samples
from .tiff_directory import LONG, SHORT, integer_field, write_directory
from .tiff_layout import (BITS, BLACK_IS_ZERO, COMPRESSION, DEFLATE,
                          DIFFERENCES, HEIGHT, LENGTHS, LZW, NO_COMPRESSION,
                          NO_PREDICTOR, OFFSETS, OLD_DEFLATE, PHOTOMETRIC,
                          ROWS, SAMPLES, WHITE_IS_ZERO, WIDTH, Layout)

_HEADER_SIZE = 8


def decode_segments(content: bytes, layout: Layout) -> Samples:
    """Decode all values.

    Args:
        content (bytes): The whole file.
        layout (Layout): Checked, and plain.

    Returns:
        tuple[np.ndarray, Optional[np.ndarray]]: Pixels ``(H, W, 1 or 3)`` and
        alpha ``(H, W)``, uint8 or uint16, as stored, but black is 0.

    Raises:
        PhotographError: A segment is cut off.
        Exception: Whatever PIL or zlib raise on a damaged one.
    """
    if layout.predictor not in (NO_PREDICTOR, DIFFERENCES):
        raise PhotographError('has a predictor that is not for integers; save '
                              'it again as TIFF or PNG')
    shape, dtype = (layout.height, layout.width), f'u{layout.bits // 8}'
    samples = [np.empty((*shape, layout.colours), dtype)]
    if layout.channels > layout.colours:
        samples.append(np.empty((*shape, 1), dtype))
    for index, (channel, top, left) in enumerate(_places(layout)):
        values = _decode_segment(content, layout, index, top)
        rows, columns = (slice(top, top + len(values)),
                         slice(left, left + layout.segment_width))
        values = values[:, :layout.width - left]
        if layout.separate:
            place, channel = divmod(channel, layout.colours)
            samples[place][rows, columns, channel] = values[..., 0]
        else:
            samples[0][rows, columns] = values[..., :layout.colours]
            if len(samples) > 1:
                samples[1][rows, columns] = values[..., layout.colours:]
    if layout.photometric == WHITE_IS_ZERO:
        np.invert(samples[0], out=samples[0])
    return samples[0], samples[1][..., 0] if len(samples) > 1 else None


def _places(layout: Layout) -> Iterator[Tuple[int, int, int]]:
    """Channel (0 where they are together), top and left of each segment."""
    for channel in range(layout.channels if layout.separate else 1):
        for top in range(0, layout.height, layout.segment_height):
            for left in range(0, layout.width, layout.segment_width):
                yield channel, top, left


def _decode_segment(content: bytes, layout: Layout, index: int,
                    top: int) -> np.ndarray:
    """Values ``(rows, segment_width, channels)`` in the machine's order."""
    channels = 1 if layout.separate else layout.channels
    rows = min(layout.segment_height, layout.height - top)
    row_size = layout.segment_width * channels * layout.bits // 8
    start = int(layout.offsets[index])
    length = int(layout.lengths[index]) or len(content) - start
    stored = memoryview(content)[start:start + length]
    if layout.compression == NO_COMPRESSION:
        data = stored
    elif layout.compression in (DEFLATE, OLD_DEFLATE):
        data = zlib.decompressobj().decompress(stored, rows * row_size)
    else:
        data = _decompress_with_pil(stored, layout, row_size, rows)
    if len(data) < rows * row_size:
        raise PhotographError('was cut off; get another copy of it')
    values = np.frombuffer(
        data,
        f'{layout.order}u{layout.bits // 8}',
        count=rows * layout.segment_width * channels)
    values = values.reshape(rows, layout.segment_width, channels)
    values = values.astype(f'u{layout.bits // 8}', copy=False)
    if layout.predictor == DIFFERENCES and \
            layout.compression in (LZW, DEFLATE, OLD_DEFLATE, 50000, 34925):
        values = np.add.accumulate(values, axis=1, dtype=values.dtype)
    return values


def _decompress_with_pil(stored: memoryview, layout: Layout, row_size: int,
                         rows: int) -> bytes:
    order = layout.order
    fields = {
        WIDTH: integer_field(order, LONG, row_size),
        HEIGHT: integer_field(order, LONG, rows),
        BITS: integer_field(order, SHORT, 8),
        COMPRESSION: integer_field(order, SHORT, layout.compression),
        PHOTOMETRIC: integer_field(order, SHORT, BLACK_IS_ZERO),
        OFFSETS: integer_field(order, LONG, _HEADER_SIZE),
        SAMPLES: integer_field(order, SHORT, 1),
        ROWS: integer_field(order, LONG, rows),
        LENGTHS: integer_field(order, LONG, len(stored)),
    }
    position = _HEADER_SIZE + len(stored) + len(stored) % 2
    mark = b'II*\0' if order == '<' else b'MM\0*'
    file = b''.join([
        mark,
        struct.pack(f'{order}I', position), stored,
        bytes(len(stored) % 2),
        write_directory(fields, order, position)
    ])
    with Image.open(io.BytesIO(file), formats=('TIFF', )) as image:
        return image.tobytes()
