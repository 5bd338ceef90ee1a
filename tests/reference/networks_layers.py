"""Slow, obvious twins of the layers, one image at a time, in numpy."""

from typing import Optional, Tuple

import numpy as np


def window_attention(
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    table: np.ndarray,
    window_size: int,
    shifted: bool,
    mask: Optional[np.ndarray] = None
) -> Tuple[np.ndarray, Optional[np.ndarray]]:
    """Attention of one head over all pairs of pixels of a map.

    query, key, value are (H, W, D), table is (2 w - 1, 2 w - 1) by distance,
    mask is (H, W) with 1 = corrupted. Returns the output (H, W, D) and the
    updated mask.
    """
    height, width, channels = query.shape
    tall, wide = min(window_size, height), min(window_size, width)
    down = window_size // 2 if shifted and height > window_size else 0
    right = window_size // 2 if shifted and width > window_size else 0

    def place(row, column):
        """Pixel after the cyclic shift, its window, and its region."""
        row, column = (row - down) % height, (column - right) % width
        region = (row >= height - down, column >= width - right)
        return row, column, (row // tall, column // wide), region

    output = np.zeros_like(value)
    updated = None if mask is None else mask.copy()
    for row, column in np.ndindex(height, width):
        here = place(row, column)
        logits, values, corrupted = [], [], []
        for other in np.ndindex(height, width):
            there = place(*other)
            if there[2] != here[2]:
                continue
            logit = query[row, column] @ key[other] / np.sqrt(channels)
            logit += table[here[0] - there[0] + window_size - 1,
                           here[1] - there[1] + window_size - 1]
            logit -= 100 * (there[3] != here[3])
            if mask is not None:
                logit -= 100 * mask[other]
                corrupted.append(mask[other])
            logits.append(logit)
            values.append(value[other])
        weights = np.exp(np.array(logits) - max(logits))
        output[row, column] = weights @ np.array(values) / weights.sum()
        if mask is not None:
            updated[row, column] = float(all(corrupted))
    return output, updated


def partial_conv(image: np.ndarray, mask: np.ndarray, weight: np.ndarray,
                 bias: np.ndarray) -> np.ndarray:
    """Partial convolution; image (C, H, W), mask (H, W) with 1 = corrupted,
    weight (O, C, k, k)."""
    _, height, width = image.shape
    reach = weight.shape[-1] // 2
    output = np.zeros((len(weight), height, width))
    for row, column in np.ndindex(height, width):
        total, count = np.zeros(len(weight)), 0
        for i, j in np.ndindex(weight.shape[2:]):
            y, x = row + i - reach, column + j - reach
            if 0 <= y < height and 0 <= x < width and mask[y, x] == 0:
                total += weight[:, :, i, j] @ image[:, y, x]
                count += 1
        if count:
            area = weight.shape[-1]**2
            output[:, row, column] = total * area / (count + 1e-8) + bias
    return output
