"""How well the corrupted pixels were restored."""
import logging
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
from mmagic.evaluation.metrics.base_sample_wise_metric import \
    BaseSampleWiseMetric
from mmagic.registry import METRICS
from mmengine.logging import print_log

from ..functional import fill_with_mean_color, region_psnr
from .sample_arrays import get_array


@METRICS.register_module()
class RestorationPSNR(BaseSampleWiseMetric):
    """PSNR inside and outside the true mask, beside simple baselines.

    The PSNR of each image, in dB and at most 100, is averaged over the images
    (not the squared errors). An image whose region is empty, for example
    ``PSNR_inside`` of an undamaged image, is left out of that key's mean and
    counted in a warning; a key without any image left is NaN.

    Every sample must hold the damaged image ``input`` ``(3, H, W)``, the truth
    ``gt_img`` ``(3, H, W)``, the true ``mask`` ``(1, H, W)``, 1 = corrupted,
    0 = intact, and in ``output`` the restored ``pred_img`` ``(3, H, W)``; all
    images in [0, 255]. Samples are not modified. Whole-image scores of the
    restored image come from MMagic's own ``PSNR``, ``SSIM`` and ``MAE``.

    Result keys (higher is better):

    - ``PSNR_input``: damaged image, all pixels.
    - ``PSNR_inside``: restored image, corrupted pixels.
    - ``PSNR_inside_input``: damaged image, corrupted pixels.
    - ``PSNR_inside_mean_fill``: corrupted pixels replaced by the mean colour
      of the image's intact pixels, corrupted pixels.
    - ``PSNR_outside``: restored image, intact pixels.

    Args:
        collect_device (str): Where the results of several processes are
            collected, 'cpu' or 'gpu'.
        prefix (str, optional): Put in front of every result key as
            ``prefix/key``.
    """

    metric = 'RestorationPSNR'

    def __init__(self,
                 *,
                 collect_device: str = 'cpu',
                 prefix: Optional[str] = None) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Score a batch, one result per sample.

        Args:
            data_batch (Any): The batch from the data loader, not used.
            data_samples (Sequence[dict]): The predicted samples as dicts.

        Raises:
            KeyError: If a sample lacks a field.
            ValueError: If shapes differ.
        """
        for data_sample in data_samples:
            self.results.append(_score_sample(data_sample))

    def compute_metrics(
            self, results: List[Dict[str,
                                     Optional[float]]]) -> Dict[str, float]:
        """Average the scores over the images that have the region.

        Args:
            results (List[Dict[str, Optional[float]]]): One dict of scores per
                image, None where the region is empty.

        Returns:
            Dict[str, float]: The mean of each score.
        """
        means = {}
        for key in results[0]:
            scores = [
                result[key] for result in results if result[key] is not None
            ]
            if len(scores) < len(results):
                print_log(
                    f'{key}: {len(results) - len(scores)} of {len(results)} '
                    'images have no such pixel and are left out of the mean.',
                    logger='current',
                    level=logging.WARNING)
            means[key] = float(np.mean(scores)) if scores else float('nan')
        return means


def _score_sample(data_sample: dict) -> Dict[str, Optional[float]]:
    corrupted = get_array(data_sample, 'input')
    gt_img = get_array(data_sample, 'gt_img')
    mask = get_array(data_sample, 'mask')
    pred_img = get_array(data_sample['output'], 'pred_img')
    mean_fill = fill_with_mean_color(corrupted, mask)
    return {
        'PSNR_input': region_psnr(corrupted, gt_img),
        'PSNR_inside': region_psnr(pred_img, gt_img, mask),
        'PSNR_inside_input': region_psnr(corrupted, gt_img, mask),
        'PSNR_inside_mean_fill': region_psnr(mean_fill, gt_img, mask),
        'PSNR_outside': region_psnr(pred_img, gt_img, 1 - mask),
    }
