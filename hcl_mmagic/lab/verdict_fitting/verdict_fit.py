"""A logistic regression, and thresholds for stated targets."""
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from ...apis.regions import FEATURE_NAMES
from ...apis.verdict import VerdictCalibration
from ...errors import DataNotFoundError
from .verdict_samples import Samples

NUM_FOLDS = 5
# Inverse strengths of the penalty on the weights.
STRENGTHS = (0.001, 0.01, 0.1, 1.)


class Targets(NamedTuple):
    """Shares of the clean pictures of the fit that may be altered, see
    :meth:`~.verdict_samples.Samples.of_pictures`, and of the damaged ones that
    may be called clean."""

    false_alarms: float
    misses: float


class Fit(NamedTuple):
    """The calibration, fitted on all the regions, the inverse strength of the
    penalty that was chosen, and the probability of each picture, ``(K,)``, by
    fits on other photographs."""

    calibration: VerdictCalibration
    strength: float
    probability: np.ndarray


def fit_calibration(samples: Samples, targets: Targets) -> Fit:
    """Fit the verdict; half of the weight is on regions that are no damage.

    The folds of the cross-validation, which chooses the penalty and gives the
    probabilities that the thresholds are chosen by, never share a photograph.
    """
    if samples.is_damage.all() or not samples.is_damage.any():
        raise DataNotFoundError(
            'a fit needs regions that are damage and others that are not, '
            f'got {len(samples.is_damage)} of one kind: take more photographs')
    count = len(np.unique(samples.photograph))
    if count < NUM_FOLDS:
        raise DataNotFoundError(
            f'a fit needs at least {NUM_FOLDS} photographs, got {count}: add '
            'a folder to --clean-dir')
    by_photograph = dict(
        groups=samples.photograph[samples.picture], cv=GroupKFold(NUM_FOLDS))
    search = GridSearchCV(
        make_pipeline(
            StandardScaler(), PolynomialFeatures(include_bias=False),
            LogisticRegression(class_weight='balanced', max_iter=5000)),
        dict(logisticregression__C=STRENGTHS),
        scoring='roc_auc',
        cv=by_photograph['cv'])
    search.fit(
        samples.features, samples.is_damage, groups=by_photograph['groups'])
    best = search.best_estimator_
    of_regions = cross_val_predict(
        best,
        samples.features,
        samples.is_damage,
        method='predict_proba',
        **by_photograph)[:, 1]
    probability = samples.of_pictures(of_regions)
    limits = choose_thresholds(probability, samples.damaged, targets)
    return Fit(
        _to_calibration(best, *limits),
        search.best_params_['logisticregression__C'], probability)


def choose_thresholds(probability: np.ndarray, damaged: np.ndarray,
                      targets: Targets) -> tuple[float, float]:
    """``clean_below`` and ``damaged_above``: the narrowest range of
    'uncertain' that meets the targets. Where a single threshold meets both,
    both are that one. Where nothing was found the probability is 0: no
    threshold brings that back, so these are not counted as misses."""
    damaged_above = np.quantile(
        probability[~damaged], 1 - targets.false_alarms, method='higher')
    clean_below = np.quantile(
        probability[damaged & (probability > 0)],
        targets.misses,
        method='lower')
    if clean_below > damaged_above:
        clean_below = damaged_above = (clean_below + damaged_above) / 2
    return float(clean_below), float(damaged_above)


def _to_calibration(fitted: Pipeline, clean_below: float,
                    damaged_above: float) -> VerdictCalibration:
    scaler, _, regression = (step for _, step in fitted.steps)
    return VerdictCalibration(
        feature_names=FEATURE_NAMES,
        means=tuple(scaler.mean_.tolist()),
        scales=tuple(scaler.scale_.tolist()),
        weights=tuple(regression.coef_[0].tolist()),
        bias=float(regression.intercept_[0]),
        clean_below=clean_below,
        damaged_above=damaged_above)
