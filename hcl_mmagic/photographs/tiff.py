"""TIFF files of 1 to 16 bits, read and written with all their tags."""
import io
import logging
import struct
from typing import Any, Dict, Tuple

import tifffile

from ..errors import PhotographError
from .decoding import Stored
from .metadata import (EXIF_DIRECTORY, ORIENTATION, SIDEWAYS, SIZE_TAGS,
                       orientation_of, take_orientation)
from .photograph import Origin, Photograph, TiffTags
from .png import COMPRESSION_LEVEL
from .tag_directories import (Field, Fields, byte_order, first_integer,
                              read_directory, write_tiff)
from .tiff_values import read_values

# What it has to say of damaged files is said in errors.
logging.getLogger('tifffile').addHandler(logging.NullHandler())

_SUBFILE, _RAW_VERSION, _GPS_DIRECTORY = 254, 50706, 34853
_RESOLUTIONS = 282, 283
_INTEROPERABILITY_DIRECTORY = 40965
_EXTRA_SAMPLES, _XMP, _ICC_PROFILE = 338, 700, 34675
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


def decode_tiff(content: bytes, max_pixels: int, strict: bool) -> Stored:
    """See :mod:`.decoding`."""
    order = byte_order(content)
    fields = _find_photograph(content, order, strict)
    storage = {tag: fields[tag] for tag in fields if tag in _STORAGE}
    samples = read_values(content, order, storage, max_pixels, strict)
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


def encode_tiff(photograph: Photograph, origin: Origin) -> bytes:
    """A TIFF file of strips compressed without a loss (deflate, with
    differences between neighbours), in the byte order of the original, which
    was a TIFF file, too."""
    tags, samples, stream = origin.tiff, photograph.samples, io.BytesIO()
    assert tags is not None
    order = tags.order
    options: Dict[str, Any] = {}
    if photograph.alpha is not None:
        options['extrasamples'] = [tags.extra_sample]
    if samples.shape[2] > 1:
        options['planarconfig'] = 'contig'
    tifffile.imwrite(
        stream,
        samples if samples.shape[2] > 1 else samples[..., 0],
        byteorder='<' if order == '<' else '>',
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
        **tags.fields,
        **{
            tag: written[tag]
            for tag in written if tag in _STORAGE
        }
    }
    if origin.icc_profile is not None:
        fields[_ICC_PROFILE] = Field(7, origin.icc_profile)
    if origin.xmp is not None:
        fields[_XMP] = Field(1, origin.xmp)
    return write_tiff(order, content[8:], fields, tags.directories)
