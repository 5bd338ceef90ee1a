"""How a camera was held: read, applied to the pixels once, and reset."""
import re
import struct
from typing import Optional, Tuple

import numpy as np

from .tiff_directory import LONG, SHORT, Fields, byte_order, read_directory

ORIENTATION = 274
EXIF_DIRECTORY = 34665
# Orientations at which width and height are exchanged.
SIDEWAYS = 5, 6, 7, 8
# Pixels across and down, of the picture as it was stored.
SIZE_TAGS = 40962, 40963
_XMP_ORIENTATION = re.compile(rb'(tiff:Orientation(?:="|>))([1-8])')


def put_upright(samples: np.ndarray, orientation: int) -> np.ndarray:
    """Turn or mirror a picture as its orientation demands.

    Args:
        samples (np.ndarray): As stored, ``(H, W)`` or ``(H, W, C)``.
        orientation (int): 1 to 8 as EXIF defines them.

    Returns:
        np.ndarray: Upright and contiguous; the same array where it was.
    """
    if orientation in SIDEWAYS:
        samples = samples.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        samples = samples[::-1]
    if orientation in (2, 3, 6, 7):
        samples = samples[:, ::-1]
    return np.ascontiguousarray(samples)


def take_orientation(
        exif: Optional[bytes],
        xmp: Optional[bytes]) -> Tuple[int, Optional[bytes], Optional[bytes]]:
    """Read the orientation and reset it where it was said.

    As in PIL, what XMP says counts only where EXIF says nothing. Also unlinks
    the thumbnail and exchanges the recorded width and height where the
    picture lies on its side.

    Args:
        exif (bytes, optional): EXIF block; None, or not readable, if the file
            has none.
        xmp (bytes, optional): XMP packet.

    Returns:
        tuple[int, Optional[bytes], Optional[bytes]]: The orientation, 1 to 8,
        and the same metadata of an upright photograph.
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
    """Orientation that a directory tells.

    Args:
        fields (dict): The directory.
        order (str): Its byte order, '<' or '>'.

    Returns:
        Optional[int]: 1 to 8; None if it tells none.
    """
    field = fields.get(ORIENTATION)
    if field is None or field.kind not in (SHORT, LONG):
        return None
    value = int(field.integers(order)[0])
    return value if 1 <= value <= 8 else None


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
        kind = 'H' if fields[ORIENTATION].kind == SHORT else 'I'
        struct.pack_into(order + kind, block, fields[ORIENTATION].position + 8,
                         1)
    if orientation in SIDEWAYS and EXIF_DIRECTORY in fields:
        _exchange_sizes(block, fields, order)
    return orientation, bytes(block)


def _exchange_sizes(block: bytearray, fields: Fields, order: str) -> None:
    position = int(fields[EXIF_DIRECTORY].integers(order)[0])
    details, _ = read_directory(block, position, order)
    if all(tag in details for tag in SIZE_TAGS):
        # All of an entry but its tag.
        across, down = (
            slice(details[tag].position + 2, details[tag].position + 12)
            for tag in SIZE_TAGS)
        block[across], block[down] = block[down], block[across]
