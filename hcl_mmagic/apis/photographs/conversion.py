"""Photographs from what other programs hold in memory."""
from typing import Any

import numpy as np
from PIL import Image

from ...errors import PhotographError
from .photograph import Photograph


def as_photograph(image: Any) -> Photograph:
    """Photograph from a PIL image, an array, a tensor or a photograph."""
    if isinstance(image, Photograph):
        return image
    if isinstance(image, Image.Image):
        image = np.array(image)
    elif hasattr(image, 'detach'):
        image = image.detach().cpu().permute(1, 2, 0)
        if image.is_floating_point():
            image = (image * 255).round().byte()
        image = image.numpy()
    if not isinstance(image, np.ndarray):
        raise PhotographError(f'expected an image, got {type(image)}')
    if image.ndim == 2:
        image = image[..., None]
    if image.shape[2] in (2, 4):
        return Photograph(image[..., :-1].copy(), image[..., -1].copy())
    return Photograph(image)
