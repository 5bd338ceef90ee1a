"""Reading photographs from files."""
import io
from pathlib import Path
from typing import Union

import numpy as np
from PIL import Image, ImageOps

from ...errors import PhotographError
from .metadata import Origin
from .photograph import Photograph


def read_photograph(source: Union[str, Path, bytes],
                    max_pixels: int = 100_000_000) -> Photograph:
    """Read a photograph of 8 bits (PNG and JPEG for now)."""
    try:
        content = source if isinstance(source, bytes) else \
            Path(source).read_bytes()
        with Image.open(io.BytesIO(content)) as image:
            origin = Origin(
                image.format,
                icc_profile=image.info.get('icc_profile'),
                dpi=image.info.get('dpi'))
            upright = ImageOps.exif_transpose(image)
            if upright.mode == 'P':
                upright = upright.convert(
                    'RGBA' if upright.has_transparency_data else 'RGB')
            elif upright.mode == '1':
                upright = upright.convert('L')
            if upright.mode not in ('L', 'LA', 'RGB', 'RGBA'):
                raise ValueError(f'mode {upright.mode}')
            samples = np.array(upright)
    except Exception as error:
        raise PhotographError(f'cannot read the photograph: {error}')
    if upright.mode.endswith('A'):
        return Photograph(samples[..., :-1].copy(), samples[..., -1].copy(),
                          origin)
    return Photograph(samples.reshape(*samples.shape[:2], -1), None, origin)
