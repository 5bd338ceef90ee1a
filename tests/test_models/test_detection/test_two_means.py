"""The batched 2-means against a per-image twin and recorded outputs."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from reference import detection

from hcl_mmagic.models.detection.two_means import (clustering_cost,
                                                   farthest_pairs,
                                                   fixed_pixels, random_pixels,
                                                   side_means, soft_two_means)


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


@pytest.mark.parametrize('seed', range(24))
def test_equals_the_twin_on_random_draws(seed):
    """In float64, so that the iteration at which the costs settle agrees."""
    rng = np.random.default_rng(seed)
    num_images, channels, num_pixels, num_restarts = rng.integers(
        (1, 3, 5, 1), (4, 9, 60, 5))
    num_iterations, temperature = rng.integers(9), rng.uniform(0.05, 0.5)
    features = unit_vectors(num_images, channels, num_pixels, seed).double()
    members = torch.from_numpy(rng.random((num_images, num_pixels)) > 0.4)
    members[:, 0] = True
    first = random_pixels(members, num_restarts)
    centres, log_odds = soft_two_means(
        features, members, farthest_pairs(features, members, first),
        int(num_iterations), temperature)
    cost = clustering_cost(features, members, centres[:, None], temperature)
    for image in range(num_images):
        chosen = members[image].numpy()
        firsts = [int(chosen[:index].sum()) for index in first[image]]
        expected, share, lowest = detection.soft_two_means(
            features[image].T.numpy()[chosen], firsts, num_iterations,
            temperature)
        np.testing.assert_allclose(centres[image], expected, atol=1e-8)
        np.testing.assert_allclose(
            1 - log_odds[image].sigmoid()[chosen], share, atol=1e-8)
        assert cost[image].item() == pytest.approx(lowest)


def test_the_best_restart_is_kept_wherever_it_stands():
    features = unit_vectors(num_images=8, num_pixels=30)
    members = torch.ones(8, 30, dtype=torch.bool)
    starts = farthest_pairs(features, members, random_pixels(members, 3))
    costs = torch.stack([
        clustering_cost(
            features, members,
            soft_two_means(features, members, start[:, None])[0][:, None])[:,
                                                                           0]
        for start in starts.unbind(1)
    ], 1)
    assert set(costs.argmin(1).tolist()) == {0, 1, 2}
    centres, _ = soft_two_means(features, members, starts)
    cost = clustering_cost(features, members, centres[:, None])
    torch.testing.assert_close(cost[:, 0], costs.amin(1))


@pytest.mark.parametrize('seed', range(20))
def test_the_means_of_two_sides_equal_the_twin(seed):
    rng = np.random.default_rng(seed)
    features = unit_vectors(seed=seed).double()
    members, side = torch.from_numpy(
        rng.random((2, 3, 40)) > [[[0.3]], [[0.5]]])
    side[2] = seed % 2 == 0  # one side is empty
    centres = side_means(features, members, side)
    for image in range(3):
        chosen = members[image].numpy()
        expected = detection.side_means(features[image].T.numpy()[chosen],
                                        side[image].numpy()[chosen])
        np.testing.assert_allclose(centres[image, 0], expected, atol=1e-12)


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


def test_random_pixels_are_drawn_anew_for_each_image_and_restart():
    members = torch.arange(20).expand(300, -1) % 2 == 0
    first = random_pixels(members, 2)
    assert set(first.flatten().tolist()) == set(range(0, 20, 2))
    assert len(set(map(tuple, first.tolist()))) > 60  # of 100 pairs


def test_fixed_pixels_leave_the_global_generator_alone():
    before = torch.random.get_rng_state()
    fixed_pixels(torch.ones(2, 30, dtype=torch.bool), 3)
    assert torch.equal(before, torch.random.get_rng_state())


def test_fixed_pixels_differ_between_restarts():
    first = fixed_pixels(torch.ones(1, 300, dtype=torch.bool), 3)
    assert len(set(first[0].tolist())) == 3
