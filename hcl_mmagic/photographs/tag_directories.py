"""Directories of TIFF files and EXIF blocks, with their values left as bytes.

The writers of PIL and tifffile would replace letters beyond ASCII, change
types of tags and move the notes of a camera's maker.
"""
import struct
from dataclasses import dataclass, field
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

LONG = 4
Buffer = Union[bytes, bytearray, memoryview]
# Bytes of one value of each type.
_SIZES = dict(enumerate([1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4], start=1))
UNSIGNED = {1: 'B', 3: 'H', 4: 'I', 13: 'I'}
_MARKS = {'<': b'II*\0', '>': b'MM\0*'}
BIG_MARKS = {'<': b'II+\0', '>': b'MM\0+'}
# Integers of 64 bits, which BigTIFF has, and the types that they become.
_LONGER = {16: (LONG, 'Q', 'I'), 17: (9, 'q', 'i'), 18: (13, 'Q', 'I')}
_CLASSIC, _BIG = ('H', 'I'), ('Q', 'Q')  # of a count, of a place
_STRIP_PLACES, _TILE_PLACES = 273, 324


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


def integers(fields: Fields, tag: int, order: str) -> Tuple[int, ...]:
    """All values of a tag of unsigned integers; none if it is not there."""
    if tag not in fields or fields[tag].kind not in UNSIGNED:
        return ()
    letter = UNSIGNED[fields[tag].kind]
    data = fields[tag].data
    count = len(data) // struct.calcsize(letter)
    return struct.unpack(f'{order}{count}{letter}', data)


def byte_order(block: Buffer) -> str:
    """Byte order of a TIFF file, a BigTIFF file or an EXIF block: '<' is
    Intel's, '>' is Motorola's; of what is neither a ValueError."""
    for order in _MARKS:
        if block[:4] in (_MARKS[order], BIG_MARKS[order]):
            return order
    raise ValueError('no TIFF header')


def directories_of(block: Buffer, order: str, most: int) -> List[Fields]:
    """The fields of the directories of a TIFF or BigTIFF file, in their order;
    no more than ``most``, for they may form a circle. Errors as of
    :func:`read_directory`."""
    place = order + _layout(block)[1]
    position, = struct.unpack_from(place, block,
                                   8 if _layout(block) is _BIG else 4)
    directories: List[Fields] = []
    while position and len(directories) < most:
        fields, end = read_directory(block, position, order)
        directories.append(fields)
        position, = struct.unpack_from(place, block, end)
    return directories


def read_directory(block: Buffer, position: int,
                   order: str) -> Tuple[Fields, int]:
    """The fields of one directory of a TIFF file, BigTIFF file or EXIF block,
    and where the pointer to the next directory stands. Integers of 64 bits
    become such of 32. Fields of unknown types and those that reach beyond the
    end are left out. A struct.error if the directory itself reaches beyond the
    end, or an integer beyond 32 bits, a ValueError if its fields have more
    bytes than the whole block."""
    count_of, place_of = _layout(block)
    count, = struct.unpack_from(order + count_of, block, position)
    start = position + struct.calcsize(count_of)
    inside = struct.calcsize(place_of)  # bytes that need no place elsewhere
    entry_size = 4 + 2 * inside
    if count > len(block):
        raise ValueError('a directory with more bytes than its file')
    end = start + entry_size * count
    struct.unpack_from(order + place_of, block, end)
    fields: Fields = {}
    total = 0
    for entry in range(start, end, entry_size):
        tag, kind, length = struct.unpack_from(f'{order}HH{place_of}', block,
                                               entry)
        size = (8 if kind in _LONGER else _SIZES.get(kind, 0)) * length
        place = entry + 4 + inside
        if size > inside:
            place, = struct.unpack_from(order + place_of, block, place)
        total += size
        if total > len(block):  # values that lie on each other, to swell
            raise ValueError('a directory with more bytes than its file')
        if 0 < size <= len(block) - place:
            data = bytes(block[place:place + size])
            fields.setdefault(tag, _shortened(Field(kind, data, entry), order))
    return fields, end


def _layout(block: Buffer) -> Tuple[str, str]:
    return _BIG if bytes(block[:4]) in BIG_MARKS.values() else _CLASSIC


def _shortened(found: Field, order: str) -> Field:
    if found.kind not in _LONGER:
        return found
    kind, longer, shorter = _LONGER[found.kind]
    count = len(found.data) // 8
    values = struct.unpack(f'{order}{count}{longer}', found.data)
    return Field(kind, struct.pack(f'{order}{count}{shorter}', *values),
                 found.position)


@dataclass(frozen=True)
class TiffPage:
    """A page to be written: its strips or tiles, and its tags, which name
    their places as if ``body`` stood behind the 8 bytes of a header."""
    body: Buffer
    fields: Fields
    # Other directories by the tags that point to them.
    directories: Dict[int, Fields] = field(default_factory=dict)


def write_tiff(order: str, *pages: TiffPage) -> bytes:
    """A TIFF file of pages. A struct.error if it would have more bytes than
    such a file can have, 4 GB."""
    parts: List[Buffer] = [_MARKS[order]]
    size = 8  # up to the body of the page
    pointer = b''  # what is yet to be written of the last directory
    for page in pages:
        padding = bytes(len(page.body) % 2)
        position = size + len(page.body) + len(padding)
        directory = _write_directory(
            _moved(page.fields, order, size - 8), order, position,
            page.directories)
        count = len(page.fields) + len(page.directories)
        end = 2 + 12 * count
        parts += [struct.pack(f'{order}I', position), pointer, page.body,
                  padding, directory[:end]]  # yapf: disable
        pointer = directory[end + 4:]
        size = position + len(directory)
    return b''.join([*parts, bytes(4), pointer])


def _moved(fields: Fields, order: str, by: int) -> Fields:
    """The fields of a page whose strips or tiles stand elsewhere."""
    moved = dict(fields)
    for tag in (_STRIP_PLACES, _TILE_PLACES):
        if by and tag in fields:
            places = [place + by for place in integers(fields, tag, order)]
            moved[tag] = Field(LONG,
                               struct.pack(f'{order}{len(places)}I', *places))
    return moved


def _write_directory(fields: Fields, order: str, position: int,
                     directories: Dict[int, Fields]) -> bytes:
    entries = behind = b''
    count = len(fields) + len(directories)
    for tag in sorted([*fields, *directories]):
        place = position + 6 + 12 * count + len(behind)
        if tag in directories:
            behind += _write_directory(directories[tag], order, place, {})
            kind, value = long_field(order, place)[:2]
        else:
            kind, value = fields[tag][:2]
        length = len(value) // _SIZES[kind]
        if len(value) > 4:
            behind += value + bytes(len(value) % 2)
            value = struct.pack(f'{order}I', place)
        entries += struct.pack(f'{order}HHI4s', tag, kind, length, value)
    return struct.pack(f'{order}H', count) + entries + bytes(4) + behind
