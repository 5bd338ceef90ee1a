"""The fit as a command, on a tiny model; folds, thresholds and scores."""
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from mmagic.registry import MODELS
from mmengine.config import Config
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from hcl_mmagic.apis.split_features import FEATURE_NAMES
from hcl_mmagic.apis.verdict import VerdictCalibration, VerdictThresholds
from hcl_mmagic.errors import DataNotFoundError

ROOT = Path(__file__).parents[2]
TOOL = 'analysis_tools/fit_verdict.py'
sys.path.insert(0, str(ROOT / 'tools' / 'analysis_tools'))
from verdict_fitting import fit_calibration  # noqa: E402
from verdict_fitting import Samples, Targets, score_samples
from verdict_fitting.fitting import choose_thresholds  # noqa: E402


@pytest.fixture
def checkpoint(tiny_config: Path, tmp_path: Path) -> Path:
    """A tiny detector that was never trained."""
    cfg = Config.fromfile(tiny_config)
    cfg.merge_from_dict(
        dict(model=dict(decoder=None, refiner=None, discriminator=None)))
    for loss in [key for key in cfg.model if key.startswith('loss_')]:
        cfg.model[loss] = None
    model = MODELS.build(cfg.model)
    path = tmp_path / 'tiny.pth'
    torch.save(
        dict(
            meta=dict(cfg=cfg.pretty_text, experiment_name='tiny'),
            state_dict=model.state_dict()), path)
    return path


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """Six smooth pictures: what noise does to them is easily seen."""
    folder = tmp_path / 'clean'
    folder.mkdir()
    for number in range(6):
        coarse = np.random.randint(256, size=(4, 6, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((60, 40)).save(folder / f'{number}.png')
    return folder


def fit(run_tool: Callable, *arguments: object) -> None:
    run_tool(TOOL, *arguments, '--versions', 2, '-o', 'verdict.json',
             '--report', 'report.json')


def test_a_miniature_is_fitted_and_tested(run_tool: Callable,
                                          tiny_config: Path, checkpoint: Path,
                                          photographs: Path,
                                          capsys: pytest.CaptureFixture):
    arguments = (tiny_config, checkpoint, '--clean-dir', photographs)
    fit(run_tool, *arguments, '--plot', 'curve.png')
    written = Path('verdict.json').read_text()
    calibration = VerdictCalibration.from_dict(json.loads(written))
    assert calibration.feature_names == FEATURE_NAMES
    report = json.loads(Path('report.json').read_text())
    assert report['tested_on'] == 'cross-validation'
    assert report['photographs'] == report['clean']['samples'] == 6
    assert report['by_source']['config']['samples'] == 12
    assert set(report['by_pattern']) <= {
        'packaged', 'constant_color', 'uniform_noise', 'gaussian_noise'
    }
    assert sum(row['samples'] for row in report['by_ratio'].values()) == 12
    assert tuple(report['features']) == FEATURE_NAMES
    assert [row['weight'] for row in report['features'].values()
            ] == list(calibration.weights)
    assert Image.open('curve.png').size == (1300, 400)
    assert '6 photographs, cross-validation' in capsys.readouterr().out

    fit(run_tool, *arguments)
    assert Path('verdict.json').read_text() == written


def test_others_can_be_held_out(run_tool: Callable, tiny_config: Path,
                                checkpoint: Path, photographs: Path,
                                tmp_path: Path) -> None:
    held_out = tmp_path / 'held_out'
    held_out.mkdir()
    for name in ('1.png', '2.png'):
        (held_out / name).write_bytes((photographs / name).read_bytes())
    fit(run_tool, tiny_config, checkpoint, '--clean-dir',
        photographs, '--held-out-dir', held_out, '--corruptions',
        write_corruptions(tmp_path))
    report = json.loads(Path('report.json').read_text())
    assert report['tested_on'] == 'held-out photographs'
    assert report['photographs'] == 2
    assert set(report['by_source']) == {'config', 'corruptions'}
    assert report['by_pattern']['scribble']['samples'] == 4


def write_corruptions(folder: Path) -> Path:
    path = folder / 'corruptions.py'
    path.write_text("corruption_train = dict(type='ScribbleCorruption')\n"
                    'corruption_val = corruption_train\n')
    return path


@pytest.mark.parametrize('arguments, message', [
    (['--versions', 0], '--versions takes at least 1'),
    (['--misses', 1], '--false-alarms and --misses take shares'),
    (['--clean-dir', 'nowhere'], 'nowhere'),
    (['--corruptions', 'empty.py'], 'empty.py has no damage for the split'),
])
def test_mistakes_are_told(run_tool: Callable, tiny_config: Path,
                           checkpoint: Path, tmp_path: Path,
                           capsys: pytest.CaptureFixture, arguments: list,
                           message: str) -> None:
    (tmp_path / 'empty.py').write_text('')
    with pytest.raises(SystemExit, match='1'):
        run_tool(TOOL, tiny_config, checkpoint, '-o', 'verdict.json',
                 *arguments)
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith('Error: ') and message in error


def make_samples(num_photographs: int = 40, gap: float = 1.) -> Samples:
    """One clean and two damaged samples of each photograph; the first
    feature tells them apart by ``gap`` standard deviations."""
    source = np.tile(['clean', 'config', 'config'], num_photographs)
    features = np.random.randn(len(source), len(FEATURE_NAMES))
    features[:, 0] += gap * (source == 'config')
    return Samples(
        features=features,
        photograph=np.repeat(np.arange(num_photographs), 3),
        source=source,
        pattern=source,
        ratio=np.where(source == 'clean', 0., 0.3))


def test_the_fit_is_a_balanced_logistic_regression() -> None:
    samples = make_samples()
    result = fit_calibration(samples, Targets(0.1, 0.1))
    standard = StandardScaler().fit_transform(samples.features)
    reference = LogisticRegression(
        C=result.strength,
        class_weight='balanced').fit(standard, samples.damaged)
    expected = reference.predict_proba(standard)[:, 1]
    found = [
        result.calibration.probability(dict(zip(FEATURE_NAMES, row)))
        for row in samples.features
    ]
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_no_photograph_speaks_for_itself() -> None:
    """Each photograph has a mark of its own that gives its samples away;
    only a fit that has seen the photograph could use it."""
    samples = make_samples(gap=0.)
    features = np.zeros_like(samples.features)
    marks = np.random.randn(40, len(FEATURE_NAMES))
    features += marks[samples.photograph]
    samples = samples._replace(features=features)
    result = fit_calibration(samples, Targets(0.1, 0.1))
    for number in range(40):
        own = result.probability[samples.photograph == number]
        assert own == pytest.approx(own[0])


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
