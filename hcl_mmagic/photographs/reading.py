"""Reading photographs of every common kind."""
import os
import stat
import threading
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator, Union

from ..errors import PhotographError
from .decoding import Stored, decode_pnm, decode_webp, decode_with_pil
from .metadata import put_upright
from .photograph import Photograph
from .png import decode_png
from .tiff import decode_tiff

MAX_PIXELS = 100_000_000
_DECODERS = {
    (b'\x89PNG\r\n\x1a\n', ): decode_png,
    (b'\xff\xd8\xff', b'BM', b'GIF87a', b'GIF89a'): decode_with_pil,
    (b'II*\0', b'MM\0*'): decode_tiff,
    tuple(b'P%d' % kind for kind in range(1, 7)): decode_pnm
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
# No photograph has more bytes than this for each pixel of the limit: four
# values of 16 bits. The rest is metadata.
_BYTES_OF_A_PIXEL, _BYTES_OF_METADATA = 8, 2**26
# The filters of Python's warnings belong to all threads together.
_WARNINGS = threading.Lock()


def read_photograph(source: Union[str, os.PathLike, bytes],
                    max_pixels: int = MAX_PIXELS) -> Photograph:
    """Read a photograph of any common kind, from the path of a file or its
    whole content; the content decides which kind.

    PNG, JPEG, TIFF, WebP, BMP, GIF and PPM or PGM files of 1 to 8 or of 16
    bits, grey or RGB, with or without alpha. Values stay as they are stored,
    but palettes become RGB and fewer than 8 bits become 8. Of a JPEG file with
    several pictures (MPO, as phones write it) and of a TIFF file with previews
    the first is the photograph. EXIF rotation is applied.

    More than ``max_pixels`` are refused before they are decoded; PIL's own
    limit, twice ``PIL.Image.MAX_IMAGE_PIXELS``, stays in force. A
    PhotographError if there is no such file; it is no picture, damaged or too
    large; it is animated or has pages; its values are not grey or RGB (CMYK,
    Lab) or no integers of up to 16 bits; its compression takes a package that
    is not installed.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        with explain_failures('the photograph'):
            return decode_photograph(bytes(source), max_pixels)
    with explain_failures(printable_name(source)):
        return decode_photograph(read_file(source, max_pixels), max_pixels)


def decode_photograph(content: bytes,
                      max_pixels: int = MAX_PIXELS,
                      strict: bool = True) -> Photograph:
    """The photograph that a file holds, to be called within
    :func:`explain_failures`. If it is not strict, the first of several
    pictures is taken, and CMYK and Lab values become RGB."""
    # What a decoder has to say is said in errors.
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter('ignore')
        samples, orientation, origin = _find_decoder(content)(content,
                                                              max_pixels,
                                                              strict)
        return Photograph.of_samples(put_upright(samples, orientation), origin)


@contextmanager
def explain_failures(name: str) -> Iterator[None]:
    """Turn what reading and decoding raise into a :class:`PhotographError`
    that says the name and what to do."""
    try:
        yield
    except PhotographError as error:
        raise PhotographError(f'{name} {error}') from None
    except FileNotFoundError:
        raise PhotographError(f'{name} is not there; check its name') from None
    # Decoders raise whatever a damaged file leads them into.
    except Exception as error:
        reason = getattr(error, 'strerror', None)
        if reason:
            raise PhotographError(f'{name} cannot be read: {reason}') from None
        raise PhotographError(
            f'{name} cannot be decoded, it seems to be damaged: '
            f'{str(error) or type(error).__name__}; get another copy of it'
        ) from error


def printable_name(path: Union[str, os.PathLike]) -> str:
    """Names of files may hold bytes that are no text."""
    return os.fsdecode(path).encode('utf-8', 'backslashreplace').decode()


def read_file(path: Union[str, os.PathLike], max_pixels: int) -> bytes:
    """The content of a file, unless reading it could hang or flood; to be
    called within :func:`explain_failures`."""
    facts = os.stat(path)
    if stat.S_ISDIR(facts.st_mode):
        raise PhotographError('is a folder; name a photograph')
    if not stat.S_ISREG(facts.st_mode):
        raise PhotographError('is a device, pipe or socket; name a photograph')
    if facts.st_size > max_pixels * _BYTES_OF_A_PIXEL + _BYTES_OF_METADATA:
        raise PhotographError(
            f'has {facts.st_size} bytes, more than any photograph of '
            f'{max_pixels} pixels; make it smaller or raise the limit')
    return Path(path).read_bytes()


def _find_decoder(content: bytes) -> Callable[[bytes, int, bool], Stored]:
    if not content:
        raise PhotographError('is empty; get another copy of it')
    if content[:4] == b'RIFF' and content[8:12] == b'WEBP':
        return decode_webp
    for starts, decoder in _DECODERS.items():
        if content.startswith(starts):
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
        'is no photograph that can be read; PNG, JPEG, TIFF, WebP, BMP, GIF, '
        'PPM and PGM files can')
