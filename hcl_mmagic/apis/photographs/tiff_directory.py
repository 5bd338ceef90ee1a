"""Directories of TIFF files and EXIF blocks, with their values left as bytes.

PIL's own writer would replace letters beyond ASCII and change types of tags.
"""
import struct
from dataclasses import dataclass
from typing import Dict, Optional, Tuple

import numpy as np

SHORT, LONG, _DIRECTORY = 3, 4, 13
# Bytes of one value of each type.
_SIZES = dict(enumerate([1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4], start=1))


@dataclass(frozen=True)
class Field:
    """One tag's value.

    Args:
        kind (int): Type as TIFF numbers them.
        data (bytes): The values in the byte order of the file.
        position (int): Where the 12 bytes of its entry begin.
    """
    kind: int
    data: bytes
    position: int = -1

    def integers(self, order: str) -> np.ndarray:
        """The values of an unsigned integer type.

        Args:
            order (str): '<' or '>'.

        Returns:
            np.ndarray: int64 values.

        Raises:
            ValueError: It holds something else.
        """
        if self.kind not in (1, SHORT, LONG, _DIRECTORY):
            raise ValueError(f'a tag of type {self.kind}, not an integer')
        return np.frombuffer(self.data,
                             f'{order}u{_SIZES[self.kind]}').astype(np.int64)


Fields = Dict[int, Field]


def integer_field(order: str, kind: int, *values: int) -> Field:
    """A field of SHORT or LONG values.

    Args:
        order (str): '<' or '>'.
        kind (int): SHORT or LONG.
        *values (int): The values.

    Returns:
        Field: Not yet in a directory.
    """
    return Field(kind, np.array(values, f'{order}u{_SIZES[kind]}').tobytes())


def byte_order(block: bytes) -> str:
    """Byte order of a TIFF file or an EXIF block.

    Args:
        block (bytes): At least its first four bytes.

    Returns:
        str: '<' for Intel's, '>' for Motorola's.

    Raises:
        ValueError: Neither of both begins so.
    """
    order = {b'II*\0': '<', b'MM\0*': '>'}.get(bytes(block[:4]))
    if order is None:
        raise ValueError('no TIFF header')
    return order


def read_directory(block: bytes, position: int,
                   order: str) -> Tuple[Fields, int]:
    """Read one directory; fields of unknown types and those that reach beyond
    the end are left out.

    Args:
        block (bytes): The whole TIFF file or EXIF block.
        position (int): Where the directory begins.
        order (str): '<' or '>'.

    Returns:
        tuple[dict, int]: The fields by tag, and where the pointer to the next
        directory stands.

    Raises:
        struct.error: The directory itself reaches beyond the end.
        ValueError: Its fields have more bytes than the whole block.
    """
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


def write_directory(fields: Fields,
                    order: str,
                    position: int,
                    directories: Optional[Dict[int, Fields]] = None) -> bytes:
    """Write one directory, which is the last of its file.

    Args:
        fields (dict): The fields by tag.
        order (str): '<' or '>'.
        position (int): Even number of bytes that come before.
        directories (dict, optional): Fields of directories to point to, by
            tag.

    Returns:
        bytes: The directory and what it points to.
    """
    directories = directories or {}
    entries = b''
    free = position + 6 + 12 * (len(fields) + len(directories))
    behind = b''
    for tag in sorted([*fields, *directories]):
        place = free + len(behind)
        if tag in directories:
            behind += write_directory(directories[tag], order, place)
            kind, count, value = LONG, 1, struct.pack(f'{order}I', place)
        else:
            kind, value = fields[tag].kind, fields[tag].data
            count = len(value) // _SIZES[kind]
            if len(value) > 4:
                behind += value + bytes(len(value) % 2)
                value = struct.pack(f'{order}I', place)
        entries += struct.pack(f'{order}HHI4s', tag, kind, count, value)
    number = struct.pack(f'{order}H', len(fields) + len(directories))
    return number + entries + bytes(4) + behind
