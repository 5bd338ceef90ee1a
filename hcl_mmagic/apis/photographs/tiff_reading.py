"""Reading TIFF files."""
import struct
from functools import partial
from typing import Dict, Optional, Tuple

from PIL import Image

from ...errors import PhotographError
from .decoding import Decoded, check_size, open_with_pil, take_samples
from .orientation import (EXIF_DIRECTORY, ORIENTATION, SIDEWAYS, SIZE_TAGS,
                          orientation_of, take_orientation)
from .origin import Origin, TiffTags
from .tiff_directory import Fields, byte_order, read_directory, write_directory
from .tiff_layout import Layout, read_layout
from .tiff_segments import decode_segments

_SUBFILE, _RAW_VERSION, _GPS_DIRECTORY = 254, 50706, 34853
_X_RESOLUTION, _Y_RESOLUTION, _UNIT = 282, 283, 296
_INTEROPERABILITY_DIRECTORY = 40965
XMP, ICC_PROFILE = 700, 34675
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
    [ORIENTATION, XMP, ICC_PROFILE, EXIF_DIRECTORY, _GPS_DIRECTORY, 37724])


def decode_tiff(content: bytes, max_pixels: int) -> Decoded:
    """Decode a TIFF file.

    Args:
        content (bytes): The whole file.
        max_pixels (int): More are refused.

    Returns:
        Decoded: The photograph.

    Raises:
        PhotographError: The file is cut off, damaged or too large, has pages,
            or values that are not grey or RGB of 1, 2, 4, 8 or 16 bits.
        Exception: Whatever PIL or struct raise on a damaged file.
    """
    order = byte_order(content)
    fields = _find_photograph(content, order)
    layout = read_layout(fields, order)
    check_size(layout.width, layout.height, max_pixels)
    layout.check(len(content))
    orientation, origin = _read_metadata(content, fields, layout)
    if layout.is_plain:
        samples = decode_segments(content, layout)
        return Decoded(lambda: samples, origin, orientation)
    image = _decode_with_pil(content, fields, order, max_pixels)
    return Decoded(partial(take_samples, image), origin, orientation)


def _find_photograph(content: bytes, order: str) -> Fields:
    """The first directory; all others have to be previews of it."""
    position, = struct.unpack_from(f'{order}I', content, 4)
    first = None
    for _ in range(_MOST_DIRECTORIES):
        fields, end = read_directory(content, position, order)
        kind = fields.get(_SUBFILE)
        kind = 0 if kind is None else int(kind.integers(order)[0])
        if first is None:
            first = fields
            if kind & _PREVIEW or _RAW_VERSION in fields:
                raise PhotographError('is a camera raw file; develop it and '
                                      'save it as TIFF or PNG')
        elif not kind & (_PREVIEW | _MASK):
            raise PhotographError('has several pages; save one of them')
        position, = struct.unpack_from(f'{order}I', content, end)
        if position == 0:
            return first
    raise PhotographError(f'has more than {_MOST_DIRECTORIES} pages; save one '
                          'of them')


def _decode_with_pil(content: bytes, fields: Fields, order: str,
                     max_pixels: int) -> Image.Image:
    """Palettes, fewer than 8 bits, JPEG in TIFF.

    PIL gets a directory without orientation, which some of its versions apply
    and some do not, and without metadata.
    """
    position = len(content) + len(content) % 2
    pixels_only = {tag: fields[tag] for tag in fields if tag in _STORAGE}
    content = b''.join([
        content[:4],
        struct.pack(f'{order}I', position),
        memoryview(content)[8:],
        bytes(len(content) % 2),
        write_directory(pixels_only, order, position)
    ])
    with open_with_pil(content, max_pixels) as image:
        image.load()
    return image


def _read_metadata(content: bytes, fields: Fields,
                   layout: Layout) -> Tuple[int, Origin]:
    order = layout.order
    xmp, profile = (
        fields[tag].data if tag in fields else None
        for tag in (XMP, ICC_PROFILE))
    said_by_xmp, _, xmp = take_orientation(None, xmp)
    orientation = orientation_of(fields, order) or said_by_xmp
    directories = {}
    for tag in (EXIF_DIRECTORY, _GPS_DIRECTORY):
        if tag in fields:
            position = int(fields[tag].integers(order)[0])
            try:
                directory, _ = read_directory(content, position, order)
            except (ValueError, struct.error):  # no program could read it
                continue
            directory.pop(_INTEROPERABILITY_DIRECTORY, None)
            if directory:
                directories[tag] = directory
    kept = {
        tag: field
        for tag, field in fields.items() if tag not in _STORAGE | _ELSEWHERE
    }
    if orientation in SIDEWAYS:
        _exchange(kept, _X_RESOLUTION, _Y_RESOLUTION)
        _exchange(directories.get(EXIF_DIRECTORY, {}), *SIZE_TAGS)
    return orientation, Origin(
        'TIFF',
        xmp=xmp,
        icc_profile=profile,
        dpi=_dpi_of(kept, order),
        tiff=TiffTags(order, layout.extra_sample, kept, directories))


def _exchange(fields: Fields, one: int, other: int) -> None:
    if one in fields and other in fields:
        fields[one], fields[other] = fields[other], fields[one]


def _dpi_of(fields: Fields, order: str) -> Optional[Tuple[float, float]]:
    units: Dict[int, float] = {2: 1, 3: 2.54}  # inches, centimetres
    unit = fields.get(_UNIT)
    factor = units.get(2 if unit is None else int(unit.integers(order)[0]))
    values = []
    for tag in (_X_RESOLUTION, _Y_RESOLUTION):
        field = fields.get(tag)
        if field is None or len(field.data) != 8 or factor is None:
            return None
        numerator, denominator = struct.unpack(f'{order}II', field.data)
        if denominator == 0:
            return None
        values.append(numerator / denominator * factor)
    return values[0], values[1]
