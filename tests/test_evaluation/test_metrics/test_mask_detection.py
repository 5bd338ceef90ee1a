"""MaskDetection against the functions and cases worked by hand."""
import numpy as np
import pytest
import torch
from mmagic.registry import METRICS

from hcl_mmagic.evaluation import MaskDetection
from hcl_mmagic.evaluation.functional import mask_scores

SCORES = ('BCE', 'Accuracy', 'F1_corrupted', 'F1_intact', 'IoU_corrupted',
          'IoU_intact')


def make_sample(mask, finest, *coarser):
    """A sample dict of maps given as nested lists ``(H, W)``."""
    stage_mask_prob = torch.tensor([finest, *coarser])
    return dict(
        mask=torch.tensor([mask]),
        output=dict(
            pred_mask=(stage_mask_prob[:1] > 0.5).float(),
            mask_prob=stage_mask_prob[:1],
            stage_mask_prob=stage_mask_prob))


def score(*samples):
    metric = MaskDetection()
    for sample in samples:  # batches of one
        metric.process(None, [sample])
    return metric.compute_metrics(metric.results)


@pytest.fixture
def random_samples():
    rng = torch.Generator().manual_seed(0)

    def draw(*shape):
        return torch.rand(*shape, generator=rng)

    return [
        make_sample((draw(5, 7) > 0.6).float().tolist(),
                    *draw(3, 5, 7).tolist()) for _ in range(3)
    ]


def test_each_stage_equals_the_mean_of_the_functions(random_samples):
    results = score(*random_samples)
    for stage, suffix in enumerate(['', '_s1', '_s2']):
        expected = []
        for sample in random_samples:
            prob = sample['output']['stage_mask_prob'][stage:stage + 1].numpy()
            expected.append(
                mask_scores(prob > 0.5, prob, sample['mask'].numpy()))
        for key in SCORES:
            mean = np.mean([scores[key] for scores in expected])
            assert results[key + suffix] == pytest.approx(mean)


def test_result_keys(random_samples):
    assert set(score(*random_samples)) == {
        *SCORES, *(f'{key}_s1' for key in SCORES),
        *(f'{key}_s2' for key in SCORES), 'OrientationAccuracy',
        'IoU_corrupted_oracle'
    }


def test_one_stage_has_no_suffixed_keys():
    results = score(make_sample([[1., 0.]], [[.9, .1]]))
    assert set(results) == {
        *SCORES, 'OrientationAccuracy', 'IoU_corrupted_oracle'
    }


def test_oracle_swaps_only_the_wrongly_oriented_images():
    right = make_sample([[1., 0., 0., 0.]], [[.9, .9, .1, .1]],
                        [[.9, .1, .1, .1]])
    wrong = make_sample([[1., 0., 0., 0.]], [[.1, .9, .9, .9]],
                        [[.1, .9, .9, .9]])
    results = score(right, wrong)
    assert results['OrientationAccuracy'] == 0.5
    assert results['IoU_corrupted'] == (0.5 + 0) / 2
    assert results['IoU_corrupted_oracle'] == (0.5 + 1) / 2


def test_orientation_is_judged_at_the_coarsest_stage():
    sample = make_sample([[1., 0., 0., 0.]], [[.9, .1, .1, .1]],
                         [[.1, .9, .9, .9]])
    assert score(sample)['OrientationAccuracy'] == 0


def test_probability_of_one_half_is_intact():
    sample = make_sample([[0., 0.]], [[.1, .1]], [[.5, .5]])
    assert score(sample)['Accuracy_s1'] == 1


def test_samples_are_left_alone(random_samples):
    sample = random_samples[0]
    tensors = [sample['mask'], *sample['output'].values()]
    copies = [tensor.clone() for tensor in tensors]
    score(sample)
    for tensor, copy in zip(tensors, copies):
        assert torch.equal(tensor, copy)


def test_half_precision_maps_are_read():
    sample = make_sample([[1., 0.]], [[.75, .25]])
    expected = score(sample)
    sample['output'] = {
        key: tensor.bfloat16()
        for key, tensor in sample['output'].items()
    }
    assert score(sample) == expected


def test_missing_field_is_named():
    sample = make_sample([[1., 0.]], [[.9, .1]])
    del sample['output']['stage_mask_prob']
    with pytest.raises(KeyError, match='needs "stage_mask_prob"'):
        score(sample)


def test_unknown_argument_is_named():
    with pytest.raises(TypeError, match='MaskDetection.*treshold'):
        METRICS.build(dict(type='MaskDetection', treshold=0.5))
