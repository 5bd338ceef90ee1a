"""AVIF, HEIC and JPEG XL files, which PIL reads with an optional package."""
import importlib
import io
from dataclasses import replace
from typing import NamedTuple, Optional

from PIL import Image, features

from ..errors import PhotographError
from .decoding import Stored, check_size, refuse_animation, samples_of
from .jpeg_xl import bits_of_values
from .metadata import origin_of


class _Package(NamedTuple):
    module: str
    name: str  # to be installed
    kind: str  # of the file, in words


_PACKAGES = {
    'AVIF': _Package('pillow_avif', 'pillow-avif-plugin', 'an AVIF file'),
    'HEIF': _Package('pillow_heif', 'pillow-heif', 'a HEIC file'),
    'JXL': _Package('pillow_jxl', 'pillow-jxl-plugin', 'a JPEG XL file')
}


def decode_optional(name: str, content: bytes, max_pixels: int,
                    strict: bool) -> Stored:
    """Decode a file of the format 'AVIF', 'HEIF' or 'JXL', see
    :mod:`.decoding`; a PhotographError that names the package if it is not
    installed. Values are of 8 bits; what has more says so in its origin."""
    _register(name)
    with io.BytesIO(content) as stream, Image.open(
            stream, formats=(name, )) as image:
        check_size(image.width, image.height, max_pixels)
        if name != 'HEIF':  # of which the first picture is the photograph
            refuse_animation(image, strict)
        image.load()
        orientation, origin = origin_of(image)
    lost = {}
    if name == 'HEIF' and getattr(image, 'n_frames', 1) > 1:
        lost['pictures'] = 'other pictures of the same file'
    samples = samples_of(image, strict)
    bits = bits_of_values(content) if name == 'JXL' else _bits_of(content)
    if bits is not None and bits > 8 * samples.itemsize:
        lost['bits'] = (f'its values of {bits} bits, read as '
                        f'{8 * samples.itemsize}')
    return samples, orientation, replace(
        origin, format=name, lossless=False, lost=lost)


def _register(name: str) -> None:
    package = _PACKAGES[name]
    if name == 'AVIF' and features.check('avif'):
        return
    try:
        module = importlib.import_module(package.module)
    except ImportError:
        raise PhotographError(
            f'is {package.kind}, which takes the package {package.name} to '
            f'read; install it (pip install {package.name}), or save the '
            'photograph as PNG or TIFF') from None
    if name == 'HEIF':
        module.register_heif_opener()


def _bits_of(content: bytes) -> Optional[int]:
    """Bits of a value, as the first such box of an AVIF or HEIC file says."""
    place = content.find(b'pixi', 0, 2**16)
    box = content[place + 8:place + 10]
    return box[1] if place > 0 and len(box) == 2 and box[0] else None
