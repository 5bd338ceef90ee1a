"""TIFF files of 1 to 16 bits, read and written with all their tags.

tifffile says where values are and puts them in order; segments (strips or
tiles) are decompressed here, to a size that is known beforehand. Palettes,
fewer than 8 bits and JPEG in TIFF are left to PIL.
"""
import io
import logging
import lzma
import math
import struct
import zlib
from importlib.util import find_spec
from typing import List, Tuple

import numpy as np
import tifffile
from PIL import Image, TiffImagePlugin

from ..errors import PhotographError
from .decoding import Stored, check_size, open_with_pil, samples_of
from .metadata import (EXIF_DIRECTORY, ORIENTATION, SIDEWAYS, SIZE_TAGS,
                       orientation_of, take_orientation)
from .photograph import Origin, Photograph, TiffTags
from .png import COMPRESSION_LEVEL
from .tag_directories import (Field, Fields, byte_order, first_integer,
                              long_field, read_directory, write_tiff)

# What it has to say of damaged files is said in errors.
logging.getLogger('tifffile').addHandler(logging.NullHandler())

_SUBFILE, _RAW_VERSION, _GPS_DIRECTORY = 254, 50706, 34853
_RESOLUTIONS = 282, 283
_INTEROPERABILITY_DIRECTORY = 40965
_EXTRA_SAMPLES, _XMP, _ICC_PROFILE = 338, 700, 34675
_LENGTHS = 279, 325  # of strips and tiles
# A preview, and a mask of transparency: beside the photograph, not a page.
_PREVIEW, _MASK = 1, 4
_MOST_DIRECTORIES = 100
# How the file stores its pixels, and pointers to what stays behind.
_STORAGE = frozenset([
    *range(254, 267), 273, *range(277, 282), 284, *range(288, 294), 297, 317,
    320, 321, *range(322, 326), 330, *range(332, 348), *range(512, 533)
])
# What Origin has on its own, and the layers of Photoshop, which would bring
# the picture before its restoration back.
_ELSEWHERE = frozenset(
    [ORIENTATION, _XMP, _ICC_PROFILE, EXIF_DIRECTORY, _GPS_DIRECTORY, 37724])

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE = range(4)
_YCBCR = 6
_COLOURS = {
    _WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3, _PALETTE: 1, _YCBCR: 3
}  # yapf: disable
_OTHER_COLOURS = {4: 'a mask', 5: 'CMYK values', 8: 'Lab values',
                  9: 'Lab values', 10: 'Lab values',
                  32803: 'values of a camera sensor'}  # yapf: disable
_OTHER_VALUES = {2: 'signed values', 3: 'floating-point values',
                 5: 'complex values', 6: 'complex values'}  # yapf: disable
_NONE, _LZW, _DEFLATES, _PACK_BITS, _LZMA, _ZSTD = (1, 5, (8, 32946), 32773,
                                                    34925, 50000)
_BY_PIL = (_LZW, _PACK_BITS, _ZSTD)
_KNOWN = (_NONE, *_DEFLATES, _LZMA, *_BY_PIL)
# A tile or strip for each row of a picture is usual; this many are not.
_MOST_SEGMENTS = 100_000
_LARGEST_TILE = 2**22  # in pixels, of a picture that is smaller
_ADVICE = 'convert it to RGB of 8 or 16 bits and save it as TIFF or PNG'
_CUT_OFF = 'was cut off; get another copy of it'


def decode_tiff(content: bytes,
                max_pixels: int,
                strict: bool = True) -> Stored:
    """See :mod:`.decoding`."""
    order = byte_order(content)
    fields = _find_photograph(content, order, strict)
    storage = {tag: fields[tag] for tag in fields if tag in _STORAGE}
    # Without metadata tifffile takes no microscope's file for one.
    with tifffile.TiffFile(io.BytesIO(write_tiff(order, b'',
                                                 storage))) as file:
        page = file.pages[0]
        check_size(page.imagewidth, page.imagelength, max_pixels)
        by_pil = _is_for_pil(page)
        _check_values(page, by_pil, strict)
        segments = _find_segments(page, len(content))
        if by_pil:
            # Some versions of PIL apply an orientation, and some do not.
            bare = write_tiff(order, content[8:], storage)
            with open_with_pil(bare, max_pixels) as image:
                image.load()
            samples = samples_of(image, strict)
        else:
            samples = _decode_segments(content, segments, page)
    return samples, *_read_metadata(content, fields, order)


def _find_photograph(content: bytes, order: str, strict: bool) -> Fields:
    """The first directory; all others have to be previews of it."""
    position, = struct.unpack_from(f'{order}I', content, 4)
    first = None
    for _ in range(_MOST_DIRECTORIES):
        fields, end = read_directory(content, position, order)
        kind = first_integer(fields, _SUBFILE, order) or 0
        if first is None:
            first = fields
            if kind & _PREVIEW or _RAW_VERSION in fields:
                raise PhotographError('is a camera raw file; develop it and '
                                      'save it as TIFF or PNG')
        elif not kind & (_PREVIEW | _MASK):
            raise PhotographError('has several pages; save one of them')
        position, = struct.unpack_from(f'{order}I', content, end)
        if position == 0 or not strict:
            return first
    raise PhotographError(f'has more than {_MOST_DIRECTORIES} pages; save one '
                          'of them')


def _is_for_pil(page: tifffile.TiffPage) -> bool:
    if page.bitspersample not in (1, 2, 4, 8):
        return False
    return (page.bitspersample < 8
            or page.photometric not in (_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB)
            or page.compression not in _KNOWN
            and page.compression in TiffImagePlugin.COMPRESSION_INFO)


def _check_values(page: tifffile.TiffPage, by_pil: bool, strict: bool) -> None:
    """Refuse what is not grey or RGB, or no integers of up to 16 bits."""
    if page.photometric in _OTHER_COLOURS and by_pil and not strict:
        return  # PIL makes RGB of them
    other = _OTHER_VALUES.get(page.sampleformat)
    if page.photometric not in _COLOURS:
        other = _OTHER_COLOURS.get(page.photometric,
                                   'values of an unknown kind')
    if other:
        raise PhotographError(f'has {other}; {_ADVICE}')
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


def _find_segments(page: tifffile.TiffPage, size: int) -> List[slice]:
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
                     page: tifffile.TiffPage) -> np.ndarray:
    """Values ``(H, W, C)``, black is 0."""
    compression, itemsize = page.compression, page.bitspersample // 8
    if compression not in _KNOWN and find_spec('imagecodecs') is None:
        raise PhotographError(
            f'is compressed with {getattr(compression, "name", compression)}, '
            'which takes the package imagecodecs to read; install it, or save '
            'the photograph again as TIFF or PNG')
    if compression in (_NONE, _PACK_BITS):
        page.predictor = 1
    if compression in _KNOWN:
        page.compression = _NONE  # once it has been undone here
    planes, _, height, width, channels = page.shaped
    stored = np.empty((planes, height, width, channels), page.dtype)
    for index, segment in enumerate(segments):
        data = memoryview(content)[segment]
        if compression in _KNOWN:
            rows, columns = _segment_shape(page, index)
            data = _decompress(data, compression, rows,
                               columns * channels * itemsize)
        values, (plane, _, top, left, _), _ = page.decode(data, index)
        values = values[0, :height - top, :width - left]
        stored[plane, top:top + len(values),
               left:left + values.shape[1]] = values
    samples = np.moveaxis(stored, 0, 2).reshape(height, width, -1)
    if page.photometric == _WHITE_IS_ZERO:
        np.invert(samples[..., :1], out=samples[..., :1])
    return samples


def _segment_shape(page: tifffile.TiffPage, index: int) -> Tuple[int, int]:
    if page.is_tiled:
        return page.tilelength, page.tilewidth
    strips = math.ceil(page.imagelength / page.rowsperstrip)
    top = index % strips * page.rowsperstrip
    return min(page.rowsperstrip, page.imagelength - top), page.imagewidth


def _decompress(stored: memoryview, compression: int, rows: int,
                row_size: int) -> bytes:
    """All of a segment, and not more, whatever it would swell to."""
    size = rows * row_size
    if compression == _NONE:
        data = stored
    elif compression in _DEFLATES:
        data = zlib.decompressobj().decompress(stored, size)
    elif compression == _LZMA:
        data = lzma.LZMADecompressor().decompress(stored, size)
    else:
        data = _decompress_with_pil(stored, compression, rows, row_size)
    if len(data) < size:
        raise PhotographError(_CUT_OFF)
    return data[:size]


def _decompress_with_pil(stored: memoryview, compression: int, rows: int,
                         row_size: int) -> bytes:
    """As if the bytes were grey values of a strip."""
    tags = {256: row_size, 257: rows, 258: 8, 259: compression, 262: 1,
            273: 8, 277: 1, 278: rows, 279: len(stored)}  # yapf: disable
    fields = {tag: long_field('<', value) for tag, value in tags.items()}
    file = io.BytesIO(write_tiff('<', stored, fields))
    with Image.open(file, formats=('TIFF', )) as image:
        return image.tobytes()


def _read_metadata(content: bytes, fields: Fields,
                   order: str) -> Tuple[int, Origin]:
    xmp, profile = (
        fields[tag].data if tag in fields else None
        for tag in (_XMP, _ICC_PROFILE))
    said_by_xmp, _, xmp = take_orientation(None, xmp)
    orientation = orientation_of(fields, order) or said_by_xmp
    directories = {}
    for tag in (EXIF_DIRECTORY, _GPS_DIRECTORY):
        position = first_integer(fields, tag, order)
        try:
            directory, _ = read_directory(content, position or 0, order)
        except (ValueError, struct.error):  # no program could read it
            continue
        directory.pop(_INTEROPERABILITY_DIRECTORY, None)
        if position and directory:
            directories[tag] = directory
    kept = {
        tag: field
        for tag, field in fields.items() if tag not in _STORAGE | _ELSEWHERE
    }
    if orientation in SIDEWAYS:
        _exchange(kept, *_RESOLUTIONS)
        _exchange(directories.get(EXIF_DIRECTORY, {}), *SIZE_TAGS)
    extra = first_integer(fields, _EXTRA_SAMPLES, order)
    return orientation, Origin(
        'TIFF',
        xmp=xmp,
        icc_profile=profile,
        tiff=TiffTags(order, 2 if extra is None else extra, kept, directories))


def _exchange(fields: Fields, one: int, other: int) -> None:
    if one in fields and other in fields:
        fields[one], fields[other] = fields[other], fields[one]


def encode_tiff(photograph: Photograph) -> bytes:
    """A TIFF file of strips compressed without a loss (deflate, with
    differences between neighbours), in the byte order of the original.

    Args:
        photograph (Photograph): Of 8 or 16 bits, from a TIFF file.

    Returns:
        bytes: Content of the file.
    """
    origin, stream = photograph.origin, io.BytesIO()
    order, samples = origin.tiff.order, photograph.samples
    options = {}
    if photograph.alpha is not None:
        options['extrasamples'] = [origin.tiff.extra_sample]
    if samples.shape[2] > 1:
        options['planarconfig'] = 'contig'
    tifffile.imwrite(
        stream,
        samples if samples.shape[2] > 1 else samples[..., 0],
        byteorder=order,
        photometric='rgb' if samples.shape[2] > 2 else 'minisblack',
        compression='zlib',
        compressionargs=dict(level=COMPRESSION_LEVEL),
        predictor=True,
        metadata=None,
        **options)
    content = stream.getvalue()
    position, = struct.unpack_from(f'{order}I', content, 4)
    written, _ = read_directory(content, position, order)
    fields = {
        **origin.tiff.fields,
        **{
            tag: written[tag]
            for tag in written if tag in _STORAGE
        }
    }
    if origin.icc_profile is not None:
        fields[_ICC_PROFILE] = Field(7, origin.icc_profile)
    if origin.xmp is not None:
        fields[_XMP] = Field(1, origin.xmp)
    return write_tiff(order, content[8:], fields, origin.tiff.directories)
