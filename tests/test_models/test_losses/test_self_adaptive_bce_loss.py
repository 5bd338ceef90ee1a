"""Self-adaptive cross-entropy against the paper's formula."""

import pytest
import torch
from reference import vcnet_formulas

from hcl_mmagic.models import SelfAdaptiveBCELoss


@pytest.fixture
def logits():
    return torch.randn(3, 1, 5, 7)


@pytest.fixture
def mask():
    """A different share of corrupted pixels in every image."""
    shares = torch.tensor([0.1, 0.4, 0.8]).view(3, 1, 1, 1)
    return (torch.rand(3, 1, 5, 7) < shares).float()


def test_loss_is_that_of_the_formula_averaged_over_images(logits, mask):
    loss = SelfAdaptiveBCELoss(loss_weight=2.)(logits, mask)
    expected = 2 * sum(
        vcnet_formulas.self_adaptive_bce(prob[0], truth[0]) for prob, truth in
        zip(logits.double().sigmoid().numpy(), mask.numpy())) / 3
    assert loss.item() == pytest.approx(expected, rel=1e-5)


def test_half_damaged_image_costs_half_the_plain_cross_entropy(logits):
    mask = torch.zeros(3, 1, 5, 8)
    mask[..., ::2] = 1
    logits = torch.randn(3, 1, 5, 8)
    plain = torch.nn.functional.binary_cross_entropy_with_logits(logits, mask)
    torch.testing.assert_close(SelfAdaptiveBCELoss()(logits, mask), plain / 2)


@pytest.mark.parametrize('corrupted', [0., 1.])
def test_image_of_one_class_teaches_nothing(logits, corrupted):
    logits.requires_grad_(True)
    loss = SelfAdaptiveBCELoss()(logits, torch.full_like(logits, corrupted))
    loss.backward()
    assert loss == 0
    assert (logits.grad == 0).all()


def test_both_classes_pull_equally_hard():
    logits = torch.zeros(1, 1, 4, 5, requires_grad=True)
    mask = torch.zeros(1, 1, 4, 5)
    mask[..., 0, :3] = 1
    SelfAdaptiveBCELoss()(logits, mask).backward()
    torch.testing.assert_close(logits.grad[mask == 1].sum(),
                               -logits.grad[mask == 0].sum())


def test_certain_mistakes_cost_a_finite_loss():
    logits = torch.tensor([1e4, -1e4]).view(1, 1, 1, 2)
    mask = torch.tensor([0., 1.]).view(1, 1, 1, 2)
    assert SelfAdaptiveBCELoss()(logits, mask) == pytest.approx(5e3)
