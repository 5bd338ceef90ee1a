"""How a TIFF file stores its pixels."""
from dataclasses import dataclass

import numpy as np

from ...errors import PhotographError
from .tiff_directory import Fields

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
FILL_ORDER, OFFSETS, SAMPLES, ROWS, LENGTHS = 266, 273, 277, 278, 279
PLANES, PREDICTOR, EXTRA_SAMPLES, SAMPLE_FORMAT = 284, 317, 338, 339
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_LENGTHS = 322, 323, 324, 325

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, _PALETTE, _YCBCR = 0, 1, 2, 3, 6
_KINDS_OF_COLOURS = {
    5: 'CMYK values',
    8: 'Lab values',
    9: 'Lab values',
    10: 'Lab values',
    4: 'a mask',
    32803: 'values of a camera sensor'
}
_UNSIGNED = 1
_KINDS_OF_VALUES = {
    2: 'signed values',
    3: 'floating-point values',
    5: 'complex values',
    6: 'complex values'
}
NO_COMPRESSION, DEFLATES = 1, (8, 32946)
_LZW, _PACK_BITS, _LZMA, _ZSTD = 5, 32773, 34925, 50000
# Which compressions store differences, if the predictor says so.
WITH_PREDICTOR = (_LZW, *DEFLATES, _LZMA, _ZSTD)
_OF_BYTES = (NO_COMPRESSION, _PACK_BITS, *WITH_PREDICTOR)
NO_PREDICTOR, DIFFERENCES = 1, 2
# A tile or strip for each row of a picture is usual; this many are not.
_MOST_SEGMENTS = 100_000
_LARGEST_TILE = 2**22  # in pixels, of a picture that is smaller
_ADVICE = 'convert it to RGB of 8 or 16 bits and save it as TIFF or PNG'


@dataclass(frozen=True)
class Layout:
    """How a TIFF file stores its pixels: in segments, which are strips of rows
    or tiles, of all channels together or of one after the other.

    Args:
        order (str): '<' or '>'.
        width (int): Of the picture as stored, in pixels.
        height (int): Of the picture as stored, in pixels.
        bits (int): Of one value.
        channels (int): Values of one pixel.
        extra_sample (int): Meaning of a channel beside the colours, as in
            :class:`.origin.TiffTags`.
        photometric (int): Meaning of the colours.
        compression (int): Of the segments.
        predictor (int): Whether values or their differences are stored.
        separate (bool): Whether each channel has segments of its own.
        value_kind (int): Unsigned, signed or floating-point.
        reversed_bits (bool): Whether a byte's first bit is its lowest.
        segment_width (int): In pixels.
        segment_height (int): In pixels; the last strip may have fewer.
        offsets (np.ndarray): Where the segments begin in the file.
        lengths (np.ndarray): Their bytes; 0 where the file does not tell.
    """
    order: str
    width: int
    height: int
    bits: int
    channels: int
    extra_sample: int
    photometric: int
    compression: int
    predictor: int
    separate: bool
    value_kind: int
    reversed_bits: bool
    segment_width: int
    segment_height: int
    offsets: np.ndarray
    lengths: np.ndarray

    @property
    def is_plain(self) -> bool:
        """bool: Whether the segments hold nothing but whole bytes of grey or
        RGB values."""
        return (self.bits >= 8 and self.compression in _OF_BYTES
                and self.photometric in (WHITE_IS_ZERO, BLACK_IS_ZERO, RGB))

    @property
    def colours(self) -> int:
        """int: Channels without the extra sample."""
        return 3 if self.photometric in (RGB, _YCBCR) else 1

    def check(self, size: int) -> None:
        """Refuse what cannot be read as it was meant.

        Args:
            size (int): Bytes of the file.

        Raises:
            PhotographError: The values are not grey or RGB, no integers of up
                to 16 bits, or segments lie beyond the end.
        """
        colours = _KINDS_OF_COLOURS.get(self.photometric)
        values = _KINDS_OF_VALUES.get(self.value_kind)
        if self.photometric not in (WHITE_IS_ZERO, BLACK_IS_ZERO, RGB,
                                    _PALETTE, _YCBCR):
            colours = colours or 'values of an unknown kind'
        if colours or values:
            raise PhotographError(f'has {colours or values}; {_ADVICE}')
        by_pil = self.bits in (1, 2, 4, 8) and not self.is_plain
        by_us = self.bits in (8, 16) and self.is_plain
        if not by_pil and (self.reversed_bits or not by_us):
            raise PhotographError(
                f'has {self.bits} bits per value (-1 = different ones) in a '
                f'compression or order that is not supported; {_ADVICE}')
        if self.channels - self.colours not in (0, 1):
            raise PhotographError(
                f'has {self.channels} values per pixel; {_ADVICE}')
        self._check_segments(size)

    def _check_segments(self, size: int) -> None:
        across = -(-self.width // self.segment_width)
        down = -(-self.height // self.segment_height)
        needed = across * down * (self.channels if self.separate else 1)
        if needed > _MOST_SEGMENTS:
            raise PhotographError(
                f'consists of {needed} strips or tiles; save it again')
        if self.segment_width * self.segment_height > max(
                self.width * self.height, _LARGEST_TILE):
            raise PhotographError(
                'has a tile far larger than the picture; save it again')
        ends = self.offsets[:needed] + self.lengths[:needed]
        if len(ends) < needed or (ends > size).any():
            raise PhotographError('was cut off; get another copy of it')


def read_layout(fields: Fields, order: str) -> Layout:
    """How the pixels of one directory are stored.

    Args:
        fields (dict): The directory.
        order (str): Its byte order, '<' or '>'.

    Returns:
        Layout: Not yet checked.

    Raises:
        PhotographError: The directory does not say it.
    """

    def values(tag: int, *default: int) -> np.ndarray:
        if tag in fields:
            return fields[tag].integers(order)
        if not default:
            raise PhotographError(
                'is damaged (a tag is missing); get another copy of it')
        return np.array(default)

    def value(tag: int, *default: int) -> int:
        return int(values(tag, *default)[0])

    width, height = value(WIDTH), value(HEIGHT)
    tiled = _TILE_OFFSETS in fields
    offsets = values(_TILE_OFFSETS if tiled else OFFSETS)
    lengths_tag = _TILE_LENGTHS if tiled else LENGTHS
    bits, kinds = values(BITS, 1), values(SAMPLE_FORMAT, _UNSIGNED)
    return Layout(
        order=order,
        width=width,
        height=height,
        bits=int(bits[0]) if len(set(bits)) == 1 else -1,
        channels=value(SAMPLES, 1),
        extra_sample=value(EXTRA_SAMPLES, 2),
        photometric=value(PHOTOMETRIC),
        compression=value(COMPRESSION, NO_COMPRESSION),
        predictor=value(PREDICTOR, NO_PREDICTOR),
        separate=value(PLANES, 1) == 2,
        value_kind=int(max(kinds)),
        reversed_bits=value(FILL_ORDER, 1) == 2,
        segment_width=max(1,
                          value(_TILE_WIDTH) if tiled else width),
        segment_height=max(
            1,
            value(_TILE_HEIGHT)
            if tiled else min(value(ROWS, height), height)),
        offsets=offsets,
        lengths=(values(lengths_tag)
                 if lengths_tag in fields else np.zeros_like(offsets)))
