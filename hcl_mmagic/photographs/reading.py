"""Reading photographs of every common kind."""
import os
import re
import stat
import threading
import warnings
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Callable, Dict, Iterator, Union

import numpy as np

from ..errors import PhotographError
from .decoding import Stored, decode_pnm, decode_webp, decode_with_pil
from .kinds import format_of_content, other_kind, raw_format
from .metadata import put_upright
from .optional_formats import decode_optional
from .photograph import Origin, Photograph
from .png import decode_png
from .tiff import DEVELOP, decode_tiff

MAX_PIXELS = 100_000_000
_DECODERS: Dict[str, Callable[[bytes, int, bool], Stored]] = {
    'PNG': decode_png,
    'TIFF': decode_tiff,
    'WEBP': decode_webp,
    'PPM': decode_pnm,
    **dict.fromkeys(['JPEG', 'BMP', 'GIF', 'TGA'], decode_with_pil),
    **{name: partial(decode_optional, name)
       for name in ('AVIF', 'HEIF', 'JXL')}
}  # yapf: disable
# No photograph has more bytes than this for each pixel of the limit: four
# values of 16 bits. The rest is metadata.
_BYTES_OF_A_PIXEL, _BYTES_OF_METADATA = 8, 2**26
_ADDRESS = re.compile(r' <[\w.]+ object at 0x\w+>')
# The filters of Python's warnings belong to all threads together.
_WARNINGS = threading.Lock()


def read_photograph(source: Union[str, os.PathLike, bytes],
                    max_pixels: int = MAX_PIXELS) -> Photograph:
    """Read a photograph of any common kind, from the path of a file or its
    whole content; the content decides which kind.

    PNG, JPEG, TIFF, WebP, BMP, GIF, TGA and PPM or PGM files of 1 to 8 or of
    16 bits, grey or RGB, with or without alpha; AVIF, HEIC and JPEG XL files,
    of 8 bits, if PIL or the package for it can. Values stay as they are
    stored, but palettes become RGB, fewer than 8 bits become 8, and CMYK
    becomes sRGB by its colour profile. Of a JPEG or HEIC file with several
    pictures and of a TIFF file with previews the first is the photograph.
    What its result will not have of the file is in ``origin.lost``. EXIF
    rotation is applied. The pages of a TIFF file are read by
    :class:`~.tiff_pages.TiffPages`.

    More than ``max_pixels`` are refused before they are decoded; PIL's own
    limit, twice ``PIL.Image.MAX_IMAGE_PIXELS``, stays in force. A
    PhotographError if there is no such file; it is no picture, damaged or too
    large; it is animated or has pages; its values are Lab values or no
    integers of up to 16 bits; it takes a package that is not installed.
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
    pictures is taken, and CMYK and Lab values become RGB as PIL does it."""
    # What a decoder has to say is said in errors.
    with without_warnings():
        return photograph_of(
            *_find_decoder(content)(content, max_pixels, strict))


@contextmanager
def without_warnings() -> Iterator[None]:
    """No warnings of Python, one thread after the other."""
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter('ignore')
        yield


def photograph_of(samples: np.ndarray, orientation: int,
                  origin: Origin) -> Photograph:
    """The upright photograph of what a decoder gives."""
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
        # Where it was in memory helps nobody.
        message = _ADDRESS.sub('', str(error)) or type(error).__name__
        raise PhotographError(
            f'{name} cannot be decoded, it seems to be damaged: {message}; '
            'get another copy of it') from error


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
    if facts.st_size > most_bytes(max_pixels):
        raise PhotographError(
            f'has {facts.st_size} bytes, more than any photograph of '
            f'{max_pixels} pixels; make it smaller or raise the limit')
    return Path(path).read_bytes()


def most_bytes(max_pixels: int) -> int:
    """More bytes than a file of a photograph of so many pixels can have."""
    return max_pixels * _BYTES_OF_A_PIXEL + _BYTES_OF_METADATA


def _find_decoder(content: bytes) -> Callable[[bytes, int, bool], Stored]:
    if not content:
        raise PhotographError('is empty; get another copy of it')
    name, raw = format_of_content(content), raw_format(content)
    if name is not None:
        return _DECODERS[name]
    if raw is not None:
        raise PhotographError(f'is a camera raw file ({raw}); {DEVELOP}')
    kind = other_kind(content)
    if kind is not None:
        raise PhotographError(
            f'is {kind}, which cannot be read; save the photograph as PNG or '
            'TIFF')
    raise PhotographError(
        'is no photograph that can be read; PNG, JPEG, TIFF, WebP, BMP, GIF, '
        'TGA, PPM, PGM, AVIF, HEIC and JPEG XL files can')
