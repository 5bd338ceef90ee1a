"""Scores of single images, as pure functions of arrays."""
from .mask_scores import (PROB_EPSILON, accuracy, binary_cross_entropy,
                          f1_score, iou, is_oriented, mask_scores)
from .region_psnr import MAX_PSNR, fill_with_mean_color, region_psnr

__all__ = [
    'MAX_PSNR', 'PROB_EPSILON', 'accuracy', 'binary_cross_entropy', 'f1_score',
    'fill_with_mean_color', 'iou', 'is_oriented', 'mask_scores', 'region_psnr'
]
