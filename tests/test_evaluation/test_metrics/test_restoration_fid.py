"""RestorationFID against scipy on a random TorchScript network."""
import numpy as np
import pytest
import torch
from scipy import linalg

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.evaluation import RestorationFID

NUM_SAMPLES = 12


@pytest.fixture(scope='module')
def samples(evaluation_runner):
    """Samples that are brighter by their index where they were restored."""
    samples = []
    for index in range(NUM_SAMPLES):
        sample = evaluation_runner.make_sample(index % 6).to_dict()
        gt_img = sample['gt_img'] * (0.2 + 0.06 * index)
        sample['gt_img'] = gt_img
        sample['output']['pred_img'] = gt_img + 20 + index
        samples.append(sample)
    return samples


@pytest.fixture
def score(backbones):
    """Scores of samples by the random network."""

    def score_samples(samples, min_images=2, **settings):
        metric = RestorationFID(
            checkpoint=str(backbones / 'scripted.pt'),
            device='cpu',
            min_images=min_images,
            **settings)
        metric.load()
        for sample in samples:
            metric.process(None, [sample])
        return metric.compute_metrics(metric.results)

    return score_samples


def _reference_fid(backbones, images, truths):
    network = torch.jit.load(str(backbones / 'scripted.pt'))
    statistics = []
    for pictures in (images, truths):
        rgb = np.stack([picture.numpy()[::-1] for picture in pictures])
        pixels = torch.from_numpy(np.clip(np.rint(rgb), 0, 255))
        with torch.no_grad():
            features = network(pixels.byte(), return_features=True).numpy()
        statistics.append((features.mean(0), np.cov(features, rowvar=False)))
    (mean, cov), (other_mean, other_cov) = statistics
    root = linalg.sqrtm(cov @ other_cov).real
    return (
        (mean - other_mean)**2).sum() + np.trace(cov + other_cov - 2 * root)


def test_regions_are_composed_with_the_truth(samples, score, backbones):
    truths = [sample['gt_img'] for sample in samples]
    restored = [sample['output']['pred_img'] for sample in samples]
    composed = {
        'FID':
        restored,
        'FID_inside': [
            torch.where(sample['mask'] > 0, pred, truth)
            for sample, pred, truth in zip(samples, restored, truths)
        ],
        'FID_outside': [
            torch.where(sample['mask'] > 0, truth, pred)
            for sample, pred, truth in zip(samples, restored, truths)
        ]
    }
    expected = {
        key: _reference_fid(backbones, images, truths)
        for key, images in composed.items()
    }
    assert score(samples) == pytest.approx(expected, abs=1e-4)
    assert min(expected.values()) > 1e-2


def test_values_are_rounded_and_clipped_as_in_a_file(samples, score):
    loud, in_file = [], []
    for sample in samples:
        image = 2 * sample['output']['pred_img'] - 100
        loud.append(dict(sample, output=dict(pred_img=image)))
        image = image.round().clamp(0, 255)
        in_file.append(dict(sample, output=dict(pred_img=image)))
    assert min(s['output']['pred_img'].min() for s in loud) < 0
    assert max(s['output']['pred_img'].max() for s in loud) > 256
    assert score(loud) == score(in_file)


def test_restored_truth_has_no_distance(samples, score):
    perfect = [
        dict(sample, output=dict(pred_img=sample['gt_img']))
        for sample in samples
    ]
    assert score(perfect)['FID'] == pytest.approx(0, abs=1e-6)


def test_a_bin_holds_only_its_images(samples, score):
    few = [
        sample for sample in samples if 40 < 100 * sample['mask'].mean() <= 60
    ]
    assert 2 <= len(few) < len(samples)
    results = score(samples, ratio_bins=[(40, 60)])
    assert results['FID_inside@40-60'] == pytest.approx(
        score(few)['FID_inside'])


def test_too_few_images_give_null_and_a_line(samples, score, capsys):
    results = score(samples, min_images=NUM_SAMPLES, ratio_bins=[(40, 60)])
    assert np.isfinite(results['FID'])
    assert np.isnan(results['FID@40-60'])
    assert 'FID@40-60 needs at least 12 images' in capsys.readouterr().out


def test_images_of_several_sizes_are_scored(evaluation_runner, score):
    samples = [
        evaluation_runner.make_sample(index, size).to_dict()
        for index, size in enumerate((32, 40, 48))
    ]
    assert np.isfinite(score(samples)['FID'])


def test_one_image_is_never_enough():
    assert RestorationFID().min_images == 100
    with pytest.raises(ConfigError, match='at least 2'):
        RestorationFID(min_images=1)
