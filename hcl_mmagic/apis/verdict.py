"""Whether regions of a photograph are damaged, and so the photograph.

A detector marks some pixels of clean photographs, too. :mod:`.regions`
measures what was found, and a logistic regression that was fitted on regions
of clean and damaged photographs (``tools/analysis_tools/fit_verdict.py``)
weighs it. Half of the regions are taken to be damage.
"""

import math
import warnings
from dataclasses import asdict, dataclass, fields
from typing import Any, Dict, Mapping, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from ..errors import CalibrationError
from .mask_editing import SURE, UNSURE
from .networks import Networks
from .regions import FEATURE_NAMES, find_regions
from .results import JudgedRegion, Verdict

# A checkpoint without a calibration: a mask was found, and nobody knows how
# much that means.
UNCALIBRATED_VERDICT = Verdict(label='uncertain', probability=None)


class VerdictThresholds(NamedTuple):
    """Where a verdict changes, as probabilities of 'damaged'; a region is
    'uncertain' from the one to the other, both included."""
    clean_below: float
    damaged_above: float

    def check(self) -> 'VerdictThresholds':
        """These thresholds; a CalibrationError if they are no numbers with ``0
        <= clean_below <= damaged_above <= 1``."""
        if not (_are_numbers(self)
                and 0 <= self.clean_below <= self.damaged_above <= 1):
            raise CalibrationError(
                'the thresholds of the verdict are two probabilities, 0 <= '
                'clean_below <= damaged_above <= 1, got '
                f'{self.clean_below!r} and {self.damaged_above!r}')
        return self


@dataclass(frozen=True)
class VerdictCalibration:
    """A logistic regression on what was measured of a region.

    ``probability = sigmoid(bias + sum(weights * terms))``, for a world in
    which half of the regions are damage. The terms are the standardised
    features ``z = (features - means) / scales`` and, if there are as many
    weights, their products ``z_i * z_j``, ``i <= j``, row by row: a large
    region means something else where the network is sure. A CalibrationError
    if a number is missing or not finite, a scale is not positive, or the
    thresholds are in no order.
    """
    feature_names: Tuple[str, ...]  # of :data:`~.regions.FEATURE_NAMES`
    means: Tuple[float, ...]  # of each feature where it was fitted
    scales: Tuple[float, ...]  # its standard deviation there, above 0
    weights: Tuple[float, ...]  # of the terms; positive: speaks for damage
    bias: float  # log-odds of a region of average features
    clean_below: float  # see :class:`VerdictThresholds`
    damaged_above: float

    def __post_init__(self) -> None:
        names = self.feature_names
        if not names or len(set(names)) < len(names) or not all(
                isinstance(name, str) for name in names):
            raise CalibrationError('feature_names of a calibration are '
                                   f'different names, got {names!r}')
        for key in ('means', 'scales'):
            values = getattr(self, key)
            if len(values) != len(names) or not _are_numbers(values):
                raise CalibrationError(
                    f'{key} of a calibration are {len(names)} finite numbers, '
                    f'one for each feature, got {values!r}')
        counts = len(names), len(names) * (len(names) + 3) // 2
        if len(self.weights) not in counts or not _are_numbers(self.weights):
            raise CalibrationError(
                f'weights of a calibration are {counts[0]} or {counts[1]} '
                'finite numbers, one for each feature and perhaps one for '
                f'each product of two, got {self.weights!r}')
        if min(self.scales) <= 0:
            raise CalibrationError('scales of a calibration are above 0, got '
                                   f'{self.scales!r}')
        if not _are_numbers([self.bias]):
            raise CalibrationError('bias of a calibration is a finite number, '
                                   f'got {self.bias!r}')
        self.thresholds.check()

    @property
    def thresholds(self) -> VerdictThresholds:
        """VerdictThresholds: Those that the fit chose."""
        return VerdictThresholds(self.clean_below, self.damaged_above)

    def probability(self, features: Mapping[str, float]) -> float:
        """How likely a region of these features is damage, in [0, 1]. A
        CalibrationError if one is missing: the calibration is of another
        version."""
        missing = [name for name in self.feature_names if name not in features]
        if missing:
            raise CalibrationError(
                f'the calibration wants the feature {missing[0]}, which is '
                'not measured: fit it again with '
                'tools/analysis_tools/fit_verdict.py')
        values = np.array([features[name] for name in self.feature_names])
        standard = (values - self.means) / self.scales
        products = np.outer(standard, standard)[np.triu_indices(len(values))]
        terms = np.concatenate((standard, products))[:len(self.weights)]
        log_odds = self.bias + float(terms @ np.array(self.weights))
        # tanh, as exp of a large number overflows
        return 0.5 + 0.5 * math.tanh(0.5 * log_odds)

    def judge(
        self,
        confidence: np.ndarray,
        thresholds: Optional[Tuple[float, float]] = None
    ) -> Tuple[Verdict, np.ndarray]:
        """The verdict on a photograph by its regions, and where it is damaged
        (:data:`~.mask_editing.SURE`) or may be (UNSURE), ``(H, W)``, uint8.

        The confidence is the probability of 'corrupted' of each pixel,
        ``(H, W)``, float32. Other thresholds than those of the fit may be
        given. A CalibrationError as of :meth:`probability`, or if the
        thresholds are in no order.
        """
        limits = self.thresholds
        if thresholds is not None:
            limits = VerdictThresholds(*thresholds).check()
        labels, regions = find_regions(confidence)
        judged = []
        for region in regions:
            probability = self.probability(region.features)
            label = 'uncertain'
            if probability < limits.clean_below:
                label = 'clean'
            elif probability > limits.damaged_above:
                label = 'damaged'
            judged.append(
                JudgedRegion(region.box, region.area, probability, label))
        return verdict_of(judged), _levels(judged)[labels]

    def to_dict(self) -> Dict[str, Any]:
        """Plain values, as JSON and a checkpoint can hold them: lists, strings
        and numbers by the names of the fields."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
        }

    @classmethod
    def from_dict(cls, values: Any) -> 'VerdictCalibration':
        """Read back what :meth:`to_dict` gave, from wherever it comes; a
        CalibrationError if it is something else."""
        keys = {field.name for field in fields(cls)}
        if not isinstance(values, Mapping) or set(values) != keys:
            found = (
                sorted(map(str, values))
                if isinstance(values, Mapping) else type(values).__name__)
            raise CalibrationError(
                f'a calibration has the entries {sorted(keys)}, got {found}')
        checked = dict(values)
        for key in ('feature_names', 'means', 'scales', 'weights'):
            if not isinstance(values[key], (list, tuple)):
                raise CalibrationError(f'{key} of a calibration is a list, '
                                       f'got {type(values[key]).__name__}')
            checked[key] = tuple(values[key])
        return cls(**checked)


def verdict_of(regions: Sequence[JudgedRegion]) -> Verdict:
    """The verdict on a photograph of these regions, or of none."""
    surest_first = sorted(regions, key=lambda region: -region.probability)
    if not surest_first:
        return Verdict('clean', 0.)
    surest = surest_first[0]
    return Verdict(surest.label, surest.probability, tuple(surest_first))


def certainty_of(confidence: np.ndarray, verdict: Verdict) -> np.ndarray:
    """Where a photograph is damaged (SURE) or may be (UNSURE), ``(H, W)``,
    uint8, by its confidences and the verdict on them; SURE everywhere without
    a probability, as nobody has said that anything is not."""
    if verdict.probability is None and not verdict.reason:
        return np.full(confidence.shape, SURE, np.uint8)
    labels, regions = find_regions(confidence)
    judged = {(region.box, region.area): region for region in verdict.regions}
    return _levels([judged.get((region.box, region.area)) for region in regions
                    ])[labels]  # yapf: disable


def _levels(regions: Sequence[Optional[JudgedRegion]]) -> np.ndarray:
    """By the number of a region: SURE, UNSURE or 0."""
    levels = dict(damaged=SURE, uncertain=UNSURE)
    return np.array(
        [0] +
        [levels.get(region.label, 0) if region else 0
         for region in regions], np.uint8)


def read_calibration(networks: Networks) -> Optional[VerdictCalibration]:
    """The calibration that came with a model, if it has one; one of an earlier
    version, whose features are not measured any more, is left out with a
    warning."""
    if networks.calibration is None:
        return None
    calibration = VerdictCalibration.from_dict(networks.calibration)
    if set(calibration.feature_names) <= set(FEATURE_NAMES):
        return calibration
    warnings.warn(
        f'the verdict of {networks.path} was fitted by an earlier version and '
        'cannot be used, so every photograph is uncertain: fit it again with '
        'tools/analysis_tools/fit_verdict.py')
    return None


def _are_numbers(values: Sequence[Any]) -> bool:
    """Whether all are real, finite numbers; True and False are none."""
    return all(
        isinstance(value, (int, float)) and not isinstance(value, bool)
        and math.isfinite(value) for value in values)
