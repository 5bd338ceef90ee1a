"""ID-MRF against its formula."""

import pytest
import torch
from reference import vcnet_formulas

from hcl_mmagic.models.functional import id_mrf_distance
from hcl_mmagic.models.functional.texture import EPSILON


def test_distance_is_that_of_the_formula():
    features, truth = torch.rand(2, 3, 6, 4, 5)
    found = id_mrf_distance(features, truth)
    expected = [
        vcnet_formulas.id_mrf(one, other, 0.5, EPSILON)
        for one, other in zip(features.double().numpy(),
                              truth.double().numpy())
    ]
    torch.testing.assert_close(found, torch.tensor(expected).float())


def test_permuted_pixels_cost_nothing():
    truth = torch.randn(1, 8, 4, 4)
    permuted = truth.flatten(2)[..., torch.randperm(16)].view_as(truth)
    assert id_mrf_distance(permuted, truth).item() == pytest.approx(
        0, abs=1e-3)


def test_one_texture_repeated_costs_more_than_all_of_them():
    truth = torch.randn(1, 8, 4, 4)
    repeated = truth[..., :1, :1].expand_as(truth)
    noisy = truth + 0.1 * torch.randn_like(truth)
    assert id_mrf_distance(repeated, truth) > id_mrf_distance(noisy, truth)


def test_gradient_of_equal_features_is_finite():
    truth = torch.rand(1, 8, 4, 4)
    features = truth.clone().requires_grad_(True)
    id_mrf_distance(features, truth).sum().backward()
    assert features.grad.isfinite().all()


def test_gradient_of_constant_features_is_finite():
    features = torch.zeros(1, 8, 4, 4, requires_grad=True)
    id_mrf_distance(features, torch.zeros(1, 8, 4, 4)).sum().backward()
    assert features.grad.isfinite().all()
