"""Decoding of image files of every common kind to 8 bits."""
import io
from typing import Optional

import cv2
import numpy as np
from PIL import Image, ImageOps

JPEG_START = b'\xff\xd8'
PNG_START = b'\x89PNG'

# Tags of EXIF and TIFF, and the values that need care.
_ORIENTATION = 274
_WIDTH, _HEIGHT = 256, 257
_BITS_PER_SAMPLE = 258
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0
_PLANES, _SEPARATE = 284, 2


def decode_image(content: bytes, mode: str, background: int) -> np.ndarray:
    """Decode the content of an image file.

    Values of 16 bits keep their upper 8. What is transparent shows the
    background. Of several pages the first is taken; colour profiles are not
    applied.

    Args:
        content (bytes): The whole file.
        mode (str): 'RGB' or 'L' (grey).
        background (int): Grey value behind transparent pixels, 0 to 255.

    Returns:
        np.ndarray: uint8 image, upright, ``(H, W, 3)`` or ``(H, W)``.

    Raises:
        OSError, SyntaxError, ValueError: The file is no image, damaged, or
            holds values that do not map to 0 to 255.
    """
    decoded = _decode_quickly(content, mode)
    if decoded is not None:
        return decoded
    with Image.open(io.BytesIO(content)) as image:
        tags = getattr(image, 'tag_v2', {})
        if tags.get(_PLANES) == _SEPARATE and \
                max(tags.get(_BITS_PER_SAMPLE, (8, ))) > 8:  # PIL gives noise
            raise ValueError('TIFF with 16 bits and separate colour planes; '
                             'save it with 8 bits or as PNG')
        ImageOps.exif_transpose(image, in_place=True)
        upright = _reduce_to_8_bits(image,
                                    tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO)
        if upright.has_transparency_data:
            behind = Image.new('RGBA', upright.size, (background, ) * 3)
            upright = Image.alpha_composite(behind, upright.convert('RGBA'))
        return np.array(upright.convert(mode))


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Height and width of a picture that is put upright, without decoding.

    Args:
        image (Image.Image): As opened from a file.

    Returns:
        tuple[int, int]: Height and width in pixels.
    """
    # Of a TIFF file some versions of PIL tell the upright size already.
    tags = getattr(image, 'tag_v2', {})
    width = tags.get(_WIDTH, image.width)
    height = tags.get(_HEIGHT, image.height)
    sideways = read_orientation(image) in (5, 6, 7, 8)
    return (width, height) if sideways else (height, width)


def read_orientation(image: Image.Image) -> int:
    """How a camera was held: 1 = upright, 2 to 8 as EXIF defines them.

    Args:
        image (Image.Image): As opened from a file.

    Returns:
        int: The orientation, 1 where the file does not tell.
    """
    # PNG files have a getexif of their own, which decodes the whole picture.
    return Image.Image.getexif(image).get(_ORIENTATION, 1)


def jpeg_is_complete(content: bytes) -> bool:
    """Whether an end marker follows the scan; thumbnails have their own."""
    position = 2
    while content[position:position + 1] == b'\xff':
        marker = content[position + 1:position + 2]
        if marker == b'\xda':
            return b'\xff\xd9' in content[position:]
        length = content[position + 2:position + 4]
        position += 2 + int.from_bytes(length, 'big')
    return False


def _decode_quickly(content: bytes, mode: str) -> Optional[np.ndarray]:
    """What OpenCV decodes like PIL, but in half of the time: JPEG files to
    RGB and opaque PNG files of 8 grey bits to grey. None for all others, and
    for files that were cut off, which OpenCV would not tell."""
    if mode == 'RGB' and content.startswith(JPEG_START):
        if jpeg_is_complete(content):
            pixels = np.frombuffer(content, np.uint8)
            image = cv2.imdecode(pixels, cv2.IMREAD_COLOR)
            return None if image is None else cv2.cvtColor(
                image, cv2.COLOR_BGR2RGB, dst=image)
    elif mode == 'L' and content.startswith(PNG_START):
        opaque = b'tRNS' not in content[:content.find(b'IDAT')]
        if opaque and content[24:26] == b'\x08\x00' and \
                b'IEND' in content[-12:]:
            pixels = np.frombuffer(content, np.uint8)
            return cv2.imdecode(pixels, cv2.IMREAD_GRAYSCALE)
    return None


def _reduce_to_8_bits(image: Image.Image, white_is_zero: bool) -> Image.Image:
    """Grey values of more bits, at which PIL's own conversion would clip."""
    if image.mode == 'F':
        raise ValueError('floating-point values; save it with 8 or 16 bits')
    if not image.mode.startswith('I'):
        return image
    values = np.asarray(image)
    if values.min() < 0 or values.max() > 0xFFFF:
        raise ValueError('32 bits per value; save it with 8 or 16 bits')
    grey = (values // 256).astype(np.uint8)
    # PIL turns such values around at 8 bits, but not at 16.
    return Image.fromarray(255 - grey if white_is_zero else grey)
