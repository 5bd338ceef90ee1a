"""Reading PPM and PGM files."""
import re

import numpy as np

from ...errors import PhotographError
from .decoding import Decoded, check_size, decode_with_pil
from .origin import Origin

# Width, height and largest value, each after blanks and comments, then one
# blank before the values.
_NUMBER = rb'(?:\s|#[^\r\n]*[\r\n])+(\d{1,10})'
_HEADER = re.compile(rb'P([2356])' + 3 * _NUMBER + rb'\s')


def decode_pnm(content: bytes, max_pixels: int) -> Decoded:
    """Decode a PBM, PGM or PPM file.

    Values of more than 8 bits are scaled to 16, as PIL does with 8.

    Args:
        content (bytes): The whole file.
        max_pixels (int): More are refused.

    Returns:
        Decoded: The photograph, of 8 or 16 bits.

    Raises:
        PhotographError: The file is cut off, too large, or a text of values
            beyond 8 bits.
        Exception: Whatever PIL raises on a damaged file.
    """
    header = _HEADER.match(content)
    if header is None or int(header[4]) <= 255:
        return decode_with_pil(content, max_pixels)
    width, height, largest = (int(header[place]) for place in (2, 3, 4))
    check_size(width, height, max_pixels)
    if largest > 65535 or header[1] in b'23':
        raise PhotographError(
            'has more than 16 bits per value, or 16 bits written as a text; '
            'save it as PNG or TIFF')
    channels = 3 if header[1] == b'6' else 1
    count = width * height * channels
    if len(content) - header.end() < 2 * count:
        raise PhotographError('was cut off; get another copy of it')
    values = np.frombuffer(content, '>u2', count, header.end())
    if largest == 65535:
        pixels = values.astype(np.uint16)
    else:
        scale = 65535 / largest
        pixels = np.rint(np.minimum(values, largest) * scale).astype(np.uint16)
    pixels = pixels.reshape(height, width, channels)
    return Decoded(lambda: (pixels, None), Origin('PPM'))
