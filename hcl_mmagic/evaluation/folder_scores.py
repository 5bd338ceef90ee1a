"""The scores of a test, from the files that any method has saved."""
import logging
import sys
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
from mmengine.logging import print_log
from mmengine.utils import track_iter_progress

from hcl_mmagic.errors import DataNotFoundError, PhotographError
from .functional import DETECTION_BINS, RESTORATION_BINS
from .metrics import (ImageCount, MaskDetection, RestorationFID,
                      RestorationLPIPS, RestorationQuality)
from .metrics.binned_metric import BinnedMetric
from .result_folders import ResultFolders

# Of the coarsest stage, which files do not show.
STAGE_KEYS = ('OrientationAccuracy', 'IoU_corrupted_oracle')


def build_metrics(folders: ResultFolders,
                  *,
                  ratio_bins: Optional[Sequence[Sequence[float]]] = None,
                  lpips: Optional[dict] = None,
                  fid: Optional[dict] = None) -> List[BinnedMetric]:
    """The metrics of a test that the folders have the files for, not yet
    loaded.

    Args:
        folders (ResultFolders): The results.
        ratio_bins (Sequence[Sequence[float]], optional): Bins of the mask
            ratio in percent. None takes those of the paper's tables.
        lpips (dict, optional): Arguments of ``RestorationLPIPS``.
        fid (dict, optional): Arguments of ``RestorationFID``.
    """
    if 'mask' not in folders.paths:
        print_log(
            'Without --mask the scores are those of whole pictures, without '
            'bins of the mask ratio.',
            logger='current',
            level=logging.WARNING)
        whole: Dict[str, Any] = dict(regions=['whole'])
        return [
            ImageCount(),
            RestorationQuality(baselines=False, **whole),
            RestorationLPIPS(**whole, **(lpips or {})),
            RestorationFID(**whole, **(fid or {}))
        ]
    detection = DETECTION_BINS if ratio_bins is None else ratio_bins
    restoration = RESTORATION_BINS if ratio_bins is None else ratio_bins
    metrics: List[BinnedMetric] = [
        RestorationQuality(
            ratio_bins=restoration, baselines='damaged' in folders.paths),
        RestorationLPIPS(ratio_bins=restoration, **(lpips or {})),
        RestorationFID(ratio_bins=restoration, **(fid or {}))
    ]
    counted = [*restoration]
    if 'pred_mask' in folders.paths:
        metrics.insert(0, MaskDetection(ratio_bins=detection))
        counted = [*detection, *restoration]
    return [ImageCount(ratio_bins=counted), *metrics]


def score_folders(folders: ResultFolders,
                  metrics: Sequence[BinnedMetric]) -> Dict[str, float]:
    """Score all pictures; broken files are left out, named and counted in
    ``num_skipped``.

    A DataNotFoundError if no picture could be read, a ConfigError if sizes
    differ or a true mask is grey.
    """
    for metric in metrics:
        metric.size = len(folders)
        metric.load()
    num_skipped, grey_seen = 0, False
    for name in track_iter_progress(folders.names, file=sys.stderr):
        try:
            sample = folders.read(name)
        except PhotographError as error:
            print_log(
                f'Left out of all scores: {name} ({error})',
                logger='current',
                level=logging.WARNING)
            num_skipped += 1
            continue
        grey_seen = grey_seen or _has_grey(sample)
        for metric in metrics:
            metric.process(None, [sample])
    if num_skipped == len(folders):
        raise DataNotFoundError('None of the pictures could be read')
    scores: Dict[str, float] = {}
    for metric in metrics:
        scores.update(metric.evaluate())
    scores['num_skipped'] = float(num_skipped)
    if 'pred_mask' in folders.paths:
        _judge_pred_masks(scores, grey_seen)
    return scores


def _has_grey(sample: dict) -> bool:
    mask_prob = sample['output'].get('mask_prob', 0)
    return bool(np.any((mask_prob != 0) & (mask_prob != 1)))


def _judge_pred_masks(scores: Dict[str, float], grey_seen: bool) -> None:
    """Take back what the detected masks do not tell."""
    if scores['OrientationAccuracy'] < 0.5:
        print_log(
            'Most of the detected masks are nearer to the inverted true mask: '
            'they must be white where corrupted.',
            logger='current',
            level=logging.WARNING)
    if not grey_seen:
        print_log(
            'The detected masks are black and white: BCE, which needs '
            'probabilities, is null.',
            logger='current',
            level=logging.WARNING)
    for key in list(scores):
        name = key.partition('@')[0]
        if name in STAGE_KEYS:
            del scores[key]
        elif name == 'BCE' and not grey_seen:
            scores[key] = float('nan')
