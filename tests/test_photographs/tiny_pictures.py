"""Small pictures, and files of them that other libraries have written."""
import io
import struct
import zlib
from typing import Any, Optional, Tuple

import cv2
import numpy as np
import tifffile
from PIL import Image

from hcl_mmagic.photographs.photograph import Photograph

_RNG = np.random.default_rng(0)
# Smooth, and neither square nor even.
RGB = cv2.resize(
    _RNG.integers(256, size=(6, 8, 3), dtype=np.uint8), (83, 61),
    interpolation=cv2.INTER_CUBIC)
GREY = RGB[..., :1]
ALPHA = RGB[..., 1]
# 16 bits of which the lower 8 are noise.
DEEP_RGB = RGB * np.uint16(256) + _RNG.integers(
    256, size=RGB.shape, dtype=np.uint16)
DEEP_GREY = DEEP_RGB[..., 1:2]
DEEP_ALPHA = DEEP_RGB[..., 0]
KINDS = {
    'grey': (GREY, None),
    'grey_alpha': (GREY, ALPHA),
    'rgb': (RGB, None),
    'rgba': (RGB, ALPHA),
    'deep_grey': (DEEP_GREY, None),
    'deep_grey_alpha': (DEEP_GREY, DEEP_ALPHA),
    'deep_rgb': (DEEP_RGB, None),
    'deep_rgba': (DEEP_RGB, DEEP_ALPHA)
}


def by_pil(values: np.ndarray,
           format_name: str,
           mode: Optional[str] = None,
           **options: Any) -> bytes:
    """A file that PIL writes of ``(H, W, C)`` values, alpha last."""
    image = Image.fromarray(
        values.squeeze(2) if values.shape[2] == 1 else values)
    stream = io.BytesIO()
    (image.convert(mode) if mode else image).save(stream, format_name,
                                                  **options)
    return stream.getvalue()


def by_opencv(values: np.ndarray, extension: str, *options: int) -> bytes:
    """A file that OpenCV writes of ``(H, W, 1, 3 or 4)`` values."""
    order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[values.shape[2]]
    return bytes(cv2.imencode(extension, values[..., order], options)[1])


def by_tifffile(values: np.ndarray, **options: Any) -> bytes:
    """A file that tifffile writes."""
    stream = io.BytesIO()
    tifffile.imwrite(stream, values, **options)
    return stream.getvalue()


def png_chunk(name: bytes, data: bytes) -> bytes:
    """One chunk of a PNG file."""
    return struct.pack('>I', len(data)) + name + data + struct.pack(
        '>I', zlib.crc32(name + data))


def add_chunk(png: bytes, name: bytes, data: bytes) -> bytes:
    """The PNG file with one more chunk behind its header."""
    return png[:33] + png_chunk(name, data) + png[33:]


def raw_png(width: int, height: int, bits: int, colours: int,
            rows: bytes) -> bytes:
    """A PNG file of rows that are filtered already."""
    header = struct.pack('>IIBBBBB', width, height, bits, colours, 0, 0, 0)
    return b''.join([
        b'\x89PNG\r\n\x1a\n',
        png_chunk(b'IHDR', header),
        png_chunk(b'IDAT', zlib.compress(rows)),
        png_chunk(b'IEND', b'')
    ])


def exif_with(orientation: int) -> bytes:
    """An EXIF block with a maker, an orientation, sizes and a note."""
    exif = Image.Exif()
    exif[274] = orientation
    exif[271] = 'Maker'
    exif[34665] = {40962: 83, 40963: 61, 37510: b'note'}
    return exif.tobytes()


def equal(photograph: Photograph, pixels: np.ndarray,
          alpha: Optional[np.ndarray]) -> bool:
    """Whether a photograph has these values and no others."""
    found = photograph.alpha
    if (found is None) != (alpha is None):
        return False
    return photograph.pixels.dtype == pixels.dtype and np.array_equal(
        photograph.pixels, pixels) and (alpha is None
                                        or np.array_equal(found, alpha))


def read_independently(content: bytes) -> Tuple[np.ndarray, str]:
    """Values ``(H, W, C)`` of a PNG or TIFF file, RGB, alpha last, by a
    library that did not write it, and that library's name."""
    if content[:4] == b'\x89PNG':
        values = cv2.imdecode(np.frombuffer(content, np.uint8), -1)
        if values.ndim == 3:
            values = values[..., [2, 1, 0, 3][:values.shape[2]]]
        name = 'OpenCV'
    else:
        values, name = tifffile.imread(io.BytesIO(content)), 'tifffile'
    return values.reshape(*values.shape[:2], -1), name


def ink_profile() -> bytes:
    """A colour profile in which every ink is grey: the lightness falls by a
    quarter of white with each ink, from Lab (100, 0, 0) to (0, 0, 0)."""
    colours = bytes(
        value for inks in range(16)
        for value in (round(255 * (1 - bin(inks).count('1') / 4)), 128, 128))
    table = b''.join([
        b'mft1',
        bytes(4),
        struct.pack('BBBx', 4, 3, 2),
        struct.pack('>9i', *(65536 * (place % 4 == 0) for place in range(9))),
        bytes(range(256)) * 4, colours,
        bytes(range(256)) * 3
    ])
    place = 128 + 4 + 12
    content = b''.join([
        struct.pack('>III4s4s4s12x4s28x', place + len(table), 0, 0x02100000,
                    b'prtr', b'CMYK', b'Lab ', b'acsp'),
        struct.pack('>iii48x', 63190, 65536, 54061),  # D50
        struct.pack('>I4sII', 1, b'A2B0', place, len(table)),
        table
    ])
    assert len(content) == place + len(table)
    return content
