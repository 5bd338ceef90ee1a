"""Directories of TIFF files and EXIF blocks, with their values left as bytes.

The writers of PIL and tifffile would replace letters beyond ASCII, change
types of tags and move the notes of a camera's maker.
"""
import struct
from typing import Dict, NamedTuple, Optional, Tuple, Union

LONG = 4
Buffer = Union[bytes, bytearray, memoryview]
# Bytes of one value of each type.
_SIZES = dict(enumerate([1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4], start=1))
UNSIGNED = {1: 'B', 3: 'H', 4: 'I', 13: 'I'}
_MARKS = {'<': b'II*\0', '>': b'MM\0*'}


class Field(NamedTuple):
    """One tag's value: its type as TIFF numbers them, the values in the byte
    order of the file, and where the 12 bytes of its entry begin."""
    kind: int
    data: bytes
    position: int = -1


Fields = Dict[int, Field]


def long_field(order: str, value: int) -> Field:
    """A field of one LONG value, not yet in a directory."""
    return Field(LONG, struct.pack(f'{order}I', value))


def first_integer(fields: Fields, tag: int, order: str) -> Optional[int]:
    """A tag's first value; None if it is not there or no unsigned integer."""
    if tag not in fields or fields[tag].kind not in UNSIGNED:
        return None
    field = fields[tag]
    return struct.unpack_from(order + UNSIGNED[field.kind], field.data)[0]


def byte_order(block: Buffer) -> str:
    """Byte order of a TIFF file or an EXIF block: '<' is Intel's, '>' is
    Motorola's; of what is neither a ValueError."""
    for order, mark in _MARKS.items():
        if block[:4] == mark:
            return order
    raise ValueError('no TIFF header')


def read_directory(block: Buffer, position: int,
                   order: str) -> Tuple[Fields, int]:
    """The fields of one directory of a TIFF file or EXIF block, and where the
    pointer to the next directory stands. Fields of unknown types and those
    that reach beyond the end are left out. A struct.error if the directory
    itself reaches beyond the end, a ValueError if its fields have more bytes
    than the whole block."""
    count, = struct.unpack_from(f'{order}H', block, position)
    end = position + 2 + 12 * count
    struct.unpack_from(f'{order}I', block, end)
    fields: Fields = {}
    total = 0
    for entry in range(position + 2, end, 12):
        tag, kind, length = struct.unpack_from(f'{order}HHI', block, entry)
        size = _SIZES.get(kind, 0) * length
        start = entry + 8
        if size > 4:
            start, = struct.unpack_from(f'{order}I', block, start)
        total += size
        if total > len(block):  # values that lie on each other, to swell
            raise ValueError('a directory with more bytes than its file')
        if 0 < size <= len(block) - start:
            fields.setdefault(
                tag, Field(kind, bytes(block[start:start + size]), entry))
    return fields, end


def write_tiff(order: str,
               body: Buffer,
               fields: Fields,
               directories: Optional[Dict[int, Fields]] = None) -> bytes:
    """A TIFF file of its body, which stands behind the 8 bytes of the header,
    and one directory, with those that its tags point to."""
    position = 8 + len(body) + len(body) % 2
    return b''.join([
        _MARKS[order],
        struct.pack(f'{order}I', position), body,
        bytes(len(body) % 2),
        _write_directory(fields, order, position, directories or {})
    ])


def _write_directory(fields: Fields, order: str, position: int,
                     directories: Dict[int, Fields]) -> bytes:
    entries = behind = b''
    count = len(fields) + len(directories)
    for tag in sorted([*fields, *directories]):
        place = position + 6 + 12 * count + len(behind)
        if tag in directories:
            behind += _write_directory(directories[tag], order, place, {})
            field = long_field(order, place)
        else:
            field = fields[tag]
        kind, value = field.kind, field.data
        length = len(value) // _SIZES[kind]
        if len(value) > 4:
            behind += value + bytes(len(value) % 2)
            value = struct.pack(f'{order}I', place)
        entries += struct.pack(f'{order}HHI4s', tag, kind, length, value)
    return struct.pack(f'{order}H', count) + entries + bytes(4) + behind
