"""Circle loss against a scalar twin, recorded values and gradcheck."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from reference import losses as twin

from hcl_mmagic.models.losses import CircleLoss


def pairs(num_vectors, seed=0, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    vectors = F.normalize(
        torch.randn(2, 5, num_vectors, generator=generator, dtype=dtype),
        dim=1)
    labels = torch.rand(2, num_vectors, generator=generator) > 0.5
    return vectors, labels


@pytest.mark.parametrize('name, temperature', [('circle', 0.1),
                                               ('circle_alone', 1.0)])
def test_equals_the_recorded_loss(recorded_detection, name, temperature):
    vectors = torch.from_numpy(recorded_detection[f'{name}.features']).T[None]
    labels = torch.from_numpy(recorded_detection[f'{name}.labels'])[None] > 0.5
    weights = torch.ones_like(labels, dtype=torch.float32)
    loss = CircleLoss(temperature=temperature)(vectors, labels, vectors,
                                               labels, weights)
    assert loss.mean().item() == pytest.approx(
        float(recorded_detection[f'{name}.loss']), abs=1e-4)


@pytest.mark.parametrize('seed', range(20))
def test_equals_the_twin_on_random_draws_with_empty_slots(seed):
    rng = np.random.default_rng(seed)
    num_anchors, num_references = rng.integers(1, 12, size=2)
    temperature = rng.uniform(0.02, 1)
    anchors, anchor_labels = pairs(num_anchors, seed, torch.float64)
    references, labels = pairs(num_references, seed + 99, torch.float64)
    weights = torch.from_numpy((rng.random((2, num_references))
                                < 0.7).astype(float))
    loss = CircleLoss(temperature=temperature)(anchors, anchor_labels,
                                               references, labels, weights)
    for image, anchor in np.ndindex(2, num_anchors):
        kept = weights[image] > 0
        similarity = (anchors[image, :, anchor] @ references[image])[kept]
        same = (labels[image] == anchor_labels[image, anchor])[kept]
        expected = twin.circle_loss(similarity.tolist(), same.tolist(),
                                    temperature)
        np.testing.assert_allclose(
            loss[image, anchor], expected, rtol=1e-9, atol=1e-12)


def test_two_opposite_groups_cost_next_to_nothing():
    direction = F.normalize(torch.randn(5), dim=0)
    labels = torch.arange(8)[None] % 2 == 0
    vectors = torch.where(labels, 1., -1.)[:, None] * direction[:, None]
    loss = CircleLoss()(vectors, labels, vectors, labels, torch.ones(1, 8))
    assert loss.max() < 1e-6


@pytest.mark.parametrize('label', [False, True])
def test_a_single_class_costs_nothing_and_has_a_finite_gradient(label):
    vectors, _ = pairs(6)
    vectors.requires_grad_()
    labels = torch.full((2, 6), label)
    loss = CircleLoss()(vectors, labels, vectors, labels, torch.ones(2, 6))
    loss.sum().backward()
    assert loss.abs().max() == 0
    assert vectors.grad.isfinite().all()


def test_gradient_in_double_precision():
    vectors, labels = pairs(5, dtype=torch.float64)
    weights = torch.tensor([1., 1, 1, 0, 1], dtype=torch.float64).expand(2, -1)
    loss = CircleLoss(temperature=0.5)

    def of_anchors(anchors):
        return loss(anchors, labels, vectors, labels, weights)

    assert torch.autograd.gradcheck(of_anchors, vectors.requires_grad_())


def test_a_temperature_that_would_overflow_is_refused():
    with pytest.raises(ValueError, match='temperature must be at least 0.02'):
        CircleLoss(temperature=0.01)
