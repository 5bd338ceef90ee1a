"""The metrics inside MMagic's loops, in one process and in two."""
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mmagic.registry import METRICS
from mmengine.config import Config

from hcl_mmagic.evaluation import MaskDetection, RestorationQuality
from hcl_mmagic.evaluation.functional import DETECTION_BINS, RESTORATION_BINS

RUNTIME = Path(__file__).parents[2] / 'configs/_base_/default_runtime.py'
NUM_SAMPLES = 7  # an uneven last batch of 2 and an uneven share of 2 ranks


@pytest.fixture(scope='module')
def single_process(evaluation_runner, backbones, tmp_path_factory):
    """Work folder and metrics of a test in one process."""
    folder = tmp_path_factory.mktemp('single')
    return folder, evaluation_runner.evaluate(folder / 'rank0', backbones)


@pytest.fixture(scope='module')
def single_process_metrics(single_process):
    return single_process[1]


@pytest.mark.parametrize('metric_class', [MaskDetection, RestorationQuality])
def test_loop_gives_the_scores_of_the_samples(metric_class, evaluation_runner,
                                              single_process_metrics):
    metric = metric_class()
    samples = [evaluation_runner.make_sample(i) for i in range(NUM_SAMPLES)]
    metric.process(None, [sample.to_dict() for sample in samples])
    expected = metric.compute_metrics(metric.results)
    measured = {key: single_process_metrics[key] for key in expected}
    assert measured == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize('key', ['PSNR', 'SSIM', 'MAE'])
def test_whole_images_score_as_in_the_toolbox(key, single_process_metrics):
    assert single_process_metrics[key] == pytest.approx(
        single_process_metrics[f'mmagic/{key}'], rel=1e-6)


def test_every_number_of_the_tables_is_there(single_process_metrics):
    for key in ('IoU_corrupted_s2@0-30', 'F1_intact@30-60', 'BCE_s1',
                'PSNR_inside@30-60', 'SSIM_outside', 'LPIPS_inside@30-60',
                'FID_outside', 'num_images@60-100'):
        assert np.isfinite(single_process_metrics[key])


def test_validation_equals_test(evaluation_runner, backbones,
                                single_process_metrics, tmp_path):
    runner = evaluation_runner.make_runner(
        tmp_path, more_metrics=evaluation_runner.backbone_metrics(backbones))
    keeper = evaluation_runner.KeepMetrics()
    runner.register_hook(keeper)
    runner.val()
    assert keeper.metrics == pytest.approx(single_process_metrics)


def test_missing_backbones_leave_the_other_scores(evaluation_runner, tmp_path,
                                                  single_process_metrics):
    runner = evaluation_runner.make_runner(
        tmp_path, more_metrics=evaluation_runner.backbone_metrics(tmp_path))
    keeper = evaluation_runner.KeepMetrics()
    runner.register_hook(keeper)
    runner.test()
    expected = {
        key: score
        for key, score in single_process_metrics.items()
        if not key.startswith(('LPIPS', 'FID'))
    }
    assert keeper.metrics == pytest.approx(expected)


@pytest.mark.slow
def test_two_processes_give_the_metrics_of_one(evaluation_runner, backbones,
                                               single_process, tmp_path):
    script = evaluation_runner.__file__
    processes = [
        subprocess.Popen(
            [
                sys.executable, script,
                str(rank), '2',
                str(tmp_path / 'init'),
                str(tmp_path), backbones
            ],
            # MMEngine collects results through a folder below the current one
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True) for rank in range(2)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
    metrics = json.loads((tmp_path / 'metrics.json').read_text())
    folder, expected = single_process
    # MAE of MMagic sums float32 in another order
    assert metrics == pytest.approx(expected, rel=1e-6)
    saved = _read_files(tmp_path / 'saved')
    assert len(saved) == 6 * NUM_SAMPLES
    assert saved == _read_files(folder / 'saved')


def _read_files(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob('*.png')
    }


def test_the_configs_have_the_bins_of_the_paper():
    config = Config.fromfile(RUNTIME)
    metrics = [METRICS.build(cfg) for cfg in config.test_evaluator.metrics]
    bins = {type(metric).__name__: metric.ratio_bins for metric in metrics}
    assert bins == {
        'ImageCount': (*DETECTION_BINS, *RESTORATION_BINS),
        'MaskDetection': DETECTION_BINS,
        'RestorationQuality': RESTORATION_BINS,
        'RestorationLPIPS': RESTORATION_BINS,
        'RestorationFID': RESTORATION_BINS
    }
