"""Per-image scores, averaged over all images and over bins of damage."""
import logging
from abc import abstractmethod
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
import torch
from mmagic.evaluation.metrics.base_sample_wise_metric import \
    BaseSampleWiseMetric
from mmengine.logging import print_log
from mmengine.model import BaseModel
from torch.utils.data import DataLoader

from ..functional import (REGIONS, bin_suffix, check_ratio_bins, check_regions,
                          is_in_bin, mask_ratio, select_regions)

Row = Dict[str, Any]
"""Scores of one image by key, None where there is none."""


class BinnedMetric(BaseSampleWiseMetric):
    """Base of metrics that score image by image.

    Each image becomes one row. The rows of all processes are collected and
    the padding of an uneven last batch is dropped before anything is
    averaged, so several processes give the numbers of one.

    Scores of a bin of the mask ratio end with ``@LOW-HIGH``, in percent: the
    images whose true mask covers more than LOW and at most HIGH percent. A
    bin without images has NaN scores.

    Args:
        ratio_bins (Sequence[Sequence[float]]): Pairs of bounds in percent,
            such as ``[(0, 20), (20, 40)]``; none by default.
        collect_device (str): Where the results of several processes are
            collected, 'cpu' or 'gpu'.
        prefix (str, optional): Put in front of every result key as
            ``prefix/key``.

    Raises:
        ConfigError: If the bins make no sense.
        TypeError: If there is another argument.
    """

    default_prefix = ''  # MMEngine warns of None

    def __init__(self,
                 *,
                 ratio_bins: Sequence[Sequence[float]] = (),
                 collect_device: str = 'cpu',
                 prefix: Optional[str] = None,
                 **unknown: Any) -> None:
        if unknown:
            raise TypeError(f'{type(self).__name__} has no argument '
                            f'{", ".join(unknown)}')
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.ratio_bins = check_ratio_bins(ratio_bins)

    def prepare(self, module: BaseModel, dataloader: DataLoader) -> None:
        """Get ready for a data set; MMagic's loops call it once."""
        super().prepare(module, dataloader)
        self.load()

    def load(self) -> None:
        """Read what the metric needs from files: nothing by default."""

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Score a batch of predicted samples, one row each."""
        for data_sample in data_samples:
            row = self.score_sample(data_sample)
            if self.ratio_bins:
                row['mask_ratio'] = mask_ratio(get_array(data_sample, 'mask'))
            self.results.append(row)

    @abstractmethod
    def score_sample(self, data_sample: dict) -> Row:
        """Scores of one predicted sample by key, None where its region is
        empty. It raises a KeyError if the sample lacks a field, a ValueError
        if shapes or values do not fit."""

    def compute_metrics(self, results: List[Row]) -> Dict[str, float]:
        """Summarize all rows, and those of each bin."""
        rows = [{
            key: score
            for key, score in row.items() if key != 'mask_ratio'
        } for row in results]
        totals = self.summarize(rows)
        metrics = dict(totals)
        for ratio_bin in self.ratio_bins:
            suffix = bin_suffix(ratio_bin)
            of_bin = [
                row for row, result in zip(rows, results)
                if is_in_bin(result['mask_ratio'], ratio_bin)
            ]
            scores = (
                self.summarize(of_bin, suffix) if of_bin else dict.fromkeys(
                    totals, float('nan')))
            metrics.update(
                (f'{key}{suffix}', score) for key, score in scores.items())
        return metrics

    def summarize(self, rows: List[Row], suffix: str = '') -> Dict[str, float]:
        """Means of at least one row over the images that have the score, NaN
        if none has it; ``suffix`` is that of the bin that they are from."""
        means = {}
        incomplete: Dict[int, List[str]] = {}
        for key in rows[0]:
            scores = [row[key] for row in rows if row[key] is not None]
            means[key] = float(np.mean(scores)) if scores else float('nan')
            if len(scores) < len(rows):
                incomplete.setdefault(len(rows) - len(scores), []).append(key)
        if not suffix:
            for num_missing, keys in incomplete.items():
                print_log(
                    f'{", ".join(keys)}: {num_missing} of {len(rows)} images '
                    'have no such pixels, or too few, and are left out.',
                    logger='current',
                    level=logging.WARNING)
        return means


class RestorationMetric(BinnedMetric):
    """Base of metrics that compare the restored image with the truth.

    Every sample must hold the truth ``gt_img`` ``(3, H, W)``, in ``output``
    the restored ``pred_img`` ``(3, H, W)``, both BGR in [0, 255], and, unless
    only whole images are scored, the true ``mask`` ``(1, H, W)``,
    1 = corrupted, 0 = intact.

    Args:
        regions (Sequence[str]): Which of 'whole', 'inside' (the corrupted
            pixels, keys with ``_inside``) and 'outside' (the intact ones,
            ``_outside``) are scored.
        **kwargs: See :class:`BinnedMetric`.

    Raises:
        ConfigError: If a region is unknown or the bins make no sense.
    """

    def __init__(self,
                 *,
                 regions: Sequence[str] = REGIONS,
                 **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.regions = check_regions(regions)

    def get_regions(self,
                    data_sample: dict) -> Dict[str, Optional[np.ndarray]]:
        """Map of each region of a sample, see
        :func:`~hcl_mmagic.evaluation.functional.select_regions`."""
        needs_mask = self.regions != ('whole', )
        mask = get_array(data_sample, 'mask') if needs_mask else None
        return select_regions(self.regions, mask)


def get_array(data: dict, key: str) -> np.ndarray:
    """Read one tensor of a sample, or of its ``output``, as a float32 array
    on the CPU; a KeyError if there is none."""
    if key not in data:
        raise KeyError(f'The metric needs "{key}" in the predicted sample, '
                       f'which holds only {sorted(data)}.')
    # by way of float32 because numpy has no bfloat16
    return torch.as_tensor(data[key]).detach().float().cpu().numpy()
