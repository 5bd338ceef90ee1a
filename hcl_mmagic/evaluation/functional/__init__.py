"""Scores of single images, as pure functions of arrays."""
from .found_region_scores import ALTERED_SHARE, found_region_scores
from .frechet import frechet_distance
from .mask_scores import (PROB_EPSILON, accuracy, binary_cross_entropy,
                          f1_score, iou, is_oriented, mask_scores)
from .ratio_bins import (DETECTION_BINS, RESTORATION_BINS, RatioBin,
                         bin_suffix, check_ratio_bins, is_in_bin, mask_ratio)
from .region_scores import (MAX_PSNR, fill_with_mean_color, region_mae,
                            region_psnr, region_ssim, ssim_map)
from .score_regions import (REGIONS, check_regions, region_mean, region_suffix,
                            select_regions)

__all__ = [
    'ALTERED_SHARE', 'DETECTION_BINS', 'MAX_PSNR', 'PROB_EPSILON', 'REGIONS',
    'RESTORATION_BINS', 'RatioBin', 'accuracy', 'bin_suffix',
    'binary_cross_entropy', 'check_ratio_bins', 'check_regions', 'f1_score',
    'fill_with_mean_color', 'found_region_scores', 'frechet_distance', 'iou',
    'is_in_bin', 'is_oriented', 'mask_ratio', 'mask_scores', 'region_mae',
    'region_mean', 'region_psnr', 'region_ssim', 'region_suffix',
    'select_regions', 'ssim_map'
]
