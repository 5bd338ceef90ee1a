"""RestorationLPIPS against the lpips package."""
import numpy as np
import pytest
import torch
from mmagic.registry import METRICS

from hcl_mmagic.errors import CheckpointError, ConfigError
from hcl_mmagic.evaluation import RestorationLPIPS
from hcl_mmagic.evaluation.backbones import load_lpips


@pytest.fixture
def samples(evaluation_runner):
    return [evaluation_runner.make_sample(i).to_dict() for i in range(3)]


@pytest.fixture(scope='module')
def loaded(backbones):
    """A metric with the random AlexNet."""
    metric = RestorationLPIPS(
        checkpoint=str(backbones / 'alexnet.pth'), device='cpu')
    metric.load()
    return metric


@pytest.fixture
def score(loaded):
    """Scores of samples by the random AlexNet, which is read only once."""

    def score_samples(samples, **settings):
        metric = RestorationLPIPS(device='cpu', **settings)
        metric.backbone = loaded.backbone
        metric.process(None, samples)
        return metric.compute_metrics(metric.results)

    return score_samples


def _reference_lpips(backbones, sample):
    """Distance and map by the package, from RGB in [0, 1]."""
    rgb = [image[[2, 1, 0]][None] / 255
           for image in (sample['output']['pred_img'],
                         sample['gt_img'])]  # yapf: disable
    network = load_lpips('alex', backbones / 'alexnet.pth')
    whole = network(*rgb, normalize=True).item()
    network.spatial = True
    return whole, network(*rgb, normalize=True)[0, 0].numpy()


def test_regions_equal_means_of_the_packages_map(samples, score, backbones):
    whole, distances = _reference_lpips(backbones, samples[0])
    inside = samples[0]['mask'][0].numpy() == 1
    assert score(samples[:1]) == pytest.approx(
        {
            'LPIPS': whole,
            'LPIPS_inside': distances[inside].mean(),
            'LPIPS_outside': distances[~inside].mean()
        },
        abs=1e-6)


def test_images_are_averaged(samples, score):
    alone = [score([sample])['LPIPS'] for sample in samples]
    assert score(samples)['LPIPS'] == pytest.approx(np.mean(alone))
    assert len(set(alone)) == 3


def test_restored_truth_has_no_distance(samples, score):
    samples[0]['output']['pred_img'] = samples[0]['gt_img']
    assert set(score(samples[:1]).values()) == {0}


def test_only_the_regions_asked_for(samples, score):
    assert set(score(samples, regions=['inside'])) == {'LPIPS_inside'}


def test_undamaged_image_is_left_out_inside(samples, score):
    samples[0]['mask'] = torch.zeros_like(samples[0]['mask'])
    results = score(samples)
    assert results['LPIPS_inside'] == score(samples[1:])['LPIPS_inside']


def test_tiny_image_is_left_out(evaluation_runner, samples, score):
    tiny = evaluation_runner.make_sample(0, size=31).to_dict()
    assert score([tiny, *samples]) == score(samples)


def test_missing_file_disables_the_metric_in_one_line(samples, tmp_path,
                                                      capsys):
    metric = RestorationLPIPS(checkpoint=str(tmp_path / 'no.pth'))
    metric.size = 3
    metric.load()
    metric.process(None, samples)
    assert metric.evaluate() == {}
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert 'LPIPS is left out' in lines[0] and 'no.pth' in lines[0]
    assert 'docs/evaluation.md' in lines[0]


def test_file_of_another_network_is_an_error(backbones):
    metric = RestorationLPIPS(
        net='squeeze', checkpoint=str(backbones / 'alexnet.pth'))
    with pytest.raises(CheckpointError, match='squeezenet1_1'):
        metric.load()


def test_unknown_network_is_refused():
    with pytest.raises(ConfigError, match='one of alex, vgg, squeeze'):
        METRICS.build(dict(type='RestorationLPIPS', net='resnet'))
