"""Patches that are wholly pasted or wholly intact."""
from collections.abc import Iterable
from typing import NamedTuple

import cv2
import numpy as np


class Patches(NamedTuple):
    """Patches of many samples, as many pasted as intact ones of each: uint8
    ``pixels`` ``(N, S, S, 3)``, bool ``pasted`` ``(N, )``, and ``groups``
    ``(N, )``, one number per photograph."""

    pixels: np.ndarray
    pasted: np.ndarray
    groups: np.ndarray


def collect_patches(samples: Iterable[tuple[np.ndarray, np.ndarray, str]],
                    *,
                    size: int,
                    margin: int,
                    most_per_sample: int = 8) -> Patches:
    """Cut patches out of damaged photographs, away from the edge of the mask.

    Samples without both kinds of patches are left out, and each photograph
    gives as many of one kind as of the other: what it shows cannot tell them
    apart.

    Args:
        samples (Iterable[tuple]): Damaged photograph (uint8 ``(H, W, 3)``),
            mask (``(H, W)``, 1 = corrupted, 0 = intact) and its name.
        size (int): Side of a patch in pixels.
        margin (int): A patch keeps this far from pixels of the other kind;
            beyond the reach of the feathered edge.
        most_per_sample (int): Most patches of each kind per sample, drawn
            from ``np.random``.
    """
    pixels, pasted, names = [], [], []
    for image, mask, name in samples:
        corners = [
            _free_corners(mask == kind, size, margin, most_per_sample)
            for kind in (1, 0)
        ]
        count = min(map(len, corners))
        for kind, found in zip((True, False), corners):
            for top, left in found[:count]:
                pixels.append(image[top:top + size, left:left + size])
                pasted.append(kind)
                names.append(name)
    shape = (len(pixels), size, size, 3)
    _, groups = np.unique(names, return_inverse=True)
    return Patches(
        np.array(pixels, np.uint8).reshape(shape), np.array(pasted, bool),
        groups.reshape(-1))


def _free_corners(region: np.ndarray, size: int, margin: int,
                  most: int) -> list[tuple[int, int]]:
    """Top left corners of patches inside a region that do not overlap."""
    reach = 2 * margin + 1
    # Beyond the border of the picture there is nothing to keep away from.
    inside = cv2.erode(
        region.astype(np.uint8),
        np.ones((reach, reach), np.uint8),
        borderType=cv2.BORDER_CONSTANT,
        borderValue=(1, ))
    counts = cv2.integral(inside)
    sums = (
        counts[size:, size:] - counts[:-size, size:] - counts[size:, :-size] +
        counts[:-size, :-size])
    chosen: list[tuple[int, int]] = []
    for top, left in np.random.permutation(np.argwhere(sums == size**2)):
        if all(
                abs(top - other[0]) >= size or abs(left - other[1]) >= size
                for other in chosen):
            chosen.append((int(top), int(left)))
        if len(chosen) == most:
            break
    return chosen
