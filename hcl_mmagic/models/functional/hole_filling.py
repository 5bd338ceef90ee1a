"""Filling the damaged part of a picture from its surroundings."""

import torch.nn.functional as F
from torch import Tensor


def fill_smoothly(image: Tensor, mask: Tensor) -> Tensor:
    """Fill the damage of ``(N, C, H, W)`` with the colours around it, nothing
    learnt; the mask ``(N, 1, H, W)`` is 1 = corrupted, 0 = intact.

    Push and pull on a pyramid (Gortler et al., `The Lumigraph
    <https://doi.org/10.1145/237170.237200>`_, 1996, section 3.4): 2x2 pixels
    are averaged as far as they are known, until one pixel is left; on the way
    back what is not known at a level is interpolated from the next coarser
    one. A pixel of a coarser level is known as far as its four children are,
    and entirely if the known ones add up to one. Intact pixels stay as they
    were; a picture without any becomes 0, the middle of the networks' range.
    """
    known = 1 - mask
    # Colours are kept multiplied by how far they are known.
    levels = [(image * known, known)]
    while max(known.shape[-2:]) > 1:
        color, known = (_sum_of_children(part) for part in levels[-1])
        scale = known.clamp(max=1) / known.clamp(min=1e-8)
        levels.append((color * scale, known * scale))
    filled, known = levels.pop()
    filled = filled / known.clamp(min=1e-8)
    while levels:
        color, known = levels.pop()
        coarser = F.interpolate(filled, size=known.shape[-2:], mode='bilinear')
        filled = color + (1 - known) * coarser
    return filled


def _sum_of_children(level: Tensor) -> Tensor:
    """Of 2x2 pixels each; fewer where a side is odd."""
    height, width = level.shape[-2:]
    padded = F.pad(level, (0, width % 2, 0, height % 2))
    return 4 * F.avg_pool2d(padded, 2)
