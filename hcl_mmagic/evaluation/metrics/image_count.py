"""How many images the scores are means of."""
import logging
from typing import Dict, List

from mmagic.registry import METRICS
from mmengine.logging import print_log

from ..functional import bin_suffix, is_in_bin
from .binned_metric import BinnedMetric, Row


@METRICS.register_module()
class ImageCount(BinnedMetric):
    """Number of images, all and per bin of the mask ratio.

    Result keys: ``num_images`` and ``num_images@LOW-HIGH``. Every sample must
    hold the true ``mask`` ``(1, H, W)``, 1 = corrupted, if there are bins.

    Args:
        **kwargs: See :class:`BinnedMetric`; its bins, those of all other
            metrics, may come twice.
    """

    metric = 'ImageCount'

    def score_sample(self, data_sample: dict) -> Row:
        """Nothing but the mask ratio counts."""
        return {}

    def compute_metrics(self, results: List[Row]) -> Dict[str, float]:
        """Count, and say which bins are empty."""
        counts = {'num_images': float(len(results))}
        for ratio_bin in dict.fromkeys(self.ratio_bins):
            suffix = bin_suffix(ratio_bin)
            count = sum(
                is_in_bin(row['mask_ratio'], ratio_bin) for row in results)
            counts[f'num_images{suffix}'] = float(count)
            if not count:
                print_log(
                    f'No image has a mask ratio of {suffix[1:]} percent: the '
                    'scores of this bin are null.',
                    logger='current',
                    level=logging.WARNING)
        return counts
