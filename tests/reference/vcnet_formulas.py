"""Slow, obvious twins of VCNet's formulas, one image at a time, in numpy."""

from typing import Tuple

import numpy as np


def self_adaptive_bce(prob: np.ndarray, mask: np.ndarray) -> float:
    """Mean over the pixels of one image, both (H, W)."""
    intact = [pixel for pixel in np.ndindex(*mask.shape) if mask[pixel] == 0]
    corrupted = [
        pixel for pixel in np.ndindex(*mask.shape) if mask[pixel] == 1
    ]
    tau = len(intact) / mask.size
    loss = 0.
    for pixel in corrupted:
        loss -= tau * np.log(prob[pixel])
    for pixel in intact:
        loss -= (1 - tau) * np.log(1 - prob[pixel])
    return loss / mask.size


def weighted_statistics(features: np.ndarray, weight: np.ndarray,
                        epsilon: float) -> Tuple[float, float]:
    """Mean and standard deviation of one channel, both maps (H, W)."""
    pixels = list(np.ndindex(*features.shape))
    total = epsilon + sum(weight[p] for p in pixels)
    mean = sum(features[p] * weight[p] for p in pixels) / total
    variance = sum((features[p] * weight[p] - mean)**2 for p in pixels) / total
    return mean, np.sqrt(variance + epsilon)


def context_transfer(features: np.ndarray, mask: np.ndarray,
                     epsilon: float) -> np.ndarray:
    """The operator T for one channel, all maps (H, W)."""
    corrupted, intact = features * mask, features * (1 - mask)
    mean_p, std_p = weighted_statistics(corrupted, mask, epsilon)
    mean_q, std_q = weighted_statistics(intact, 1 - mask, epsilon)
    result = np.zeros_like(features)
    for pixel in np.ndindex(*features.shape):
        standard = (corrupted[pixel] - mean_p) / std_p
        result[pixel] = standard * std_q + mean_q
    return result


def context_norm(features: np.ndarray, mask: np.ndarray, beta: np.ndarray,
                 epsilon: float) -> np.ndarray:
    """PCN of (C, H, W) under a mask (H, W) with one beta per channel."""
    result = np.zeros_like(features)
    for channel in range(len(features)):
        image = features[channel]
        transferred = context_transfer(image, mask, epsilon)
        for pixel in np.ndindex(*image.shape):
            share = mask[pixel]
            context = (
                beta[channel] * transferred[pixel] +
                (1 - beta[channel]) * image[pixel] * share)
            result[channel][pixel] = (
                context * share + image[pixel] * (1 - share))
    return result


def id_mrf(features: np.ndarray, truth: np.ndarray, bandwidth: float,
           epsilon: float) -> float:
    """ID-MRF of two maps (C, H, W)."""
    centre = truth.mean(axis=(1, 2), keepdims=True)

    def vectors(image):
        flat = (image - centre).reshape(len(image), -1).T
        return flat / np.linalg.norm(flat, axis=1, keepdims=True)

    picture, references = vectors(features), vectors(truth)
    best = np.zeros(len(references))
    for vector in picture:
        distance = np.array([(1 - vector @ other) / 2 for other in references])
        relative = distance / (distance.min() + epsilon)
        shares = np.exp((1 - relative) / bandwidth)
        best = np.maximum(best, shares / shares.sum())
    return -np.log(best.mean() + epsilon)
