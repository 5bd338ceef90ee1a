"""What the head of a JPEG XL file says of its values."""
import struct
from typing import Optional, Sequence, Tuple

_BARE, _BOXED = b'\xff\n', b'\0\0\0\x0cJXL \r\n\x87\n'
# How a number is written: bits of it, and what is added, by two bits before.
_Layout = Sequence[Tuple[int, int]]
_SIDE: _Layout = [(9, 1), (13, 1), (18, 1), (30, 1)]
_BITS: _Layout = [(0, 8), (0, 10), (0, 12), (6, 1)]
_FLOAT_BITS: _Layout = [(0, 32), (0, 16), (0, 24), (6, 1)]


def bits_of_values(content: bytes) -> Optional[int]:
    """Bits of a value of a JPEG XL file (ISO/IEC 18181-1), 8 to 32; None if
    its head cannot be read, as that of an animation."""
    stream = _codestream(content)
    if not stream.startswith(_BARE):
        return None
    try:
        return _read_bits(_Bits(stream[2:]))
    except IndexError:
        return None


def _codestream(content: bytes) -> bytes:
    """The beginning of the picture itself, which may lie in a box."""
    if not content.startswith(_BOXED):
        return content
    place = 0
    while place + 8 <= len(content):
        size, = struct.unpack_from('>I', content, place)
        name, head = content[place + 4:place + 8], 8
        if size == 1 and place + 16 <= len(content):
            size, = struct.unpack_from('>Q', content, place + 8)
            head = 16
        if name == b'jxlp':
            head += 4  # its number among the pieces
        if name in (b'jxlc', b'jxlp'):
            return content[place + head:place + head + 64]
        if size < head:
            break
        place += size
    return b''


class _Bits:
    """Numbers of some bits, the lowest first; an IndexError at the end."""

    def __init__(self, content: bytes) -> None:
        self._number = int.from_bytes(content[:64], 'little')
        self._left = 8 * len(content[:64])

    def take(self, count: int) -> int:
        """The next so many bits."""
        if count > self._left:
            raise IndexError('no more bits')
        value = self._number & ((1 << count) - 1)
        self._number >>= count
        self._left -= count
        return value

    def choose(self, layout: _Layout) -> int:
        """A number that is written in one of four ways."""
        bits, added = layout[self.take(2)]
        return self.take(bits) + added


def _read_bits(bits: _Bits) -> Optional[int]:
    _skip_size(bits)
    if bits.take(1):  # all is as usual
        return 8
    if bits.take(1):  # there is more to say
        bits.take(3)  # orientation
        if bits.take(1):
            _skip_size(bits)  # at which it is to be shown
        if bits.take(1) or bits.take(1):  # a preview, or an animation
            return None
    if bits.take(1):  # floating point
        return bits.choose(_FLOAT_BITS)
    return bits.choose(_BITS)


def _skip_size(bits: _Bits) -> None:
    small = bits.take(1)

    def skip_side() -> None:
        if small:
            bits.take(5)
        else:
            bits.choose(_SIDE)

    skip_side()
    if not bits.take(3):  # otherwise the width is a share of the height
        skip_side()
