"""Photographs as the content of files."""
import io
import struct
from typing import Any, Callable, Dict, Optional

import cv2
import numpy as np
from PIL import Image

from ..errors import PhotographError
from .decoding import exchange_red_and_blue
from .metadata import EXIF_MARK, XMP_MARK
from .photograph import Origin, Photograph
from .png import INCHES_OF_A_METRE, encode_png
from .tiff import encode_tiff

# The quality that a WebP file was written with is not stored in it.
WEBP_QUALITY = 95
_EXTENSIONS = {'PNG': '.png', 'TIFF': '.tif', 'JPEG': '.jpg', 'WEBP': '.webp',
               'BMP': '.bmp', 'GIF': '.gif', 'TGA': '.tga'}  # yapf: disable
_LOSSLESS = 'PNG', 'TIFF'
_COLOURS_OF_GIF = 256
_BMP_HEADER = 122  # bytes of both headers, version 4, which has alpha


def encode_photograph(photograph: Photograph,
                      keep_format: bool = False) -> bytes:
    """The photograph as the content of a file, to be written under a name that
    ends with :func:`result_extension`.

    Metadata (EXIF, XMP, colour profile, resolution, and what else PNG and TIFF
    files say) stay, as far as the format can hold them; they call the
    photograph upright. Without ``keep_format`` every value stays: a TIFF file
    stays one (compressed with deflate), all others become PNG. With it, it is
    encoded in the format of the original, JPEG with its quantisation tables
    and subsampling, lossy WebP with the quality 95, GIF with at most 256
    colours; :func:`keep_format_changes` says what that changes. A
    PhotographError if that format cannot hold it.
    """
    format_name = _result_format(photograph, keep_format)
    origin = photograph.origin or Origin('PNG')
    try:
        return _ENCODERS[format_name](photograph, origin)
    # What PIL and struct say of metadata that a format cannot hold.
    except (OSError, ValueError, struct.error) as error:
        raise PhotographError(
            f'the photograph cannot be written as {format_name}: {error}; '
            'write it without keeping the format') from error


def encode_mask(mask: np.ndarray) -> bytes:
    """A mask, 1 = corrupted, 0 = intact, ``(H, W)``, uint8, as the content of
    a PNG file: white = corrupted."""
    return encode_photograph(Photograph(255 * mask[..., None]))


def result_extension(photograph: Photograph, keep_format: bool = False) -> str:
    """Ending of the name of a file with the encoded photograph, such as
    '.png'; arguments as of :func:`encode_photograph`."""
    format_name = _result_format(photograph, keep_format)
    if format_name == 'PPM':
        return '.ppm' if photograph.pixels.shape[2] == 3 else '.pgm'
    return _EXTENSIONS[format_name]


def can_keep_format(photograph: Photograph) -> bool:
    """Whether files of the original's format can be written."""
    return (photograph.origin or Origin('PNG')).format in _ENCODERS


def keep_format_changes(photograph: Photograph) -> Optional[str]:
    """What encoding in the original's format changes outside of the mask, as
    one sentence for the user; None if nothing changes."""
    origin = photograph.origin or Origin('PNG')
    if origin.format == 'JPEG':
        return ('All pixels of a JPEG file are encoded again, at the '
                "original's quality, so those outside of the mask change by "
                'a few levels as well.')
    if origin.format == 'WEBP' and not origin.lossless:
        return ('All pixels of a lossy WebP file are encoded again, at the '
                f'quality {WEBP_QUALITY} as the original does not tell its '
                'own, so those outside of the mask change by a few levels as '
                'well.')
    if origin.format == 'GIF':
        return (f'A GIF file holds {_COLOURS_OF_GIF} colours, so if the '
                'restored photograph has more, pixels outside of the mask '
                'change to the nearest of them.')
    return None


def _result_format(photograph: Photograph, keep_format: bool) -> str:
    original = (photograph.origin or Origin('PNG')).format
    if keep_format and original not in _ENCODERS:
        raise PhotographError(f'the photograph cannot be written as {original}'
                              '; write it without keeping the format')
    return original if keep_format or original in _LOSSLESS else 'PNG'


def _encode_jpeg(photograph: Photograph, origin: Origin) -> bytes:
    options = dict(origin.jpeg or {}, comment=origin.comment or b'')
    if origin.exif is not None:
        options['exif'] = EXIF_MARK + origin.exif
    if origin.xmp is not None:
        segment = XMP_MARK + origin.xmp
        options['extra'] = b'\xff\xe1' + struct.pack(
            '>H',
            len(segment) + 2) + segment
    return _save_with_pil(photograph, origin, **options)


def _encode_webp(photograph: Photograph, origin: Origin) -> bytes:
    return _save_with_pil(
        photograph,
        origin,
        lossless=origin.lossless,
        quality=WEBP_QUALITY,
        exact=True,  # also the colours behind full transparency
        exif=origin.exif or b'',
        xmp=origin.xmp or b'')


def _encode_gif(photograph: Photograph, origin: Origin) -> bytes:
    image = photograph.to_pil()
    if image.mode != 'L' and image.getcolors(_COLOURS_OF_GIF) is None:
        image = image.quantize(_COLOURS_OF_GIF, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    image.save(stream, 'GIF', comment=origin.comment or b'')
    return stream.getvalue()


def _encode_bmp(photograph: Photograph, origin: Origin) -> bytes:
    if photograph.alpha is None:
        return _save_with_pil(photograph, origin)
    # By hand, as neither PIL nor OpenCV say in the header that there is alpha.
    dpi = origin.dpi or (0, 0)
    pixels = photograph.samples[::-1, :, [2, 1, 0, 3]].tobytes()
    header = struct.pack('<2sI4xI', b'BM', _BMP_HEADER + len(pixels),
                         _BMP_HEADER)
    header += struct.pack('<IiiHHIIiiII4I4s48x', _BMP_HEADER - len(header),
                          photograph.width, photograph.height, 1, 32, 3,
                          len(pixels),
                          *(round(value * INCHES_OF_A_METRE) for value in dpi),
                          0, 0, 0xFF0000, 0xFF00, 0xFF, 0xFF000000, b'BGRs')
    return header + pixels


def _encode_pnm(photograph: Photograph, origin: Origin) -> bytes:
    """With OpenCV, as PIL would keep 8 bits."""
    pixels = photograph.pixels
    if pixels.shape[2] == 1:
        return cv2.imencode('.pgm', pixels)[1].tobytes()
    return cv2.imencode('.ppm', exchange_red_and_blue(pixels))[1].tobytes()


def _save_with_pil(photograph: Photograph, origin: Origin,
                   **options: Any) -> bytes:
    if origin.icc_profile is not None:
        options['icc_profile'] = origin.icc_profile
    if origin.dpi is not None:
        options['dpi'] = origin.dpi
    stream = io.BytesIO()
    photograph.to_pil().save(stream, origin.format, **options)
    return stream.getvalue()


_ENCODERS: Dict[str, Callable[[Photograph, Origin], bytes]] = {
    'PNG': encode_png,
    'TIFF': encode_tiff,
    'JPEG': _encode_jpeg,
    'WEBP': _encode_webp,
    'GIF': _encode_gif,
    'BMP': _encode_bmp,
    'TGA': _save_with_pil,
    'PPM': _encode_pnm
}
