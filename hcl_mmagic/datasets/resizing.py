"""Resizing of photographs, as PIL does it, in a third of its time."""
from functools import lru_cache
from typing import Optional

import numpy as np
import torch
import torch.nn.functional as F

from hcl_mmagic.photographs.eight_bits import read_image


# A few pictures used over and over, as in the quickstart, are decoded once.
@lru_cache(maxsize=16)
def read_resized(path: str, short_side: Optional[int]) -> np.ndarray:
    """Decode an image file and resize it, remembering the last results.

    Args:
        path (str): The image file.
        short_side (int, optional): Length of the shorter side, None for the
            original size.

    Returns:
        np.ndarray: uint8 image ``(H, W, 3)``, 0 to 255, RGB, read-only.

    Raises:
        PhotographError: If the file is missing, cut off or no image.
    """
    image = resize_to_short_side(read_image(path), short_side)
    image.setflags(write=False)
    return image


def resize_to_short_side(image: np.ndarray,
                         short_side: Optional[int]) -> np.ndarray:
    """Resize so that the shorter side has this length, see
    :func:`resize_smoothly`.

    Args:
        image (np.ndarray): uint8 or float32 ``(H, W, C)``.
        short_side (int, optional): Length of the shorter side, None for the
            original size.

    Returns:
        np.ndarray: The image ``(H', W', C)``, of the same type.
    """
    if short_side is None:
        return image
    scale = short_side / min(image.shape[:2])
    height, width = (round(side * scale) for side in image.shape[:2])
    return resize_smoothly(image, (height, width))


def resize_smoothly(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resize bilinearly, with smoothing where it shrinks, as PIL does it.

    Args:
        image (np.ndarray): uint8 or float32 ``(H, W, C)``.
        size (tuple[int, int]): Height and width to reach.

    Returns:
        np.ndarray: The image of that size, of the same type.
    """
    if image.shape[:2] == size:
        return image
    # OpenCV would not smooth, and torch takes a third of PIL's time.
    pixels = torch.from_numpy(image)[None].permute(0, 3, 1, 2)
    resized = F.interpolate(pixels, size=size, mode='bilinear', antialias=True)
    return resized.permute(0, 2, 3, 1)[0].numpy()
