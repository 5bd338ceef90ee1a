"""Probabilistic context normalisation against the paper's formulas."""

import pytest
import torch
from reference import vcnet_formulas

from hcl_mmagic.models.compared.vcnet.context_normalization import (
    EPSILON, ProbabilisticContextNorm, transfer_context, weighted_statistics)


@pytest.fixture
def features():
    return torch.randn(2, 3, 4, 5, dtype=torch.double)


@pytest.fixture
def mask():
    """A soft mask of each image."""
    return torch.rand(2, 1, 4, 5, dtype=torch.double)


@pytest.fixture
def norm():
    return ProbabilisticContextNorm(3, reduction=1).double()


def per_channel(function, features, mask):
    """Results of a numpy twin for every channel of every image."""
    return [[function(channel, weight[0], EPSILON) for channel in image]
            for image, weight in zip(features.numpy(), mask.numpy())]


def test_weighted_statistics_are_those_of_the_formula(features, mask):
    found = torch.stack(weighted_statistics(features, mask), dim=-1)
    expected = per_channel(vcnet_formulas.weighted_statistics, features, mask)
    torch.testing.assert_close(found[:, :, 0, 0], torch.tensor(expected))


def test_statistics_of_full_weight_are_the_plain_ones(features):
    mean, std = weighted_statistics(features, torch.ones_like(features[:, :1]))
    expected = features.flatten(2)
    close = dict(rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(mean[..., 0, 0], expected.mean(2), **close)
    torch.testing.assert_close(std[..., 0, 0], expected.std(2, unbiased=False),
                               **close)


def test_transfer_is_that_of_the_formula(features, mask):
    expected = per_channel(vcnet_formulas.context_transfer, features, mask)
    torch.testing.assert_close(
        transfer_context(features, mask),
        torch.stack([
            torch.stack([torch.from_numpy(channel) for channel in image])
            for image in expected
        ]))


def test_norm_is_that_of_the_formula(norm, features, mask):
    found = norm(features, mask)
    with torch.no_grad():
        hidden = norm.excitation[0](features.mean((2, 3))).clamp(min=0)
        beta = torch.sigmoid(norm.excitation[2](hidden)).numpy()
    for index in range(2):
        expected = vcnet_formulas.context_norm(features[index].numpy(),
                                               mask[index, 0].numpy(),
                                               beta[index], EPSILON)
        torch.testing.assert_close(found[index], torch.from_numpy(expected))


def test_features_of_an_intact_picture_stay(norm, features, mask):
    torch.testing.assert_close(
        norm(features, torch.zeros_like(mask)), features)


def test_intact_features_stay_beside_corrupted_ones(norm, features, mask):
    mask = mask.round()
    found = norm(features, mask)
    intact = (mask == 0).expand_as(features)
    torch.testing.assert_close(found[intact], features[intact])
    assert not torch.allclose(found[~intact], features[~intact])


def test_corrupted_features_may_get_the_intact_mean():
    features = torch.randn(1, 2, 8, 8)
    mask = torch.zeros(1, 1, 8, 8)
    mask[..., :4] = 1
    features[..., :4] += 5
    norm = ProbabilisticContextNorm(2)
    torch.nn.init.constant_(norm.excitation[2].bias, 100.)  # beta = 1
    found = norm(features, mask)
    torch.testing.assert_close(found[..., :4].mean((2, 3)),
                               features[..., 4:].mean((2, 3)))


def test_wholly_corrupted_picture_stays_finite(norm, features, mask):
    features.requires_grad_(True)
    found = norm(features, torch.ones_like(mask))
    found.sum().backward()
    assert found.isfinite().all() and features.grad.isfinite().all()


def test_gradients_reach_features_and_mask(norm, features, mask):
    features, mask = (
        item[:1, :, :2, :3].clone().requires_grad_(True)
        for item in (features, mask))
    assert torch.autograd.gradcheck(norm, (features, mask))


def test_half_precision_is_left():
    norm = ProbabilisticContextNorm(8)
    features = 100 * torch.rand(1, 8, 64, 64)
    mask = torch.rand(1, 1, 64, 64)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        found = norm(features.bfloat16(), mask.bfloat16())
    assert found.dtype == torch.float32
