"""Alignment loss: against Gram matrices, its bounds, its edge cases."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from hcl_mmagic.models.losses import KernelAlignmentLoss


def random_projections(num_images=2, size=16, dtype=torch.float32, seed=0):
    torch.manual_seed(seed)
    return [
        F.normalize(
            torch.randn(num_images, 4, size >> s, size >> s, dtype=dtype),
            dim=1) for s in range(3)
    ]


def half_mask(num_images=2, size=16, dtype=torch.float32):
    mask = torch.zeros(num_images, 1, size, size, dtype=dtype)
    mask[..., :size // 2 - 1] = 1
    return mask


def gram_matrix_alignment(vectors, target):
    """The definition by centred Gram matrices, one image, (C, P) and (P,)."""
    pixels = len(target)
    centring = np.eye(pixels) - 1 / pixels
    kernel = centring @ (vectors.T @ vectors) @ centring
    ideal = centring @ np.outer(target, target) @ centring
    return (kernel * ideal).sum() / (
        np.linalg.norm(kernel) * np.linalg.norm(ideal))


@pytest.mark.parametrize('seed', range(10))
def test_equals_the_definition_by_gram_matrices(seed):
    projections, mask = random_projections(seed=seed), half_mask()
    mask[1, :, 2 + seed:] = 0
    losses = KernelAlignmentLoss(loss_weight=2.)(projections, None, mask)
    for stage, projection in enumerate(projections):
        share = F.avg_pool2d(mask, 2**stage)
        expected = np.mean([
            2 - 2 * gram_matrix_alignment(
                vectors.flatten(1).double().numpy(),
                target.flatten().double().numpy())
            for vectors, target in zip(projection, share)
        ])
        np.testing.assert_allclose(
            losses[f'loss_alignment_s{stage}'], expected, atol=1e-5)


def test_is_zero_when_only_the_classes_differ():
    mask = half_mask()
    mask[..., 7:8] = 1
    projections = [
        torch.cat((share, 1 - share), 1)
        for share in (F.avg_pool2d(mask, 2**s) for s in range(3))
    ]
    losses = KernelAlignmentLoss()(projections, None, mask)
    for loss in losses.values():
        np.testing.assert_allclose(loss, 0, atol=1e-5)


@pytest.mark.parametrize('value', [0., 1.])
def test_a_picture_of_one_class_costs_nothing(value):
    projections = [p.requires_grad_() for p in random_projections()]
    mask = torch.full((2, 1, 16, 16), value)
    loss = sum(KernelAlignmentLoss()(projections, None, mask).values())
    loss.backward()
    assert loss == 0
    assert all((p.grad == 0).all() for p in projections)


def test_projections_that_are_all_equal_have_a_finite_gradient():
    projections = [
        torch.full_like(p, 0.5).requires_grad_() for p in random_projections()
    ]
    loss = sum(KernelAlignmentLoss()(projections, None, half_mask()).values())
    loss.backward()
    assert all(p.grad.isfinite().all() for p in projections)


def test_gradcheck():
    projections = random_projections(num_images=1, size=8, dtype=torch.double)
    mask = half_mask(num_images=1, size=8, dtype=torch.double)

    def total(*projections):
        return sum(KernelAlignmentLoss()(projections, None, mask).values())

    assert torch.autograd.gradcheck(total,
                                    [p.requires_grad_() for p in projections])
