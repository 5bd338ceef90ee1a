"""A logistic regression, and thresholds for stated targets."""
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from hcl_mmagic.apis.split_features import FEATURE_NAMES
from hcl_mmagic.apis.verdict import VerdictCalibration
from hcl_mmagic.errors import DataNotFoundError
from .samples import Samples

NUM_FOLDS = 5
# Inverse strengths of the penalty on the weights.
STRENGTHS = (0.001, 0.01, 0.1, 1.)


class Targets(NamedTuple):
    """Errors that the thresholds may make on the photographs of the fit.

    Attributes:
        false_alarms (float): Share of the clean ones that are called damaged.
        misses (float): Share of the damaged ones that are called clean.
    """

    false_alarms: float
    misses: float


class Fit(NamedTuple):
    """The result of a fit.

    Attributes:
        calibration (VerdictCalibration): Fitted on all the samples.
        strength (float): Inverse strength of the penalty that was chosen.
        probability (np.ndarray): Of each sample, by fits on other
            photographs, ``(K,)``.
    """

    calibration: VerdictCalibration
    strength: float
    probability: np.ndarray


def fit_calibration(samples: Samples, targets: Targets) -> Fit:
    """Fit the verdict; half of the weight is on the clean samples.

    The folds of the cross-validation, which chooses the penalty and gives
    the probabilities that the thresholds are chosen by, never share a
    photograph.

    Args:
        samples (Samples): Clean and damaged ones.
        targets (Targets): What the thresholds are to reach.

    Returns:
        Fit: The calibration and what it is judged by.

    Raises:
        DataNotFoundError: There are fewer photographs than folds.
    """
    count = len(np.unique(samples.photograph))
    if count < NUM_FOLDS:
        raise DataNotFoundError(
            f'a fit needs at least {NUM_FOLDS} photographs, got {count}: add '
            'a folder to --clean-dir')
    by_photograph = dict(groups=samples.photograph, cv=GroupKFold(NUM_FOLDS))
    search = GridSearchCV(
        make_pipeline(
            StandardScaler(),
            LogisticRegression(class_weight='balanced', max_iter=1000)),
        dict(logisticregression__C=STRENGTHS),
        scoring='roc_auc',
        cv=by_photograph['cv'])
    search.fit(samples.features, samples.damaged, groups=samples.photograph)
    best = search.best_estimator_
    probability = cross_val_predict(
        best,
        samples.features,
        samples.damaged,
        method='predict_proba',
        **by_photograph)[:, 1]
    limits = choose_thresholds(probability, samples.damaged, targets)
    return Fit(
        _to_calibration(best, *limits),
        search.best_params_['logisticregression__C'], probability)


def choose_thresholds(probability: np.ndarray, damaged: np.ndarray,
                      targets: Targets) -> tuple[float, float]:
    """The narrowest range of 'uncertain' that meets the targets.

    Where a single threshold meets both, both are that one.

    Args:
        probability (np.ndarray): Of each sample, ``(K,)``.
        damaged (np.ndarray): Which are, ``(K,)``, bool.
        targets (Targets): Shares of errors.

    Returns:
        tuple[float, float]: ``clean_below`` and ``damaged_above``.
    """
    damaged_above = np.quantile(
        probability[~damaged], 1 - targets.false_alarms, method='higher')
    clean_below = np.quantile(
        probability[damaged], targets.misses, method='lower')
    if clean_below > damaged_above:
        clean_below = damaged_above = (clean_below + damaged_above) / 2
    return float(clean_below), float(damaged_above)


def _to_calibration(fitted: Pipeline, clean_below: float,
                    damaged_above: float) -> VerdictCalibration:
    scaler, regression = (step for _, step in fitted.steps)
    return VerdictCalibration(
        feature_names=FEATURE_NAMES,
        means=tuple(scaler.mean_.tolist()),
        scales=tuple(scaler.scale_.tolist()),
        weights=tuple(regression.coef_[0].tolist()),
        bias=float(regression.intercept_[0]),
        clean_below=clean_below,
        damaged_above=damaged_above)
