"""How near the restored pixels come to the truth."""
from typing import Any

from mmagic.registry import METRICS

from ..functional import (fill_with_mean_color, region_mae, region_psnr,
                          region_ssim, region_suffix, ssim_map)
from .binned_metric import RestorationMetric, Row, get_array


@METRICS.register_module()
class RestorationQuality(RestorationMetric):
    """PSNR, SSIM and MAE by region, beside simple baselines.

    The scores of each image are averaged over the images (decibels, not
    squared errors). An image without the region, for example an undamaged one
    for ``PSNR_inside``, is left out of that key's mean and counted in a
    warning; a key without any image left is NaN.

    Samples hold what :class:`RestorationMetric` says and the damaged image
    ``input`` ``(3, H, W)`` in [0, 255]. They are not modified.

    Result keys, of the restored image:

    - ``PSNR``, ``PSNR_inside``, ``PSNR_outside``: in dB, at most 100, higher
      is better.
    - ``SSIM``, ``SSIM_inside``, ``SSIM_outside``: at most 1, higher is better.
    - ``MAE``, ``MAE_inside``, ``MAE_outside``: in [0, 1], lower is better.

    Whole-image scores are those of MMagic's metrics of the same names, but
    for the limit of the PSNR, which MMagic does not have. With ``baselines``
    also:

    - ``PSNR_input``: damaged image, all pixels.
    - ``PSNR_inside_input``: damaged image, corrupted pixels.
    - ``PSNR_inside_mean_fill``: corrupted pixels replaced by the mean colour
      of the image's intact pixels, corrupted pixels.

    Args:
        baselines (bool): Whether to score the damaged image, too.
        **kwargs: See :class:`RestorationMetric`.
    """

    metric = 'RestorationQuality'

    def __init__(self, *, baselines: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.baselines = baselines

    def score_sample(self, data_sample: dict) -> Row:
        """Scores of one restored image."""
        gt_img = get_array(data_sample, 'gt_img')
        pred_img = get_array(data_sample['output'], 'pred_img')
        similarity = ssim_map(pred_img, gt_img)
        scores: Row = {}
        for region, pixels in self.get_regions(data_sample).items():
            suffix = region_suffix(region)
            scores[f'PSNR{suffix}'] = region_psnr(pred_img, gt_img, pixels)
            scores[f'SSIM{suffix}'] = region_ssim(similarity, pixels)
            scores[f'MAE{suffix}'] = region_mae(pred_img, gt_img, pixels)
        if self.baselines:
            scores.update(_score_baselines(data_sample))
        return scores


def _score_baselines(data_sample: dict) -> Row:
    corrupted = get_array(data_sample, 'input')
    gt_img = get_array(data_sample, 'gt_img')
    mask = get_array(data_sample, 'mask')
    mean_fill = fill_with_mean_color(corrupted, mask)
    return {
        'PSNR_input': region_psnr(corrupted, gt_img),
        'PSNR_inside_input': region_psnr(corrupted, gt_img, mask),
        'PSNR_inside_mean_fill': region_psnr(mean_fill, gt_img, mask),
    }
