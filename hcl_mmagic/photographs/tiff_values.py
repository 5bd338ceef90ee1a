"""The values of a TIFF file, of 1 to 16 bits.

tifffile says where strips and tiles belong and undoes differences and byte
order; they are decompressed here, to a size that is known beforehand.
Palettes, fewer than 8 bits and JPEG in TIFF are left to PIL.
"""
import ctypes
import io
import math
import zlib
from importlib.util import find_spec
from typing import TYPE_CHECKING, List, Tuple

import numpy as np
from PIL import Image, TiffImagePlugin

from ..errors import PhotographError
from .decoding import check_size, open_with_pil, values_of
from .photograph import Origin
from .tag_directories import (Buffer, Fields, TiffPage, first_integer,
                              long_field, write_tiff)

if TYPE_CHECKING:
    import tifffile

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _YCBCR = 0, 1, 2, 3, 6
CMYK = 5
_COLOURS = {
    _WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3, _PALETTE: 1, _YCBCR: 3
}  # yapf: disable
_OTHER_COLOURS = {4: 'mask values', CMYK: 'CMYK values', 8: 'Lab values',
                  9: 'Lab values', 10: 'Lab values',
                  32803: 'values of a camera sensor'}  # yapf: disable
_OTHER_VALUES = {2: 'signed values', 3: 'floating-point values',
                 5: 'complex values', 6: 'complex values'}  # yapf: disable
_NONE, _PACK_BITS, _DEFLATES = 1, 32773, (8, 32946)
_LZW, _LZMA, _ZSTD = 5, 34925, 50000
_WEBP = 50001  # which PIL lists, but cannot decode as it is packaged
_DECOMPRESSED_HERE = _NONE, _PACK_BITS, *_DEFLATES, _LZW, _LZMA, _ZSTD
_MEANING, _KIND_OF_VALUES = 262, 339
_NEEDED = {256, 257, _MEANING}  # width and height besides
_LENGTHS = 279, 325  # of strips and tiles
# A tile or strip for each row of a picture is usual; this many are not.
_MOST_SEGMENTS = 100_000
_LARGEST_TILE = 2**22  # in pixels, of a picture that is smaller
_ADVICE = 'convert it to RGB of 8 or 16 bits and save it as TIFF or PNG'
_CUT_OFF = 'was cut off; get another copy of it'


def _silence_libtiff() -> None:
    """What libtiff inside of PIL has to say of a file goes straight to the
    terminal; PIL itself says it in errors. Where libtiff is not to be reached
    it goes on."""
    try:
        library = ctypes.CDLL(Image.core.__file__)
        library.TIFFSetErrorHandler(None)
        library.TIFFSetWarningHandler(None)
    except (AttributeError, OSError):
        pass


_silence_libtiff()


def read_values(content: bytes, order: str, storage: Fields, origin: Origin,
                max_pixels: int, strict: bool) -> Tuple[np.ndarray, Origin]:
    """Values ``(H, W, 1 to 4)`` of a page as stored, but black is 0 and CMYK
    is sRGB, of which the origin tells.

    ``storage`` has the tags that say how the pixels are stored; no others, by
    which tifffile and PIL would do more than asked. ``strict`` refuses Lab
    values. A PhotographError if the values are no others than grey or
    RGB integers of up to 16 bits, cut off, or take a package that is not
    installed; damaged ones lead PIL and tifffile into any error.
    """
    if first_integer(storage, _KIND_OF_VALUES, order) in _OTHER_VALUES:
        storage = {_MEANING: long_field(order, _BLACK_IS_ZERO), **storage}
    if not _NEEDED <= storage.keys():
        raise PhotographError(
            'is damaged (a tag is missing); get another copy of it')
    head = io.BytesIO(write_tiff(order, TiffPage(b'', storage)))
    import tifffile  # slow
    with tifffile.TiffFile(head) as file:
        page = file.pages[0]
        check_size(page.imagewidth, page.imagelength, max_pixels)
        by_pil = _is_for_pil(page)
        _check_values(page, by_pil, strict)
        segments = _find_segments(page, len(content))
        if not by_pil:
            return _decode_segments(content, segments, page), origin
    bare = write_tiff(order, TiffPage(content[8:], storage))
    with open_with_pil(bare, max_pixels) as image:
        image.load()
    return values_of(image, origin, strict)


def _is_for_pil(page: 'tifffile.TiffPage') -> bool:
    if page.bitspersample not in (1, 2, 4, 8):
        return False
    return (page.bitspersample < 8
            or page.photometric not in (_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB)
            or page.compression not in (*_DECOMPRESSED_HERE, _WEBP)
            and page.compression in TiffImagePlugin.COMPRESSION_INFO)


def _check_values(page: 'tifffile.TiffPage', by_pil: bool,
                  strict: bool) -> None:
    """Refuse what is not grey or RGB, or no integers of up to 16 bits."""
    if page.photometric in _OTHER_COLOURS and by_pil and (
            not strict or page.photometric == CMYK):
        return  # PIL makes RGB of them
    other = _OTHER_VALUES.get(page.sampleformat)
    if page.photometric not in _COLOURS:
        other = _OTHER_COLOURS.get(page.photometric,
                                   'values of an unknown kind')
    if other:
        raise PhotographError(f'is a TIFF file of {page.bitspersample}-bit '
                              f'{other}; {_ADVICE}')
    if not by_pil and (page.bitspersample not in (8, 16)
                       or page.photometric in (_PALETTE, _YCBCR)):
        raise PhotographError(
            f'has {page.bitspersample} bits per value in a compression or '
            f'order that is not supported; {_ADVICE}')
    if page.samplesperpixel - _COLOURS[page.photometric] not in (0, 1):
        raise PhotographError(
            f'has {page.samplesperpixel} values per pixel; {_ADVICE}')
    if page.predictor not in (1, 2):
        raise PhotographError('has a predictor that is not for integers; save '
                              'it again as TIFF or PNG')


def _find_segments(page: 'tifffile.TiffPage', size: int) -> List[slice]:
    """Where strips or tiles are in a file of this size."""
    needed = math.prod(page.chunked)
    if needed > _MOST_SEGMENTS:
        raise PhotographError(
            f'consists of {needed} strips or tiles; save it again')
    if page.is_tiled and page.tilewidth * page.tilelength > max(
            page.imagewidth * page.imagelength, _LARGEST_TILE):
        raise PhotographError(
            'has a tile far larger than the picture; save it again')
    counted = any(tag in page.tags for tag in _LENGTHS)
    lengths = page.databytecounts if counted else [0] * needed
    segments = [
        slice(start, start + length if length else size)
        for start, length in zip(page.dataoffsets, lengths)
    ][:needed]
    if len(segments) < needed or any(part.stop > size for part in segments):
        raise PhotographError(_CUT_OFF)
    return segments


def _decode_segments(content: bytes, segments: List[slice],
                     page: 'tifffile.TiffPage') -> np.ndarray:
    """Values ``(H, W, C)``, black is 0."""
    compression, itemsize = page.compression, page.bitspersample // 8
    if compression not in _DECOMPRESSED_HERE and find_spec(
            'imagecodecs') is None:
        raise PhotographError(
            'is a TIFF file compressed with '
            f'{getattr(compression, "name", compression)}, which takes the '
            'package imagecodecs to read; install it, or save the photograph '
            'again as TIFF or PNG')
    if compression in (_NONE, _PACK_BITS):
        page.predictor = 1
    if compression in _DECOMPRESSED_HERE:
        page.compression = _NONE  # once it has been undone here
    planes, _, height, width, channels = page.shaped
    stored = np.empty((planes, height, width, channels), page.dtype)
    for index, segment in enumerate(segments):
        data: Buffer = memoryview(content)[segment]
        if compression in _DECOMPRESSED_HERE:
            rows, columns = _segment_shape(page, index)
            data = _decompress(data, compression, rows,
                               columns * channels * itemsize)
        values, (plane, _, top, left, _), _ = page.decode(data, index)
        assert values is not None
        values = values[0, :height - top, :width - left]
        stored[plane, top:top + len(values),
               left:left + values.shape[1]] = values
    samples = np.moveaxis(stored, 0, 2).reshape(height, width, -1)
    if page.photometric == _WHITE_IS_ZERO:
        np.invert(samples[..., :1], out=samples[..., :1])
    return samples


def _segment_shape(page: 'tifffile.TiffPage', index: int) -> Tuple[int, int]:
    """Rows and columns; the lowest strips and tiles may have fewer rows."""
    rows, columns = page.rowsperstrip, page.imagewidth
    if page.is_tiled:
        rows, columns = page.tilelength, page.tilewidth
    across = math.ceil(page.imagewidth / columns)
    down = math.ceil(page.imagelength / rows)
    top = index // across % down * rows
    return min(rows, page.imagelength - top), columns


def _decompress(stored: Buffer, compression: int, rows: int,
                row_size: int) -> Buffer:
    """All of a segment, and not more, whatever it would swell to."""
    size = rows * row_size
    data = stored
    if compression in _DEFLATES:
        data = zlib.decompressobj().decompress(stored, size)
    elif compression != _NONE:
        data = _decompress_with_pil(stored, compression, rows, row_size)
    if len(data) < size:
        raise PhotographError(_CUT_OFF)
    return data[:size]


def _decompress_with_pil(stored: Buffer, compression: int, rows: int,
                         row_size: int) -> bytes:
    """As if the bytes were grey values of a strip."""
    tags = {256: row_size, 257: rows, 258: 8, 259: compression, 262: 1,
            273: 8, 277: 1, 278: rows, 279: len(stored)}  # yapf: disable
    fields = {tag: long_field('<', value) for tag, value in tags.items()}
    file = io.BytesIO(write_tiff('<', TiffPage(stored, fields)))
    with Image.open(file, formats=('TIFF', )) as image:
        return image.tobytes()
