"""SegmentationIoU against mmsegmentation's metric and against ours."""
import sys

import pytest
import torch
from mmagic.registry import METRICS

from hcl_mmagic.errors import IncompatibleStackError
from hcl_mmagic.evaluation import MaskDetection, SegmentationIoU


def make_sample(mask, pred_mask):
    """A predicted sample of two binary maps ``(1, H, W)``."""
    return dict(
        mask=mask,
        output=dict(
            pred_mask=pred_mask,
            mask_prob=pred_mask,
            stage_mask_prob=pred_mask))


def random_sample(height, width, corrupted=0.4):
    mask, pred_mask = (torch.rand(2, 1, height, width) < corrupted).float()
    return make_sample(mask, pred_mask)


def score(metric, samples):
    for sample in samples:  # batches of one
        metric.process(None, [sample])
    return metric.compute_metrics(metric.results)


@pytest.fixture
def samples():
    """Of several sizes; classes are absent from the last three."""
    zeros, ones = torch.zeros(1, 4, 5), torch.ones(1, 4, 5)
    return [
        random_sample(8, 9),
        random_sample(20, 3),
        random_sample(5, 5, 0.8),
        make_sample(zeros, zeros),
        make_sample(ones, ones),
        make_sample(zeros, ones)
    ]


def score_by_mmseg(samples):
    """What a test run of mmsegmentation prints, in percent."""
    from mmseg.registry import METRICS as MMSEG_METRICS
    metric = MMSEG_METRICS.build(dict(type='IoUMetric', _scope_='mmseg'))
    metric.dataset_meta = dict(classes=('intact', 'corrupted'))
    metric.process({}, [
        dict(
            pred_sem_seg=dict(data=sample['output']['pred_mask'].long()),
            gt_sem_seg=dict(data=sample['mask'].long())) for sample in samples
    ])
    return metric.evaluate(len(samples))


def test_equals_mmsegmentation_on_all_pixels(samples):
    results, expected = score(SegmentationIoU(),
                              samples), score_by_mmseg(samples)
    assert 100 * results['mmseg_aAcc'] == pytest.approx(
        expected['aAcc'], abs=0.005)  # rounded there
    assert 100 * results['mmseg_mIoU'] == pytest.approx(
        expected['mIoU'], abs=0.005)
    assert results['mmseg_mIoU'] == pytest.approx(
        (results['mmseg_IoU_intact'] + results['mmseg_IoU_corrupted']) / 2)


def test_equals_mask_detection_on_the_average_of_the_images(samples):
    results, expected = (
        score(metric, samples)
        for metric in (SegmentationIoU(), MaskDetection()))
    for name in ('IoU_intact', 'IoU_corrupted'):
        assert results[f'mmseg_{name}_per_image'] == pytest.approx(
            expected[name])


@pytest.mark.parametrize('index', range(6))
def test_equals_mask_detection_on_a_single_image(samples, index):
    results, expected = (
        score(metric, samples[index:index + 1])
        for metric in (SegmentationIoU(), MaskDetection()))
    for ours, theirs in (('Accuracy', 'aAcc'), ('IoU_intact', 'IoU_intact'),
                         ('IoU_corrupted', 'IoU_corrupted')):
        assert results[f'mmseg_{theirs}'] == pytest.approx(expected[ours])


def test_large_images_count_more_than_small_ones():
    wrong = make_sample(torch.ones(1, 1, 4), torch.zeros(1, 1, 4))
    right = make_sample(torch.ones(1, 3, 4), torch.ones(1, 3, 4))
    results = score(SegmentationIoU(), [wrong, right])
    assert results['mmseg_IoU_corrupted'] == pytest.approx(12 / 16)
    assert results['mmseg_IoU_corrupted_per_image'] == pytest.approx(1 / 2)


def test_single_pixels_count_beside_millions():
    metric = SegmentationIoU()
    one = torch.ones(1, 1, 1)
    right, wrong = (
        metric.score_sample(make_sample(one, found))
        for found in (one, 0 * one))
    many = {key: 2**24 * area for key, area in right.items()}
    results = metric.summarize([many, *[wrong] * 8])
    assert results['mmseg_IoU_corrupted'] == 2**24 / (2**24 + 8)


def test_bins_of_the_damage_have_scores_of_their_own(samples):
    metric = dict(type='SegmentationIoU', ratio_bins=[(0, 60)], prefix='seen')
    binned = score(METRICS.build(metric), samples[:3])
    small = score(SegmentationIoU(), samples[:2])
    assert {key: binned[f'{key}@0-60'] for key in small} == small


def test_a_sample_without_a_mask_is_named(samples):
    del samples[0]['mask']
    with pytest.raises(KeyError, match='mask'):
        score(SegmentationIoU(), samples)


def test_says_how_to_install_mmsegmentation(monkeypatch):
    monkeypatch.setitem(sys.modules, 'mmseg.registry', None)
    with pytest.raises(IncompatibleStackError, match='pip install'):
        SegmentationIoU()
