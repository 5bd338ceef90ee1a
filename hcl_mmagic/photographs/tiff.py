"""TIFF files of 1 to 16 bits, read and written with all their tags."""
import io
import logging
import struct
from typing import Any, Dict, List, Tuple

from ..errors import PhotographError
from .decoding import Stored
from .metadata import (EXIF_DIRECTORY, ORIENTATION, SIDEWAYS, SIZE_TAGS,
                       orientation_of, take_orientation)
from .photograph import Origin, Photograph, TiffTags
from .png import COMPRESSION_LEVEL
from .tag_directories import (Field, Fields, TiffPage, byte_order,
                              directories_of, first_integer, read_directory,
                              write_tiff)
from .tiff_values import read_values

# What it has to say of damaged files is said in errors.
logging.getLogger('tifffile').addHandler(logging.NullHandler())

_SUBFILE, _RAW_VERSION, _GPS_DIRECTORY = 254, 50706, 34853
_RESOLUTIONS = 282, 283
_INTEROPERABILITY_DIRECTORY = 40965
_BITS, _EXTRA_SAMPLES, _XMP, _ICC_PROFILE = 258, 338, 700, 34675
# A preview, and a mask of transparency: beside the photograph, not a page.
_PREVIEW, _MASK = 1, 4
_MOST_DIRECTORIES = 1000
DEVELOP = (
    'develop it with a raw converter, such as darktable or RawTherapee, '
    'and save it as TIFF or PNG')
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
    pages = list_pages(content, order, strict)
    # Masks of transparency are left out.
    if strict and len(pages) > 1 and not all(
        (first_integer(page, _SUBFILE, order) or 0) & _MASK
            for page in pages[1:]):
        raise PhotographError(f'is a TIFF file of several pages ({len(pages)})'
                              '; save one of them')
    return decode_page(content, order, pages[0], max_pixels, strict)


def list_pages(content: bytes,
               order: str,
               strict: bool = True) -> List[Fields]:
    """The directories of the pages of a TIFF file, without previews; the first
    one only if not strict. A PhotographError if there is none."""
    directories = directories_of(content, order,
                                 _MOST_DIRECTORIES + 1 if strict else 1)
    if not directories:
        raise PhotographError('is damaged; get another copy of it')
    if len(directories) > _MOST_DIRECTORIES:
        raise PhotographError(f'has more than {_MOST_DIRECTORIES} pages; save '
                              'some of them to another file')
    kinds = [first_integer(fields, _SUBFILE, order) or 0
             for fields in directories]  # yapf: disable
    if kinds[0] & _PREVIEW or _RAW_VERSION in directories[0]:
        raise PhotographError(f'is a camera raw file; {DEVELOP}')
    return [
        fields for fields, kind in zip(directories, kinds)
        if not kind & _PREVIEW
    ]


def decode_page(content: bytes, order: str, fields: Fields, max_pixels: int,
                strict: bool) -> Stored:
    """Decode one page, see :mod:`.decoding`."""
    orientation, origin = _read_metadata(content, fields, order)
    samples, origin = read_values(content, order, storage_of(fields), origin,
                                  max_pixels, strict)
    return samples, orientation, origin


def storage_of(fields: Fields) -> Fields:
    """The tags that say how pixels are stored."""
    return {tag: fields[tag] for tag in fields if tag in _STORAGE}


def _read_metadata(content: bytes, fields: Fields,
                   order: str) -> Tuple[int, Origin]:
    xmp, profile = (
        fields[tag].data if tag in fields else None
        for tag in (_XMP, _ICC_PROFILE))
    said_by_xmp, _, xmp = take_orientation(None, xmp)
    orientation = orientation_of(fields, order) or said_by_xmp
    directories = details_of(content, fields, order)
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
        tiff=TiffTags(order, 2 if extra is None else extra, kept, directories),
        two_levels=(first_integer(fields, _BITS, order) or 1) == 1)


def details_of(content: bytes, fields: Fields,
               order: str) -> Dict[int, Fields]:
    """The directories of EXIF and GPS that a page points to, by their tags."""
    directories: Dict[int, Fields] = {}
    for tag in (EXIF_DIRECTORY, _GPS_DIRECTORY):
        position = first_integer(fields, tag, order)
        try:
            directory, _ = read_directory(content, position or 0, order)
        except (ValueError, struct.error):  # no program could read it
            continue
        directory.pop(_INTEROPERABILITY_DIRECTORY, None)
        if position and directory:
            directories[tag] = directory
    return directories


def _exchange(fields: Fields, one: int, other: int) -> None:
    if one in fields and other in fields:
        fields[one], fields[other] = fields[other], fields[one]


def encode_tiff(photograph: Photograph, origin: Origin) -> bytes:
    """A TIFF file of strips compressed without a loss (deflate, with
    differences between neighbours), in the byte order of the original, which
    was a TIFF file, too."""
    assert origin.tiff is not None
    return write_tiff(origin.tiff.order, encode_page(photograph, origin))


def encode_page(photograph: Photograph, origin: Origin) -> TiffPage:
    """The photograph as a page, see :func:`encode_tiff`."""
    tags, samples, stream = origin.tiff, photograph.samples, io.BytesIO()
    assert tags is not None
    order = tags.order
    options: Dict[str, Any] = {}
    if photograph.alpha is not None:
        options['extrasamples'] = [tags.extra_sample]
    if samples.shape[2] > 1:
        options['planarconfig'] = 'contig'
    import tifffile  # slow
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
    written, = directories_of(content, order, 1)
    fields = {**tags.fields, **storage_of(written)}
    if origin.icc_profile is not None:
        fields[_ICC_PROFILE] = Field(7, origin.icc_profile)
    if origin.xmp is not None:
        fields[_XMP] = Field(1, origin.xmp)
    return TiffPage(content[8:], fields, tags.directories)
