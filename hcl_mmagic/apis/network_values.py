"""Between a photograph's values and those of the networks."""

import numpy as np
import torch
from torch import Tensor


def to_network(pixels: np.ndarray) -> Tensor:
    """Values of a photograph as the networks want them.

    Args:
        pixels (np.ndarray): Grey or RGB, ``(H, W, 1 or 3)``, uint8 or uint16.

    Returns:
        Tensor: RGB in [-1, 1], ``(1, 3, H, W)``, float32.
    """
    half = np.float32(np.iinfo(pixels.dtype).max / 2)
    values = torch.from_numpy(pixels.astype(np.float32) / half - 1)
    return values.permute(2, 0, 1).expand(3, -1, -1)[None].contiguous()


def from_network(image: Tensor, like: np.ndarray) -> np.ndarray:
    """Values of the networks as those of a photograph, not rounded yet.

    Args:
        image (Tensor): RGB in [-1, 1], ``(1, 3, H, W)``.
        like (np.ndarray): A photograph: its dtype and number of channels are
            taken. Grey is the mean of the three channels.

    Returns:
        np.ndarray: ``(H, W, 1 or 3)``, float32, from 0 to the dtype's
        largest value.
    """
    values = image[0].float().clamp(-1, 1).add(1)
    values = values.mul(float(np.iinfo(like.dtype).max / 2)).permute(1, 2, 0)
    if like.shape[2] == 1:
        values = values.mean(2, keepdim=True)
    return values.cpu().numpy()


def as_eight_bits(pixels: np.ndarray) -> np.ndarray:
    """The upper 8 bits of each value, for what needs no more.

    Args:
        pixels (np.ndarray): uint8 or uint16, any shape.

    Returns:
        np.ndarray: uint8, same shape; the same array if it has 8 bits.
    """
    if pixels.dtype == np.uint8:
        return pixels
    return (pixels >> 8).astype(np.uint8)
