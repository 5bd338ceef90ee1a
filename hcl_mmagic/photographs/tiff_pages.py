"""TIFF files of several pages, read and written a page at a time."""
import struct
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

from ..errors import PhotographError
from .kinds import format_of_content, raw_format
from .photograph import Photograph
from .reading import (MAX_PIXELS, decode_photograph, photograph_of,
                      without_warnings)
from .tag_directories import (LONG, Field, Fields, TiffPage, byte_order,
                              first_integer, integers, write_tiff)
from .tiff import decode_page, details_of, encode_page, list_pages

_COMPRESSION, _OLD_JPEG = 259, 6
_OTHER_DIRECTORIES = 330  # previews and their like
# Of strips and of tiles: where they are, and how many bytes they have.
_SEGMENTS = (273, 279), (324, 325)
_WIDTH, _HEIGHT, _BITS, _SAMPLES = 256, 257, 258, 277


@dataclass(frozen=True)
class TiffPages:
    """The pages of a TIFF file, without previews. To be used within
    :func:`~.reading.explain_failures`, as a damaged file leads to any error.
    """
    content: bytes  # of the file
    order: str  # of its bytes
    directories: List[Fields]  # of the pages
    max_pixels: int = MAX_PIXELS  # of a page

    @classmethod
    def find(cls,
             content: bytes,
             max_pixels: int = MAX_PIXELS) -> Optional['TiffPages']:
        """The pages of a file's content; None if it is no TIFF file, or has a
        single page."""
        if format_of_content(content) != 'TIFF' or raw_format(content):
            return None
        order = byte_order(content)
        directories = list_pages(content, order)
        return cls(content, order, directories,
                   max_pixels) if directories[1:] else None

    def __len__(self) -> int:
        return len(self.directories)

    @property
    def has_infrared(self) -> bool:
        """bool: Whether the file is a scan of two pages, RGB and, as grey
        values of the same size and bits, infrared."""
        if len(self) != 2:
            return False
        colours, infrared = self.directories
        same = all(
            first_integer(colours, tag, self.order) == first_integer(
                infrared, tag, self.order) for tag in (_WIDTH, _HEIGHT, _BITS))
        return (same and first_integer(infrared, _BITS, self.order) in (8, 16)
                and first_integer(colours, _SAMPLES, self.order) == 3
                and first_integer(infrared, _SAMPLES, self.order) in (None, 1))

    def read(self, number: int) -> Photograph:
        """One page, counted from 0; a PhotographError as of
        :func:`~.reading.read_photograph`."""
        with without_warnings():
            return photograph_of(
                *decode_page(self.content, self.order,
                             self.directories[number], self.max_pixels, True))

    def write(self, pages: Sequence[Optional[TiffPage]]) -> bytes:
        """The file with other pages, in their order; one that is None stays
        as it is stored. A PhotographError if it would be too large, or cannot
        be kept as it is stored."""
        return write_tiff(
            self.order,
            *(self._stored(number) if page is None else page
              for number, page in enumerate(pages)))

    def _stored(self, number: int) -> TiffPage:
        """A page with its strips or tiles as they are."""
        fields = dict(self.directories[number])
        for places, lengths in _SEGMENTS:
            starts = integers(fields, places, self.order)
            sizes = integers(fields, lengths, self.order)
            if starts and len(starts) == len(sizes):
                break
        else:
            starts = ()
        is_old = first_integer(fields, _COMPRESSION, self.order) == _OLD_JPEG
        if is_old or not starts:  # its data cannot be told from the file's
            photograph = self.read(number)
            assert photograph.origin is not None
            return encode_page(photograph, photograph.origin)
        if any(start + size > len(self.content)
               for start, size in zip(starts, sizes)):
            raise PhotographError('was cut off; get another copy of it')
        position, moved = 8, []
        for size in sizes:
            moved.append(position)
            position += size
        fields[places] = Field(
            LONG, struct.pack(f'{self.order}{len(moved)}I', *moved))
        details = details_of(self.content, fields, self.order)
        for tag in (_OTHER_DIRECTORIES, *details):
            fields.pop(tag, None)
        body = b''.join(self.content[start:start + size]
                        for start, size in zip(starts, sizes))
        return TiffPage(body, fields, details)


def decode_first(
        content: bytes,
        max_pixels: int = MAX_PIXELS
) -> Tuple[Photograph, Optional[TiffPages]]:
    """The photograph that a file holds, of several pages the first, and the
    pages, if there are several; to be called within
    :func:`~.reading.explain_failures`."""
    pages = TiffPages.find(content, max_pixels)
    if pages is not None:
        return pages.read(0), pages
    return decode_photograph(content, max_pixels), None
