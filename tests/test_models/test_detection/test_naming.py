"""Naming the clusters: each way against a hand-made case, gradcheck."""

import numpy as np
import pytest
import torch
from reference import detection
from reference import losses as twin

from hcl_mmagic.models import (CentreClassifier, MaskHierarchy, PixelVote,
                               SplitJudge)
from hcl_mmagic.models.detection.naming import larger_is_intact, nearer_to_mask


def halves(size=8):
    """Two pictures whose cluster 1 is the left quarter, not oriented yet."""
    log_odds = torch.full((2, 1, size, size), -4.)
    log_odds[..., :size // 4] = 4.
    return log_odds


def hierarchy_of(log_odds, centres=None, seen=None):
    if centres is None:
        centres = torch.zeros(2, 2, 1)
    if seen is None:
        seen = torch.ones_like(log_odds, dtype=torch.bool)
    return MaskHierarchy(
        log_odds=(log_odds, ),
        mask_prob=(log_odds.sigmoid(), ),
        centres=(centres, ),
        uncertain=(seen, ),
        sure_intact=(seen, ),
        sure_corrupted=(seen, ))


def test_the_true_mask_decides_by_the_smaller_distance():
    mask = torch.zeros(2, 1, 16, 16)
    mask[0, ..., :4] = 1
    mask[1, ..., 4:] = 1
    assert nearer_to_mask(hierarchy_of(halves()),
                          mask).tolist() == [False, True]


@pytest.mark.parametrize('seed', range(20))
def test_both_rules_equal_the_twin_on_random_draws(seed):
    rng = np.random.default_rng(seed)
    height, width, step = rng.integers((2, 2, 1), (9, 9, 5))
    log_odds = torch.from_numpy(rng.normal(0, 3, (4, 1, height, width)))
    seen = torch.from_numpy(rng.random(log_odds.shape) < 0.8)
    mask = rng.random((4, height * step, width * step)) < 0.5
    hierarchy = hierarchy_of(log_odds, seen=seen)
    nearer = nearer_to_mask(hierarchy,
                            torch.from_numpy(mask)[:, None].double())
    larger = larger_is_intact(hierarchy)
    for image in range(4):
        prob = hierarchy.mask_prob[0][image, 0].numpy()
        assert nearer[image] == detection.is_nearer_swapped(prob, mask[image])
        chosen = prob[seen[image, 0].numpy()]
        assert larger[image] == (chosen.sum() > (1 - chosen).sum())


def test_a_tie_keeps_the_order():
    hierarchy = hierarchy_of(torch.zeros(1, 1, 8, 8))
    assert not nearer_to_mask(hierarchy, torch.zeros(1, 1, 8, 8)).any()


def test_the_larger_cluster_is_intact():
    log_odds = halves()
    log_odds[1] *= -1
    swap = larger_is_intact(hierarchy_of(log_odds))
    assert swap.tolist() == [False, True]


def test_pixels_outside_the_picture_have_no_size():
    log_odds = halves()
    seen = torch.zeros_like(log_odds, dtype=torch.bool)
    seen[..., :2] = True
    assert larger_is_intact(hierarchy_of(log_odds, seen=seen)).all()


def test_the_classifier_calls_the_higher_logit_corrupted():
    classifier = CentreClassifier(projection_channels=1)
    with torch.no_grad():
        for parameter in classifier.parameters():
            parameter.fill_(1)
    centres = torch.tensor([[[2.], [1.]], [[0.], [3.]]])
    swap = classifier.decide([], hierarchy_of(halves(), centres))
    assert swap.tolist() == [True, False]


@pytest.mark.parametrize('seed', range(20))
def test_the_classifier_equals_the_twin_on_random_draws(seed):
    rng = np.random.default_rng(seed)
    num_images, channels = rng.integers((1, 2), (5, 9))
    weight = rng.uniform(0.1, 2)
    classifier = CentreClassifier(
        projection_channels=channels, loss_weight=weight).double()
    state = {k: v.numpy() for k, v in classifier.layers.state_dict().items()}
    centres = rng.normal(size=(num_images, 2, channels))
    hierarchy = hierarchy_of(halves(), torch.from_numpy(centres))
    prob = np.array(
        [[detection.classify_centre(state, centre) for centre in pair]
         for pair in centres])
    loss = classifier.loss([], hierarchy, None)['loss_classifier']
    assert loss.item() == pytest.approx(
        weight * twin.cross_entropy(prob, np.array([[0, 1]])))
    swap = classifier.decide([], hierarchy)
    assert swap.tolist() == (prob[:, 1] < prob[:, 0]).tolist()


def test_the_classifier_learns_the_order_that_it_is_taught():
    classifier = CentreClassifier(projection_channels=4)
    taught = hierarchy_of(halves(), torch.randn(2, 2, 4))
    optimizer = torch.optim.Adam(classifier.parameters(), lr=0.05)
    for _ in range(30):
        optimizer.zero_grad()
        classifier.loss([], taught, None)['loss_classifier'].backward()
        optimizer.step()
    assert not classifier.decide([], taught).any()
    reversed_ = taught.swapped(torch.tensor([True, True]))
    assert classifier.decide([], reversed_).all()


def echoing_vote():
    """A vote that rises with its only feature."""
    vote = PixelVote(in_channels=1, hidden_channels=1)
    torch.nn.init.ones_(vote.layers[0].weight)
    torch.nn.init.ones_(vote.layers[2].weight)
    return vote


def test_the_vote_is_the_mean_over_a_cluster():
    feature = torch.zeros(2, 1, 8, 8)
    feature[0, ..., :2] = 1
    feature[1, ..., 2:] = 1
    feature[1, ..., 0, 0] = 1  # one voter is wrong
    swap = echoing_vote().decide([feature], hierarchy_of(halves()))
    assert swap.tolist() == [False, True]


def test_padding_has_no_vote():
    feature = torch.zeros(2, 1, 8, 8)
    feature[..., :2] = 1
    feature[..., 6:] = 100
    seen = torch.ones(2, 1, 8, 8, dtype=torch.bool)
    seen[..., 6:] = False
    hierarchy = hierarchy_of(halves(), seen=seen)
    assert not echoing_vote().decide([feature], hierarchy).any()


def test_the_vote_learns_the_corrupted_share_of_a_patch():
    vote = PixelVote(in_channels=2, hidden_channels=2)
    mask = torch.zeros(1, 1, 4, 4)
    mask[..., :2, :1] = 1
    feature = torch.zeros(1, 2, 2, 2)
    torch.nn.init.zeros_(vote.layers[2].weight)
    torch.nn.init.zeros_(vote.layers[2].bias)
    vote.loss([feature], None, mask)['loss_vote'].backward()
    # d/dz of the cross-entropy at z = 0 is 1/2 - share, averaged.
    assert vote.layers[2].bias.grad.item() == pytest.approx(0.5 - 0.5 / 4)


@pytest.mark.parametrize('seed', range(20))
def test_the_loss_of_the_vote_equals_the_twin_on_random_draws(seed):
    rng = np.random.default_rng(seed)
    height, width, step, channels = rng.integers((1, 1, 1, 1), (5, 5, 5, 5))
    vote = PixelVote(
        in_channels=channels, hidden_channels=3, loss_weight=0.7).double()
    feature = torch.from_numpy(rng.normal(size=(2, channels, height, width)))
    mask = rng.random((2, height * step, width * step)) < 0.3
    prob = vote.pixel_logits([feature]).sigmoid().detach().numpy()
    expected = [
        twin.cross_entropy(one, twin.patch_shares(other, one.shape))
        for one, other in zip(prob[:, 0], mask)
    ]
    loss = vote.loss([feature], None, torch.from_numpy(mask)[:, None].double())
    assert loss['loss_vote'].item() == pytest.approx(0.7 * np.mean(expected))


def test_gradient_of_the_vote_in_double_precision():
    vote = PixelVote(in_channels=2, hidden_channels=3).double()
    feature = torch.randn(1, 2, 3, 3, dtype=torch.float64, requires_grad=True)
    mask = (torch.rand(1, 1, 6, 6) > 0.5).double()
    assert torch.autograd.gradcheck(
        lambda values: vote.loss([values], None, mask)['loss_vote'], feature)


def test_gradient_of_the_classifier_in_double_precision():
    classifier = CentreClassifier(projection_channels=3).double()
    centres = torch.randn(2, 2, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda values: classifier.loss([], hierarchy_of(halves(), values), None
                                       )['loss_classifier'], centres)


def test_the_judge_contradicts_itself_on_the_exchanged_split():
    judge = SplitJudge(in_channels=3, stage=0, hidden_channels=4)
    features = [torch.randn(2, 3, 8, 8)]
    hierarchy = hierarchy_of(halves())
    swapped = hierarchy.swapped(torch.tensor([True, True]))
    decisions = [judge.decide(features, h) for h in (hierarchy, swapped)]
    assert torch.equal(decisions[0], ~decisions[1])


def test_the_judge_learns_which_side_is_striped():
    """A shape cue: neither colour nor size tells the two sides apart."""
    torch.manual_seed(0)
    judge = SplitJudge(in_channels=1, stage=0, hidden_channels=4)
    stripes = torch.zeros(2, 1, 16, 16)
    stripes[0, ..., 2:5] = 1
    stripes[0, ..., 9:12] = 1
    stripes[1, :, 4:7] = 1
    stripes[1, :, 12:15] = 1
    features = [torch.zeros(2, 1, 16, 16)]
    optimizer = torch.optim.Adam(judge.parameters(), lr=1e-2)
    right = hierarchy_of((2 * stripes - 1) * 4)
    for _ in range(60):
        optimizer.zero_grad()
        judge.loss(features, right, stripes)['loss_judge'].backward()
        optimizer.step()
    assert not judge.decide(features, right).any()
    wrong = right.swapped(torch.tensor([True, True]))
    assert judge.decide(features, wrong).all()


def test_the_judge_leaves_the_encoder_to_the_vote():
    vote = dict(type='PixelVote', in_channels=2, hidden_channels=2)
    feature = torch.randn(2, 2, 8, 8, requires_grad=True)
    for config in (None, vote):
        judge = SplitJudge(
            in_channels=2, stage=0, hidden_channels=2, vote=config)
        losses = judge.loss([feature], hierarchy_of(halves()),
                            torch.zeros(2, 1, 8, 8))
        sum(losses.values()).backward()
        assert (feature.grad is None) == (config is None)


def test_gradient_of_the_judge_in_double_precision():
    judge = SplitJudge(in_channels=1, stage=0, hidden_channels=2).double()
    features = [torch.randn(1, 1, 4, 4, dtype=torch.float64)]
    seen = torch.ones(1, 1, 4, 4, dtype=torch.bool)

    def loss(split):
        return torch.nn.functional.softplus(
            -judge._odds(features, (split, ), seen)).mean()

    split = torch.rand(1, 1, 4, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(loss, split)


def orientations():
    vote = dict(type='PixelVote', in_channels=3, hidden_channels=4)
    return (CentreClassifier(projection_channels=5),
            PixelVote(in_channels=3, hidden_channels=4),
            SplitJudge(in_channels=3, stage=0, hidden_channels=4, vote=vote))


def seen_by_all():
    features = [torch.randn(2, 3, 8, 8)]
    return features, hierarchy_of(halves(), torch.randn(2, 2, 5))


@pytest.mark.parametrize('index', range(3))
def test_log_odds_change_their_sign_with_the_order(index):
    module = orientations()[index]
    features, hierarchy = seen_by_all()
    swapped = hierarchy.swapped(torch.tensor([True, True]))
    log_odds = module.log_odds(features, hierarchy)
    assert log_odds.shape == (2, ) and (log_odds != 0).all()
    torch.testing.assert_close(
        module.log_odds(features, swapped), -log_odds, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize('index', range(3))
def test_what_is_decided_is_likely(index):
    module = orientations()[index]
    features, hierarchy = seen_by_all()
    oriented = hierarchy.swapped(module.decide(features, hierarchy))
    assert (module.log_odds(features, oriented) > 0).all()


def test_log_odds_of_centres_are_the_difference_of_their_logits():
    classifier = CentreClassifier(projection_channels=1)
    with torch.no_grad():
        for parameter in classifier.parameters():
            parameter.fill_(1)
    centres = torch.tensor([[[2.], [1.]], [[0.], [3.]]])
    log_odds = classifier.log_odds([], hierarchy_of(halves(), centres))
    assert log_odds.tolist() == [-1, 3]


def test_log_odds_of_votes_are_the_difference_of_their_means():
    vote = echoing_vote()
    feature = torch.zeros(2, 1, 8, 8)
    feature[0, ..., :2] = 1
    log_odds = vote.log_odds([feature], hierarchy_of(halves() * 10))
    expected = vote.pixel_logits([torch.ones(1, 1, 1, 1)]) \
        - vote.pixel_logits([torch.zeros(1, 1, 1, 1)])
    assert log_odds.tolist() == pytest.approx([expected.item(), 0.], abs=1e-6)
