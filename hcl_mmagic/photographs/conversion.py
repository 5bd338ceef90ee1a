"""Photographs from what other programs hold in memory."""
import os
import sys
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from ..errors import PhotographError
from .decoding import values_of
from .metadata import origin_of, put_upright
from .photograph import Photograph
from .reading import explain_failures, read_photograph

_EXPECTED = ('a picture of PIL, an array (H, W) or (H, W, C) of uint8 or '
             'uint16, or a tensor (C, H, W) of floats in [0, 1] or of uint8, '
             'where C is 1 to 4: grey, grey and alpha, RGB, RGB and alpha')


def as_photograph(image: Any) -> Photograph:
    """Photograph of a file, or of what another program holds in memory.

    Paths and contents of files are read, see
    :func:`~hcl_mmagic.photographs.reading.read_photograph`. A photograph comes
    back itself. Pictures of PIL keep their EXIF block, colour profile and
    resolution, and their rotation is applied. Arrays are ``(H, W)`` or ``(H,
    W, C)``, uint8 or uint16, and may share their memory with the photograph.
    Tensors are ``(C, H, W)``: uint8, or floats in [0, 1], which are rounded to
    8 bits. C is 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGB, alpha). What
    comes from no file is written as PNG. A PhotographError if it is something
    else, or cannot be read.
    """
    if isinstance(image, Photograph):
        return image
    if isinstance(image, (str, os.PathLike, bytes)):
        return read_photograph(image)
    if isinstance(image, Image.Image):
        return _from_pil(image)
    torch = sys.modules.get('torch')
    if torch is not None and isinstance(image, torch.Tensor):
        image = _array_of_tensor(image)
    if not isinstance(image, np.ndarray):
        raise PhotographError(
            f'an image should be {_EXPECTED}; it is of {type(image)}')
    return _from_array(image)


def _from_pil(image: Image.Image) -> Photograph:
    # Its file may be damaged in any way.
    with explain_failures('the picture'):
        image.load()
        orientation, origin = origin_of(image)
        samples, origin = values_of(image, origin)
        return Photograph.of_samples(
            put_upright(samples, orientation),
            replace(origin, format='PNG', jpeg=None))


def _array_of_tensor(tensor: Any) -> np.ndarray:
    tensor = tensor.detach().cpu()
    if tensor.ndim != 3:
        raise PhotographError(f'an image should be {_EXPECTED}; it is a '
                              f'tensor of shape {tuple(tensor.shape)}')
    if tensor.is_floating_point():
        # Comparisons with NaN are false.
        if not ((tensor >= 0) & (tensor <= 1)).all():
            raise PhotographError('a tensor of floats should hold values in '
                                  '[0, 1]; divide by the largest value')
        tensor = (tensor.float() * 255).round().byte()
    return tensor.permute(1, 2, 0).numpy()


def _from_array(array: np.ndarray) -> Photograph:
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or not 1 <= array.shape[2] <= 4 or \
            array.dtype.kind != 'u' or array.itemsize > 2:
        raise PhotographError(f'an image should be {_EXPECTED}; it is of '
                              f'{array.dtype} and shape {array.shape}')
    array = array.astype(array.dtype.newbyteorder('='), copy=False)
    return Photograph.of_samples(array)
