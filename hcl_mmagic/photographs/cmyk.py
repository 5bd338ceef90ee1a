"""CMYK pictures, whose four inks become RGB."""
import io
from dataclasses import replace
from typing import Any, Optional, Tuple

import numpy as np
from PIL import Image, ImageCms

from .photograph import Origin

_PIXELS_OF_A_BAND = 2**20


def read_cmyk(image: Image.Image, origin: Origin) -> Tuple[np.ndarray, Origin]:
    """Values ``(H, W, 3)``, uint8, of a CMYK picture that PIL has loaded, in
    sRGB by its colour profile, and the origin that says so. Without a profile
    that can be used the inks are taken for ideal ones, and no profile is
    given to the result."""
    transform = _transform_of(origin.icc_profile)
    if transform is None:
        profile, how = None, 'as it has no colour profile, roughly'
    else:
        profile = ImageCms.ImageCmsProfile(
            ImageCms.createProfile('sRGB')).tobytes()
        how = 'by its colour profile'
    samples = np.empty((image.height, image.width, 3), np.uint8)
    step = max(1, _PIXELS_OF_A_BAND // image.width)
    for top in range(0, image.height, step):
        inks = image.crop((0, top, image.width, min(top + step, image.height)))
        band = inks.convert('RGB') if transform is None else \
            ImageCms.applyTransform(inks, transform)
        samples[top:top + step] = np.asarray(band)
    lost = dict(origin.lost, cmyk=f'its CMYK values, read as sRGB {how}')
    return samples, replace(origin, icc_profile=profile, lost=lost)


def _transform_of(profile: Optional[bytes]) -> Any:
    """From a CMYK profile to sRGB; None if there is no such profile."""
    try:
        return ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile or b'')),
            ImageCms.createProfile('sRGB'), 'CMYK', 'RGB',
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION)
    except (ImageCms.PyCMSError, OSError):
        return None
