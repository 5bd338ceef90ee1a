"""How many images the scores are means of."""
import logging
from typing import Dict, List, Optional, Sequence

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
        ratio_bins (Sequence[Sequence[float]]): Pairs of bounds in percent,
            those of all other metrics. They may come twice.
        collect_device (str): See :class:`BinnedMetric`.
        prefix (str, optional): See :class:`BinnedMetric`.
    """

    metric = 'ImageCount'

    def __init__(self,
                 *,
                 ratio_bins: Sequence[Sequence[float]] = (),
                 collect_device: str = 'cpu',
                 prefix: Optional[str] = None) -> None:
        super().__init__(
            ratio_bins=ratio_bins,
            collect_device=collect_device,
            prefix=prefix)

    def score_sample(self, data_sample: dict) -> Row:
        """Nothing but the mask ratio counts.

        Args:
            data_sample (dict): The sample, not used.

        Returns:
            dict: Empty.
        """
        return {}

    def compute_metrics(self, results: List[Row]) -> Dict[str, float]:
        """Count, and say which bins are empty.

        Args:
            results (list[dict]): One row per image.

        Returns:
            dict[str, float]: The counts.
        """
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
