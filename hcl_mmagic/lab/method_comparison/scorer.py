"""The package's own metrics, on whatever a method returns."""
from typing import Any, Dict, List, Sequence

import torch

from ...evaluation import MaskDetection, RestorationLPIPS, RestorationQuality
from ...evaluation.functional import RatioBin
from ...evaluation.metrics.binned_metric import BinnedMetric


class Scorer:
    """Scores one method after the other, as ``tools/test.py`` does, with the
    network of LPIPS read once."""

    def __init__(self, ratio_bins: Sequence[RatioBin],
                 device: torch.device) -> None:
        self.detection = MaskDetection(ratio_bins=ratio_bins)
        lpips = RestorationLPIPS(ratio_bins=ratio_bins, device=str(device))
        lpips.load()
        self.restoration: List[BinnedMetric] = [
            RestorationQuality(ratio_bins=ratio_bins, baselines=False)
        ]
        self.has_lpips = lpips.backbone is not None
        if self.has_lpips:
            self.restoration.append(lpips)

    def add(self, data_sample: Any, with_mask: bool = True) -> None:
        """Score one predicted sample. What its output lacks, a mask or a
        picture, is not scored, nor a mask that is not the method's own."""
        sample = data_sample.to_dict()
        if with_mask and 'mask_prob' in sample['output']:
            self.detection.process(None, [sample])
        if 'pred_img' in sample['output']:
            for metric in self.restoration:
                metric.process(None, [sample])

    def finish(self) -> Dict[str, float]:
        """Average over the samples since the last call: docs/evaluation.md."""
        scores: Dict[str, float] = {}
        for metric in (self.detection, *self.restoration):
            if metric.results:
                metric.size = len(metric.results)
                scores.update(metric.evaluate())
        return scores
