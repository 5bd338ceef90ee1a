"""The verdict: its formula, its thresholds, what it refuses."""
import json
import math

import pytest

from hcl_mmagic.apis.verdict import UNCALIBRATED_VERDICT, VerdictCalibration
from hcl_mmagic.errors import CalibrationError

VALUES = dict(
    feature_names=['certainty', 'detail'],
    means=[0.5, -2.],
    scales=[0.25, 2.],
    weights=[1., -0.5],
    bias=0.1,
    clean_below=0.3,
    damaged_above=0.8)


def calibration(**changes):
    return VerdictCalibration.from_dict({**VALUES, **changes})


def features(certainty=0.5, detail=-2.):
    return dict(certainty=certainty, detail=detail, other=7.)


def certainty_of(probability):
    """What gives this probability, if the detail is average."""
    return 0.5 + 0.25 * (math.log(probability / (1 - probability)) - 0.1)


def test_the_probability_is_that_of_a_logistic_regression():
    # 0.1 + (1 - 0.5) / 0.25 - 0.5 * (2 + 2) / 2
    assert calibration().probability(features(1., 2.)) == pytest.approx(
        1 / (1 + math.exp(-1.1)))


@pytest.mark.parametrize('detail, probability', [(-1e9, 1.), (1e9, 0.)])
def test_extreme_features_do_not_overflow(detail, probability):
    assert calibration().probability(features(detail=detail)) == probability


@pytest.mark.parametrize('probability, label', [(0.29, 'clean'),
                                                (0.31, 'uncertain'),
                                                (0.79, 'uncertain'),
                                                (0.81, 'damaged')])
def test_the_label_changes_at_the_thresholds(probability, label):
    verdict = calibration().judge(features(certainty_of(probability)))
    assert verdict.label == label
    assert verdict.probability == pytest.approx(probability)


def test_at_the_thresholds_it_is_uncertain():
    exact = calibration(bias=0., clean_below=0.5, damaged_above=0.5)
    assert exact.judge(features()).label == 'uncertain'


def test_other_thresholds_can_be_asked_for():
    measured = features(certainty_of(0.6))
    judge = calibration().judge
    assert judge(measured, (0.1, 0.5)).label == 'damaged'
    assert judge(measured, (0.7, 0.9)).label == 'clean'


@pytest.mark.parametrize('thresholds', [(0.6, 0.5), (-0.1, 0.5), (0.5, 1.1),
                                        (math.nan, 0.5), ('0.1', 0.5)])
def test_thresholds_without_order_are_refused(thresholds):
    with pytest.raises(CalibrationError, match='0 <= clean_below <='):
        calibration().judge(features(), thresholds)


def test_json_brings_it_back():
    text = json.dumps(calibration().to_dict())
    assert VerdictCalibration.from_dict(json.loads(text)) == calibration()


@pytest.mark.parametrize('changes, message', [
    (dict(means=[0.5]), 'means of a calibration are 2 finite numbers'),
    (dict(weights=[1., math.inf]), 'weights of a calibration are 2 finite'),
    (dict(weights='ab'), 'weights of a calibration is a list, got str'),
    (dict(scales=[1., 0.]), 'scales of a calibration are above 0'),
    (dict(scales=[1., True]), 'scales of a calibration are 2 finite'),
    (dict(bias=None), 'bias of a calibration is a finite number, got None'),
    (dict(feature_names=['detail', 'detail']), 'are different names'),
    (dict(feature_names=[]), 'are different names'),
    (dict(clean_below=0.9), '0 <= clean_below <= damaged_above'),
    (dict(date='today'), "has the entries .* got .*'date'"),
])
def test_a_broken_calibration_is_refused(changes, message):
    with pytest.raises(CalibrationError, match=message):
        calibration(**changes)


@pytest.mark.parametrize('values', [None, [], 'text', {}])
def test_what_is_no_calibration_is_refused(values):
    with pytest.raises(CalibrationError, match='a calibration has the entri'):
        VerdictCalibration.from_dict(values)


def test_a_feature_that_is_not_measured_is_named():
    with pytest.raises(CalibrationError, match='wants the feature detail'):
        calibration().probability(dict(certainty=1.))


def test_without_a_calibration_nothing_is_claimed():
    assert UNCALIBRATED_VERDICT.label == 'uncertain'
    assert UNCALIBRATED_VERDICT.probability is None
