"""What a picture that PIL has opened says beside its pixels."""
from typing import Optional, Tuple

from PIL import Image, JpegImagePlugin

from .orientation import take_orientation
from .origin import JpegQuality, Origin

# What stands before the metadata in segments of a JPEG file.
XMP_MARK = b'http://ns.adobe.com/xap/1.0/\0'
EXIF_MARK = b'Exif\0\0'


def origin_of(image: Image.Image) -> Tuple[int, Origin]:
    """Orientation and origin of a picture.

    Args:
        image (Image.Image): Any, its format not TIFF, whose tags PIL would
            change.

    Returns:
        tuple[int, Origin]: The orientation, 1 to 8, and the origin of an
        upright photograph.
    """
    exif = image.info.get('exif')
    if exif is not None:
        exif = exif.removeprefix(EXIF_MARK)
    orientation, exif, xmp = take_orientation(exif or None, _xmp_of(image))
    dpi = image.info.get('dpi')
    if dpi is not None and orientation in (5, 6, 7, 8):
        dpi = dpi[::-1]
    comment = image.info.get('comment')
    is_jpeg = image.format in ('JPEG', 'MPO')
    return orientation, Origin(
        'JPEG' if is_jpeg else image.format,
        exif=exif,
        xmp=xmp,
        icc_profile=image.info.get('icc_profile') or None,
        dpi=None if dpi is None else (float(dpi[0]), float(dpi[1])),
        comment=comment if isinstance(comment, bytes) else None,
        jpeg=_jpeg_quality(image) if is_jpeg else None,
        lossless=not is_jpeg)


def _xmp_of(image: Image.Image) -> Optional[bytes]:
    xmp = image.info.get('xmp')
    # Older versions of PIL leave it in the list of a JPEG file's segments.
    for name, data in getattr(image, 'applist', ()):
        if xmp is None and name == 'APP1' and data.startswith(XMP_MARK):
            xmp = data.removeprefix(XMP_MARK)
    return xmp or None


def _jpeg_quality(image: Image.Image) -> JpegQuality:
    subsampling = JpegImagePlugin.get_sampling(image)
    # Of kinds that PIL cannot write, full resolution loses the least.
    return JpegQuality(image.quantization, max(subsampling, 0), 'progressive'
                       in image.info)
