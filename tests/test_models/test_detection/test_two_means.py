"""The batched 2-means against a per-image twin and recorded outputs."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from reference import detection

from hcl_mmagic.models.detection.two_means import (clustering_cost,
                                                   farthest_pairs,
                                                   fixed_pixels, random_pixels,
                                                   soft_two_means)


def unit_vectors(num_images=3, channels=8, num_pixels=40, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return F.normalize(
        torch.randn(num_images, channels, num_pixels, generator=generator),
        dim=1)


def cluster(features, members, num_restarts):
    """Start from fixed pixels, as at test time."""
    first = fixed_pixels(members, num_restarts)
    return soft_two_means(features, members,
                          farthest_pairs(features, members, first))


def test_equals_the_twin_on_subsets_of_pixels():
    features = unit_vectors()
    members = torch.rand(3, 40, generator=torch.Generator().manual_seed(1))
    members = members > 0.4
    first = random_pixels(members, 1)
    centres, log_odds = soft_two_means(
        features, members, farthest_pairs(features, members, first), 5)
    cost = clustering_cost(features, members, centres[:, None])[:, 0]
    for image in range(3):
        chosen = members[image].numpy()
        points = features[image].T.double().numpy()
        index = int(chosen[:first[image, 0]].sum())
        expected, share, expected_cost = detection.soft_two_means(
            points[chosen], index, 5)
        np.testing.assert_allclose(centres[image], expected, atol=1e-4)
        np.testing.assert_allclose(
            1 - log_odds[image].sigmoid()[chosen], share, atol=1e-4)
        assert cost[image].item() == pytest.approx(expected_cost, abs=1e-3)


def test_best_restart_equals_the_recorded_one(recorded_detection):
    recorded = recorded_detection
    features = torch.from_numpy(recorded['proj2'][:1]).flatten(2)
    first = torch.from_numpy(recorded['kmeans_alone.init_index'])[None]
    members = torch.ones(1, features.shape[2], dtype=torch.bool)
    centres, log_odds = soft_two_means(
        features, members, farthest_pairs(features, members, first), 50)
    np.testing.assert_allclose(
        centres[0], recorded['kmeans_alone.centers'], atol=1e-4)
    np.testing.assert_allclose(
        1 - log_odds[0].sigmoid(), recorded['kmeans_alone.weights'], atol=1e-4)
    cost = clustering_cost(features, members, centres[:, None])[:, 0]
    np.testing.assert_allclose(
        cost[0], recorded['kmeans_alone.cost'], rtol=1e-4)


def test_finds_two_well_separated_groups():
    left, right = F.normalize(torch.randn(2, 8), dim=1)
    right = F.normalize(right - (left @ right) * left, dim=0)
    truth = torch.arange(50) % 3 == 0
    features = torch.where(truth, left[:, None], right[:, None])[None]
    members = torch.ones(1, 50, dtype=torch.bool)
    _, log_odds = cluster(features, members, 1)
    found = log_odds[0] > 0
    assert torch.equal(found, truth) or torch.equal(found, ~truth)


def test_an_image_alone_or_in_a_batch_gets_the_same_clusters():
    features = unit_vectors()
    members = torch.ones(3, 40, dtype=torch.bool)
    together = cluster(features, members, 2)
    for image in range(3):
        pick = slice(image, image + 1)
        alone = cluster(features[pick], members[pick], 2)
        torch.testing.assert_close(alone[1], together[1][pick])


def test_more_restarts_never_cost_more():
    features = unit_vectors(num_pixels=200)
    members = torch.ones(3, 200, dtype=torch.bool)
    first = random_pixels(members, 6)
    costs = []
    for count in (1, 3, 6):
        start = farthest_pairs(features, members, first[:, :count])
        centres, _ = soft_two_means(features, members, start)
        costs.append(clustering_cost(features, members, centres[:, None]))
    assert (costs[1] <= costs[0] + 1e-3).all()
    assert (costs[2] <= costs[1] + 1e-3).all()


def test_no_members_give_zero_centres_and_log_odds():
    features = unit_vectors(num_images=1)
    members = torch.zeros(1, 40, dtype=torch.bool)
    centres, log_odds = cluster(features, members, 1)
    assert not centres.any() and not log_odds.any()


@pytest.mark.parametrize('choose', [fixed_pixels, random_pixels])
def test_chosen_pixels_are_members(choose):
    members = torch.zeros(2, 30, dtype=torch.bool)
    members[0, [3, 17]] = True
    members[1, 29] = True
    first = choose(members, 4)
    assert members.gather(1, first).all()


def test_fixed_pixels_leave_the_global_generator_alone():
    before = torch.random.get_rng_state()
    fixed_pixels(torch.ones(2, 30, dtype=torch.bool), 3)
    assert torch.equal(before, torch.random.get_rng_state())


def test_fixed_pixels_differ_between_restarts():
    first = fixed_pixels(torch.ones(1, 300, dtype=torch.bool), 3)
    assert len(set(first[0].tolist())) == 3
