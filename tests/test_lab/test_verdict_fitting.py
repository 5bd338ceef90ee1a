"""The parts of the fit of a verdict: folds, thresholds, scores."""
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from hcl_mmagic.apis.regions import FEATURE_NAMES
from hcl_mmagic.apis.verdict import VerdictThresholds
from hcl_mmagic.errors import DataNotFoundError
from hcl_mmagic.lab.verdict_fitting.damage_sources import read_damage_sources
from hcl_mmagic.lab.verdict_fitting.verdict_fit import (Targets,
                                                        choose_thresholds,
                                                        fit_calibration)
from hcl_mmagic.lab.verdict_fitting.verdict_samples import Samples
from hcl_mmagic.lab.verdict_fitting.verdict_scores import score_samples


def make_samples(num_photographs: int = 40, gap: float = 1.) -> Samples:
    """One clean and two damaged pictures of each photograph, with a region
    each; the first feature tells them apart by ``gap`` standard
    deviations."""
    source = np.full(3 * num_photographs, 'config')
    ratio = np.tile([0., 0.3, 0.3], num_photographs)
    features = np.random.randn(len(ratio), len(FEATURE_NAMES))
    features[:, 0] += gap * (ratio > 0)
    return Samples(
        photograph=np.repeat(np.arange(num_photographs), 3),
        source=source,
        pattern=source,
        ratio=ratio,
        picture=np.arange(len(ratio)),
        features=features,
        is_damage=ratio > 0)


def test_the_fit_is_a_balanced_logistic_regression_of_products() -> None:
    samples = make_samples()
    result = fit_calibration(samples, Targets(0.1, 0.1))
    standard = PolynomialFeatures(include_bias=False).fit_transform(
        StandardScaler().fit_transform(samples.features))
    reference = LogisticRegression(
        C=result.strength, class_weight='balanced',
        max_iter=5000).fit(standard, samples.is_damage)
    expected = reference.predict_proba(standard)[:, 1]
    found = [
        result.calibration.probability(dict(zip(FEATURE_NAMES, row)))
        for row in samples.features
    ]
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_no_photograph_speaks_for_itself() -> None:
    """Each photograph has a mark of its own that gives its regions away;
    only a fit that has seen the photograph could use it."""
    samples = make_samples(gap=0.)
    features = np.zeros_like(samples.features)
    marks = np.abs(np.random.randn(40, len(FEATURE_NAMES)))
    features += marks[samples.photograph]
    samples = samples._replace(features=features)
    result = fit_calibration(samples, Targets(0.1, 0.1))
    for number in range(40):
        own = result.probability[samples.photograph == number]
        assert own == pytest.approx(own[0])


def test_the_surest_region_stands_for_a_damaged_picture() -> None:
    """A false alarm in it does not: its damage is missed."""
    samples = make_samples(1)._replace(
        picture=np.array([1, 1, 1, 2, 2]),
        features=np.zeros((5, len(FEATURE_NAMES))),
        is_damage=np.array([True, False, True, False, False]))
    found = samples.of_pictures(np.array([0.6, 0.9, 0.5, 0.3, 0.2]))
    np.testing.assert_array_equal(found, [0., 0.6, 0.])


def test_what_alters_half_a_percent_stands_for_a_clean_picture() -> None:
    areas = [0.003, 0.001, 0.002, 0.004, 0.006]
    samples = make_samples(2)._replace(
        picture=np.array([0, 0, 0, 3, 1]),
        features=np.log10(areas)[:, None] * np.ones(len(FEATURE_NAMES)),
        is_damage=np.zeros(5, bool))
    found = samples.of_pictures(np.array([0.9, 0.8, 0.4, 0.7, 0.9]))
    np.testing.assert_array_equal(found, [0.4, 0., 0., 0., 0., 0.])


def test_regions_of_one_kind_cannot_be_fitted() -> None:
    samples = make_samples()
    with pytest.raises(DataNotFoundError, match='120 of one kind'):
        fit_calibration(
            samples._replace(is_damage=np.ones(120, bool)), Targets(0.1, 0.1))


def test_too_few_photographs_are_told() -> None:
    with pytest.raises(
            DataNotFoundError, match='at least 5 photographs, got '):
        fit_calibration(make_samples(4), Targets(0.1, 0.1))


def test_thresholds_meet_the_targets() -> None:
    probability = np.random.rand(1000)
    damaged = np.random.rand(1000) < probability
    clean_below, damaged_above = choose_thresholds(probability, damaged,
                                                   Targets(0.1, 0.05))
    false_alarms = (probability[~damaged] > damaged_above).mean()
    misses = (probability[damaged] < clean_below).mean()
    assert 0.09 < false_alarms <= 0.1
    assert 0.04 < misses <= 0.05


def test_what_was_not_found_moves_no_threshold() -> None:
    probability = np.array([0.1, 0.2, 0., 0., 0., 0.7, 0.8, 0.9])
    damaged = np.arange(8) > 1
    limits = choose_thresholds(probability, damaged, Targets(0.05, 0.05))
    assert limits == pytest.approx((0.45, 0.45))


def test_one_threshold_is_enough_where_nothing_overlaps() -> None:
    probability = np.array([0.1, 0.2, 0.7, 0.9])
    limits = choose_thresholds(probability, probability > 0.5,
                               Targets(0.05, 0.05))
    assert limits == pytest.approx((0.45, 0.45))


def test_scores_worked_by_hand() -> None:
    samples = make_samples(2)._replace(
        ratio=np.array([0., 0.01, 0.3, 0., 0.3, 0.3]))
    probability = np.array([0.1, 0.2, 0.9, 0.6, 0.5, 0.8])
    score = score_samples(samples, probability, VerdictThresholds(0.3, 0.7))
    assert score['clean'] == dict(
        samples=2, clean=0.5, uncertain=0.5, damaged=0.)
    assert score['damaged'] == dict(
        samples=4, clean=0.25, uncertain=0.25, damaged=0.5, roc_auc=0.75)
    assert score['by_ratio']['0-2 %']['clean'] == 1
    assert score['by_ratio']['20-40 %']['samples'] == 3
    curve = score['roc']['config']
    for threshold, alarms, misses in zip(*(curve[key]
                                           for key in ('thresholds',
                                                       'false_alarms',
                                                       'misses'))):
        called = probability >= threshold
        assert alarms == called[~samples.damaged].mean()
        assert misses == (~called[samples.damaged]).mean()
    middle = score['reliability'][2]  # 0.5 of a damaged one: [0.4, 0.6)
    assert middle['damaged_share'] == 1 and middle['samples'] == 1


def test_scales_to_choose_from_are_no_damage(tmp_path: Path) -> None:
    config = tmp_path / 'config.py'
    config.write_text(
        """load = dict(type='LoadResizedPhotograph', short_side=9)
crop = dict(type='Crop', keys=['gt'], crop_size=(8, 8))
choice = dict(type='RandomChoice', transforms=[[load], [load]])
train_dataloader = dict(dataset=dict(pipeline=[
    choice, crop,
    dict(type='RandomChoice', transforms=[[dict(type='ScribbleCorruption')]]),
    dict(type='PackInputs')]))
""")
    source, = read_damage_sources(str(config), [], None, 'train', [256])
    clean = np.full((48, 64, 3), 128, np.uint8)
    damaged = source.damage(clean, 'photo.jpg')
    assert damaged.img.shape == clean.shape
    assert damaged.mask.any()
