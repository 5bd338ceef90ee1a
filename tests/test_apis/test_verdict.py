"""The verdict: its formula, its thresholds, what it refuses."""
import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

from hcl_mmagic.apis.mask_editing import SURE, UNSURE
from hcl_mmagic.apis.verdict import (UNCALIBRATED_VERDICT, VerdictCalibration,
                                     read_calibration)
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


def test_the_probability_is_that_of_a_logistic_regression():
    # 0.1 + (1 - 0.5) / 0.25 - 0.5 * (2 + 2) / 2
    assert calibration().probability(features(1., 2.)) == pytest.approx(
        1 / (1 + math.exp(-1.1)))


@pytest.mark.parametrize('detail, probability', [(-1e9, 1.), (1e9, 0.)])
def test_extreme_features_do_not_overflow(detail, probability):
    assert calibration().probability(features(detail=detail)) == probability


def picture(*values):
    """A map of confidences with a square of each value, far apart."""
    confidence = np.zeros((64, 64 * len(values)), np.float32)
    for number, value in enumerate(values):
        confidence[20:40, 64 * number + 20:64 * number + 40] = value
    return confidence


def by_mean(**changes):
    """The probability of a region is its mean confidence, nearly."""
    values = dict(
        feature_names=['mean', 'peak'],
        means=[0.5, 0.],
        scales=[0.25, 1.],
        weights=[1., 0.],
        bias=0.)
    return calibration(**{**values, **changes})


def expected(mean):
    return 1 / (1 + math.exp(-(mean - 0.5) / 0.25))


@pytest.mark.parametrize('mean, label, level', [(0.6, 'clean', 0),
                                                (0.8, 'uncertain', UNSURE),
                                                (0.99, 'damaged', SURE)])
def test_a_region_is_judged_by_its_probability(mean, label, level):
    limits = dict(clean_below=expected(0.7), damaged_above=expected(0.9))
    verdict, certainty = by_mean(**limits).judge(picture(mean))
    assert verdict.label == label
    assert verdict.probability == pytest.approx(expected(mean), rel=1e-5)
    assert certainty[30, 30] == level and certainty[5, 5] == 0
    region, = verdict.regions
    assert (region.box, region.area) == ((20, 20, 20, 20), 400)
    assert (region.label, region.probability) == (label, verdict.probability)


def test_the_verdict_is_that_of_the_surest_region():
    limits = dict(clean_below=expected(0.7), damaged_above=expected(0.9))
    verdict, certainty = by_mean(**limits).judge(picture(0.8, 0.6, 0.99))
    assert verdict.label == 'damaged'
    assert [region.label
            for region in verdict.regions] == ['damaged', 'uncertain', 'clean']
    assert [certainty[30, column]
            for column in (30, 94, 158)] == [UNSURE, 0, SURE]


def test_nothing_found_is_clean():
    verdict, certainty = by_mean().judge(picture(0.))
    assert (verdict.label, verdict.probability) == ('clean', 0.)
    assert verdict.regions == () and not certainty.any()


def test_at_the_thresholds_it_is_uncertain():
    exact = by_mean(clean_below=0.5, damaged_above=0.5, means=[0.75, 0.])
    assert exact.judge(picture(0.75))[0].label == 'uncertain'


def test_other_thresholds_can_be_asked_for():
    judge = by_mean().judge
    assert judge(picture(0.6), (0.1, 0.5))[0].label == 'damaged'
    assert judge(picture(0.6), (0.7, 0.9))[0].label == 'clean'


@pytest.mark.parametrize('thresholds', [(0.6, 0.5), (-0.1, 0.5), (0.5, 1.1),
                                        (math.nan, 0.5), ('0.1', 0.5)])
def test_thresholds_without_order_are_refused(thresholds):
    with pytest.raises(CalibrationError, match='0 <= clean_below <='):
        by_mean().judge(picture(0.6), thresholds)


def test_json_brings_it_back():
    text = json.dumps(calibration().to_dict())
    assert VerdictCalibration.from_dict(json.loads(text)) == calibration()


@pytest.mark.parametrize('changes, message', [
    (dict(means=[0.5]), 'means of a calibration are 2 finite numbers'),
    (dict(weights=[1., math.inf]), 'weights of a calibration are 2 or 5'),
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


def test_a_calibration_of_another_version_is_left_out():
    networks = SimpleNamespace(
        path='old.pth', calibration=calibration().to_dict())
    with pytest.warns(UserWarning, match='old.pth was fitted by an earlier'):
        assert read_calibration(networks) is None
    present = by_mean()
    networks.calibration = present.to_dict()
    assert read_calibration(networks) == present
    networks.calibration = None
    assert read_calibration(networks) is None
