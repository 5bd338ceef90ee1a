"""What a picture says beside its pixels: EXIF, XMP, and how it was held."""
import re
import struct
from typing import Any, Dict, Optional, Tuple

import numpy as np
from PIL import Image, JpegImagePlugin

from .photograph import Origin
from .tag_directories import (UNSIGNED, Fields, byte_order, first_integer,
                              read_directory)

ORIENTATION, EXIF_DIRECTORY = 274, 34665
# Orientations at which width and height are exchanged.
SIDEWAYS = 5, 6, 7, 8
# Pixels across and down, of the picture as it was stored.
SIZE_TAGS = 40962, 40963
# What stands before the metadata in segments of a JPEG file.
XMP_MARK = b'http://ns.adobe.com/xap/1.0/\0'
EXIF_MARK = b'Exif\0\0'
_XMP_ORIENTATION = re.compile(rb'(tiff:Orientation(?:="|>))([1-8])')


def put_upright(samples: np.ndarray, orientation: int) -> np.ndarray:
    """View of ``(H, W, C)`` values, turned or mirrored as an orientation, 1 to
    8 as EXIF defines them, demands."""
    if orientation in SIDEWAYS:
        samples = samples.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        samples = samples[::-1]
    if orientation in (2, 3, 6, 7):
        samples = samples[:, ::-1]
    return samples


def take_orientation(
        exif: Optional[bytes],
        xmp: Optional[bytes]) -> Tuple[int, Optional[bytes], Optional[bytes]]:
    """Read the orientation of EXIF and XMP, 1 to 8, and reset it in both.

    As in PIL, what XMP says counts only where EXIF says nothing. Also unlinks
    the thumbnail and exchanges the recorded width and height where the picture
    lies on its side. EXIF that is not readable is none.
    """
    orientation = None
    if exif is not None:
        try:
            orientation, exif = _reset_exif(exif)
        except (ValueError, struct.error):
            exif = None  # no program could read it
    if xmp is not None:
        said = _XMP_ORIENTATION.search(xmp)
        if said and orientation is None:
            orientation = int(said[2])
        xmp = _XMP_ORIENTATION.sub(rb'\g<1>1', xmp)
    return orientation or 1, exif, xmp


def orientation_of(fields: Fields, order: str) -> Optional[int]:
    """Orientation that a directory tells, 1 to 8; None if it tells none."""
    value = first_integer(fields, ORIENTATION, order)
    return value if value in range(1, 9) else None


def _reset_exif(exif: bytes) -> Tuple[Optional[int], bytes]:
    """Change single bytes only: notes of the camera's maker may point to
    places in the block."""
    block = bytearray(exif)
    order = byte_order(block)
    position, = struct.unpack_from(f'{order}I', block, 4)
    fields, end = read_directory(block, position, order)
    struct.pack_into(f'{order}I', block, end, 0)  # the thumbnail's directory
    orientation = orientation_of(fields, order)
    if orientation is not None:
        entry = fields[ORIENTATION]
        struct.pack_into(order + UNSIGNED[entry.kind], block,
                         entry.position + 8, 1)
    if orientation in SIDEWAYS:
        _exchange_sizes(block, fields, order)
    return orientation, bytes(block)


def _exchange_sizes(block: bytearray, fields: Fields, order: str) -> None:
    position = first_integer(fields, EXIF_DIRECTORY, order)
    if position is None:
        return
    details, _ = read_directory(block, position, order)
    if all(tag in details for tag in SIZE_TAGS):
        # All of an entry but its tag.
        across, down = (
            slice(details[tag].position + 2, details[tag].position + 12)
            for tag in SIZE_TAGS)
        block[across], block[down] = block[down], block[across]


def origin_of(image: Image.Image) -> Tuple[int, Origin]:
    """Orientation, 1 to 8, of a picture that PIL has opened, and the origin of
    the upright photograph. Not of a TIFF file, whose tags PIL would change."""
    exif = (image.info.get('exif') or b'').removeprefix(EXIF_MARK)
    orientation, exif, xmp = take_orientation(exif or None, _xmp_of(image))
    dpi = image.info.get('dpi')
    if dpi is not None:
        dpi = tuple(map(float, dpi[::-1 if orientation in SIDEWAYS else 1]))
    comment = image.info.get('comment')
    is_jpeg = image.format in ('JPEG', 'MPO')
    return orientation, Origin(
        'JPEG' if is_jpeg else image.format or 'PNG',
        exif=exif,
        xmp=xmp,
        icc_profile=image.info.get('icc_profile') or None,
        dpi=dpi,
        comment=comment if isinstance(comment, bytes) else None,
        jpeg=_jpeg_quality(image) if is_jpeg else None,
        lossless=not is_jpeg,
        two_levels=image.mode == '1')


def _xmp_of(image: Image.Image) -> Optional[bytes]:
    xmp = image.info.get('xmp')
    # Older versions of PIL leave it in the list of a JPEG file's segments.
    for name, data in getattr(image, 'applist', ()):
        if xmp is None and name == 'APP1' and data.startswith(XMP_MARK):
            xmp = data.removeprefix(XMP_MARK)
    return xmp or None


def _jpeg_quality(image: Any) -> Dict[str, Any]:
    # Of subsamplings that PIL cannot write, full resolution loses the least.
    return dict(
        qtables=image.quantization,
        subsampling=max(JpegImagePlugin.get_sampling(image), 0),
        progressive='progressive' in image.info)
