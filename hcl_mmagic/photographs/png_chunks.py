"""PNG files as the chunks that they consist of."""
import struct
import zlib
from typing import Iterable, List, Tuple, Union

from ..errors import PhotographError

_SIGNATURE = b'\x89PNG\r\n\x1a\n'
# As many bytes a compressed text or profile may have. A larger text PIL would
# not read either; profiles of printers have a few million bytes.
_TEXT_LIMIT, _PROFILE_LIMIT = 2**20, 2**24
_MOST_CHUNKS = 50_000

# Name, of four letters, and content.
Chunk = Tuple[bytes, Union[bytes, memoryview]]


def join_chunks(chunks: Iterable[Chunk]) -> bytes:
    """A PNG file of these chunks, with lengths and checksums."""
    parts: List[Union[bytes, memoryview]] = [_SIGNATURE]
    for name, data in chunks:
        checksum = zlib.crc32(data, zlib.crc32(name))
        parts += [
            struct.pack('>I', len(data)), name, data,
            struct.pack('>I', checksum)
        ]
    return b''.join(parts)


def split_chunks(content: bytes) -> List[Chunk]:
    """The chunks of a PNG file, up to its end chunk. Damaged ones that a
    picture does not need are left out."""
    view, position = memoryview(content), len(_SIGNATURE)
    chunks: List[Chunk] = []
    while position + 12 <= len(content):
        length, name = struct.unpack_from('>I4s', content, position)
        start, end = position + 8, position + 8 + length
        if end + 4 > len(content):
            break
        checksum, = struct.unpack_from('>I', content, end)
        data = view[start:end]
        if zlib.crc32(data, zlib.crc32(name)) == checksum:
            chunks.append((name, data))
        elif name[:1].isupper():
            raise PhotographError(
                'is damaged (a checksum is wrong); get another copy of it')
        if name == b'IEND':
            return chunks
        position = end + 4
        if len(chunks) > _MOST_CHUNKS:
            raise PhotographError(
                f'has more than {_MOST_CHUNKS} chunks; save it again')
    raise PhotographError('was cut off; get another copy of it')


def join_picture(chunks: Iterable[Chunk]) -> bytes:
    """A PNG file of only what is needed to decode the pixels, so no decoder
    meets damaged or swollen metadata."""
    needed, palette = [], False
    for name, data in chunks:
        palette |= name == b'PLTE'
        if name[:1].isupper() or (palette and name == b'tRNS'):
            needed.append((name, data))
    return join_chunks(needed)


def text_of(name: bytes, data: bytes) -> Tuple[bytes, bytes]:
    """Keyword and text, not decoded to letters, of a chunk called b'tEXt',
    b'zTXt' or b'iTXt'."""
    keyword, _, text = data.partition(b'\0')
    compressed = name == b'zTXt'
    if compressed:
        text = text[1:]
    elif name == b'iTXt':
        compressed = text[:1] == b'\1'
        text = text[2:].split(b'\0', 2)[-1]
    return keyword, _inflate(text, _TEXT_LIMIT) if compressed else text


def profile_of(data: bytes) -> bytes:
    """Colour profile of an iCCP chunk; empty where it is damaged."""
    return _inflate(data.partition(b'\0')[2][1:], _PROFILE_LIMIT)


def _inflate(data: bytes, limit: int) -> bytes:
    try:
        inflated = zlib.decompressobj().decompress(data, limit + 1)
    except zlib.error:
        return b''
    if len(inflated) > limit:
        raise PhotographError(
            'holds a text or colour profile that decompresses to more than '
            f'{limit} bytes; save it without metadata')
    return inflated
