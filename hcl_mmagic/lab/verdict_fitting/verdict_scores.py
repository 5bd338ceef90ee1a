"""How often a verdict is wrong, and on what."""
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score, roc_curve

from ...apis.verdict import VerdictCalibration, VerdictThresholds
from .verdict_samples import Samples

# Damaged share of the pixels, in percent.
RATIO_BINS = ((0, 2), (2, 5), (5, 10), (10, 20), (20, 40), (40, 100))
NUM_RELIABILITY_BINS = 5
LABELS = ('clean', 'uncertain', 'damaged')


def score_samples(samples: Samples, probability: np.ndarray,
                  thresholds: VerdictThresholds) -> dict[str, Any]:
    """Score the probabilities that pictures are damaged, ``(K,)``.

    'clean' (false alarms), 'damaged' (misses), 'by_source', 'by_ratio' and
    'by_pattern' (damaged ones): number of samples, share of each verdict and,
    where they are damaged, the area under the ROC curve against all clean
    ones, for a source against its clean ones. 'roc': the curves by source.
    'reliability': mean probability and damaged share of the samples by bins of
    the probability, clean and damaged ones having equal weight in all.
    """
    damaged = samples.damaged
    verdicts = np.array(
        LABELS)[(probability >= thresholds.clean_below).astype(int) +
                (probability > thresholds.damaged_above)]
    percent = 100 * samples.ratio

    def of(rows: np.ndarray, clean: np.ndarray = ~damaged) -> dict[str, Any]:
        return _score(probability, verdicts, rows, clean)

    sources = {
        name: samples.source == name
        for name in np.unique(samples.source[damaged]).tolist()
    }
    by_ratio = {
        f'{low}-{high} %': of(damaged & (percent > low) & (percent <= high))
        for low, high in RATIO_BINS
    }
    return dict(
        photographs=len(np.unique(samples.photograph)),
        clean=of(~damaged),
        damaged=of(damaged),
        by_source={
            name: of(rows & damaged, rows & ~damaged)
            for name, rows in sources.items()
        },
        by_ratio={
            name: row
            for name, row in by_ratio.items() if row['samples']
        },
        by_pattern={
            name: of(samples.pattern == name)
            for name in np.unique(samples.pattern[damaged]).tolist()
        },
        roc={
            name: _curve(probability[rows], damaged[rows])
            for name, rows in sources.items()
        },
        reliability=_reliability(probability, damaged))


def score_features(
        samples: Samples,
        calibration: VerdictCalibration) -> dict[str, dict[str, float]]:
    """How much each feature tells: its 'weight' in the fit, per standard
    deviation, and the 'roc_auc' of the feature alone, below 0.5 if low values
    speak for damage."""
    return {
        name:
        dict(
            weight=weight,
            roc_auc=float(roc_auc_score(samples.is_damage, column)))
        for name, weight, column in zip(
            calibration.feature_names, calibration.weights, samples.features.T)
    }


def _score(probability: np.ndarray, verdicts: np.ndarray, rows: np.ndarray,
           clean: np.ndarray) -> dict[str, Any]:
    score: dict[str, Any] = dict(samples=int(rows.sum()))
    if not rows.any():
        return score
    for label in LABELS:
        score[label] = float((verdicts[rows] == label).mean())
    if not (rows & clean).any():
        compared = rows | clean
        score['roc_auc'] = float(
            roc_auc_score(rows[compared], probability[compared]))
    return score


def _curve(probability: np.ndarray,
           damaged: np.ndarray) -> dict[str, list[float]]:
    """False alarms, misses and thresholds, from 'all damaged' to 'none'."""
    false_alarms, found, thresholds = roc_curve(damaged, probability)
    # The first threshold is infinite, which JSON cannot hold.
    return dict(
        false_alarms=false_alarms[:0:-1].tolist(),
        misses=(1 - found)[:0:-1].tolist(),
        thresholds=thresholds[:0:-1].tolist())


def _reliability(probability: np.ndarray,
                 damaged: np.ndarray) -> list[dict[str, float]]:
    weight = np.where(damaged, 1 / damaged.sum(), 1 / (~damaged).sum())
    place = np.minimum((probability * NUM_RELIABILITY_BINS).astype(int),
                       NUM_RELIABILITY_BINS - 1)
    return [
        dict(
            probability=float(
                np.average(probability[rows], weights=weight[rows])),
            damaged_share=float(
                np.average(damaged[rows], weights=weight[rows])),
            samples=int(rows.sum()))
        for rows in (place == number for number in range(NUM_RELIABILITY_BINS))
        if rows.any()
    ]
