"""The metrics inside MMagic's loops, in one process and in two."""
import json
import subprocess
import sys

import numpy as np
import pytest

from hcl_mmagic.evaluation import MaskDetection, RestorationPSNR

NUM_SAMPLES = 7  # an uneven last batch of 2 and an uneven share of 2 ranks


@pytest.fixture(scope='module')
def single_process_metrics(evaluation_runner, tmp_path_factory):
    return evaluation_runner.evaluate(tmp_path_factory.mktemp('single'))


@pytest.mark.parametrize('metric_class', [MaskDetection, RestorationPSNR])
def test_loop_gives_the_scores_of_the_samples(metric_class, evaluation_runner,
                                              single_process_metrics):
    metric = metric_class()
    samples = [evaluation_runner.make_sample(i) for i in range(NUM_SAMPLES)]
    metric.process(None, [sample.to_dict() for sample in samples])
    expected = metric.compute_metrics(metric.results)
    measured = {key: single_process_metrics[key] for key in expected}
    assert measured == pytest.approx(expected, rel=1e-12)


def test_toolbox_metrics_stand_beside_ours(single_process_metrics):
    for key in ('PSNR', 'SSIM', 'MAE', 'IoU_corrupted', 'PSNR_inside'):
        assert np.isfinite(single_process_metrics[key])


def test_validation_equals_test(evaluation_runner, single_process_metrics,
                                tmp_path):
    runner = evaluation_runner.make_runner(tmp_path)
    keeper = evaluation_runner.KeepMetrics()
    runner.register_hook(keeper)
    runner.val()
    assert keeper.metrics == pytest.approx(single_process_metrics)


@pytest.mark.slow
def test_two_processes_give_the_metrics_of_one(evaluation_runner,
                                               single_process_metrics,
                                               tmp_path):
    script = evaluation_runner.__file__
    processes = [
        subprocess.Popen(
            [
                sys.executable, script,
                str(rank), '2',
                str(tmp_path / 'init'),
                str(tmp_path)
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
    # MAE sums float32 in another order
    assert metrics == pytest.approx(single_process_metrics, rel=1e-6)
