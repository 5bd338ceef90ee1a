"""Reading photographs of every common kind."""
import os
import stat
import threading
import warnings
from pathlib import Path
from typing import Callable, Union

from ...errors import PhotographError
from .decoding import Decoded, decode_webp, decode_with_pil
from .photograph import Photograph
from .png_reading import decode_png
from .pnm_reading import decode_pnm
from .tiff_reading import decode_tiff

_DECODERS = {
    b'\x89PNG\r\n\x1a\n': decode_png,
    b'\xff\xd8\xff': decode_with_pil,  # JPEG
    b'II*\0': decode_tiff,
    b'MM\0*': decode_tiff,
    b'BM': decode_with_pil,
    b'GIF87a': decode_with_pil,
    b'GIF89a': decode_with_pil,
    **{
        b'P%d' % kind: decode_pnm
        for kind in range(1, 7)
    }
}
# Kinds of pictures that people have, but that nothing here reads.
_OTHERS = {
    b'II+\0': 'a BigTIFF file',
    b'MM\0+': 'a BigTIFF file',
    b'8BPS': 'a Photoshop document',
    b'%PDF': 'a PDF document',
    b'\xff\x0a': 'a JPEG XL file',
    b'\0\0\0\x0cJXL ': 'a JPEG XL file',
    b'\0\0\0\x0cjP  ': 'a JPEG 2000 file',
    b'\xff\x4f\xff\x51': 'a JPEG 2000 file',
    b'v/1\x01': 'an OpenEXR file',
    b'<svg': 'a vector drawing'
}
_FTYP_BRANDS = {
    b'avif': 'an AVIF file',
    b'avis': 'an animated AVIF file',
    b'crx ': 'a camera raw file'
}
_READABLE = 'PNG, JPEG, TIFF, WebP, BMP, GIF, PPM and PGM'
# No photograph has more bytes than this for each pixel of the limit: four
# values of 16 bits. The rest is metadata.
_BYTES_OF_A_PIXEL, _BYTES_OF_METADATA = 8, 2**26
# The filters of Python's warnings belong to all threads together.
_WARNINGS = threading.Lock()


def read_photograph(source: Union[str, Path, bytes],
                    max_pixels: int = 100_000_000) -> Photograph:
    """Read a photograph of any common kind; its content decides which.

    PNG, JPEG, TIFF, WebP, BMP, GIF and PPM or PGM files of 1 to 8 or of 16
    bits, grey or RGB, with or without alpha. Values stay as they are stored,
    but palettes become RGB and fewer than 8 bits become 8. Of a JPEG file with
    several pictures (MPO, as phones write it) and of a TIFF file with previews
    the first is the photograph. EXIF rotation is applied.

    Args:
        source (str, Path or bytes): Path of a file, or its whole content.
        max_pixels (int): More pixels are refused before they are decoded.
            PIL's own limit, twice ``PIL.Image.MAX_IMAGE_PIXELS``, stays in
            force.

    Returns:
        Photograph: Upright.

    Raises:
        PhotographError: There is no such file; it is no picture, damaged or
            too large; it is animated or has pages; its values are not grey or
            RGB (CMYK, Lab) or no integers of up to 16 bits.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        name, content = 'the photograph', bytes(source)
    else:
        name = _printable(source)
        content = _read_file(source, name, max_pixels)
    try:
        # What a decoder has to say is said in errors.
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter('ignore')
            decoded = _find_decoder(content)(content, max_pixels)
            del content  # before the values are copied
            return decoded.finish()
    except PhotographError as error:
        raise PhotographError(f'{name} {error}') from None
    # Decoders raise whatever a damaged file leads them into.
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise PhotographError(
            f'{name} cannot be decoded, it seems to be damaged: {reason}; get '
            'another copy of it') from error


def _printable(path: Union[str, Path]) -> str:
    """Names of files may hold bytes that are no text."""
    return os.fsdecode(path).encode('utf-8', 'backslashreplace').decode()


def _read_file(path: Union[str, Path], name: str, max_pixels: int) -> bytes:
    """The content of a file, unless reading it could hang or flood."""
    limit = max_pixels * _BYTES_OF_A_PIXEL + _BYTES_OF_METADATA
    try:
        facts = os.stat(path)
        if stat.S_ISDIR(facts.st_mode):
            raise PhotographError(f'{name} is a folder; name a photograph')
        if not stat.S_ISREG(facts.st_mode):
            raise PhotographError(
                f'{name} is a device, pipe or socket; name a photograph')
        if facts.st_size == 0:
            raise PhotographError(f'{name} is empty; get another copy of it')
        if facts.st_size > limit:
            raise PhotographError(
                f'{name} has {facts.st_size} bytes, more than any photograph '
                f'of {max_pixels} pixels; make it smaller or raise the limit')
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise PhotographError(f'{name} is not there; check its name') from None
    # A zero byte in the name is a ValueError.
    except (OSError, ValueError, MemoryError) as error:
        if isinstance(error, PhotographError):
            raise
        reason = getattr(error, 'strerror', None) or error
        raise PhotographError(f'{name} cannot be read: {reason}') from error


def _find_decoder(content: bytes) -> Callable[[bytes, int], Decoded]:
    if not content:
        raise PhotographError('is empty; get another copy of it')
    if content[:4] == b'RIFF' and content[8:12] == b'WEBP':
        return decode_webp
    for start, decoder in _DECODERS.items():
        if content.startswith(start):
            return decoder
    kind = next(
        (kind for start, kind in _OTHERS.items() if content.startswith(start)),
        None)
    if content[4:8] == b'ftyp':
        kind = _FTYP_BRANDS.get(content[8:12], 'a HEIC file or a film')
    if kind is not None:
        raise PhotographError(
            f'is {kind}, which cannot be read; save it as PNG or TIFF')
    raise PhotographError(
        f'is no photograph that can be read, which are {_READABLE}; save it '
        'as PNG or TIFF')
