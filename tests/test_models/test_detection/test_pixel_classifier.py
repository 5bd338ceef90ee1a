"""Per-pixel classification against hand-made sums."""

import cv2
import numpy as np
import pytest
import torch
from reference import losses as twin

from hcl_mmagic.models import PixelClassifierHead
from hcl_mmagic.models.detection.pixel_classifier import soft_jaccard

CHANNELS = (4, 8, 16)


@pytest.fixture
def head():
    return PixelClassifierHead(stage_channels=CHANNELS, hidden_channels=6)


def make_features(num_images=2):
    return [
        torch.randn(num_images, channels, 16 >> s, 24 >> s)
        for s, channels in enumerate(CHANNELS)
    ]


def make_mask(num_images=2):
    mask = torch.zeros(num_images, 1, 16, 24)
    mask[..., 2:9] = 1
    return mask


@torch.no_grad()
def test_log_odds_add_up_from_the_coarsest_stage(head):
    features = make_features()
    own = [output.numpy() for output in head.of_stages(features)]
    hierarchy, _ = head(features)
    total = own[2]
    for stage in (1, 0):
        total = own[stage] + np.kron(total, np.ones((1, 1, 2, 2)))
        np.testing.assert_allclose(hierarchy.log_odds[stage], total, atol=1e-6)
        np.testing.assert_allclose(
            hierarchy.mask_prob[stage], 1 / (1 + np.exp(-total)), atol=1e-6)


@torch.no_grad()
def test_the_loss_is_the_cross_entropy_with_each_patch_s_share(head):
    features, mask = make_features(), make_mask()
    hierarchy, losses = head(features, mask)
    assert set(losses) == {f'loss_pixel_s{stage}' for stage in range(3)}
    for stage in range(3):
        side = 2**stage
        share = mask.numpy().reshape(2, 1, 16 // side, side, 24 // side,
                                     side).mean((3, 5))
        prob = hierarchy.mask_prob[stage].double().numpy()
        entropy = -share * np.log(prob) - (1 - share) * np.log(1 - prob)
        assert losses[f'loss_pixel_s{stage}'].item() == pytest.approx(
            entropy.mean(), abs=1e-5)


@torch.no_grad()
def test_the_overlap_loss_is_one_minus_the_soft_iou():
    head = PixelClassifierHead(
        stage_channels=CHANNELS, hidden_channels=6, overlap_weight=0.5)
    hierarchy, losses = head(make_features(), make_mask())
    truth = make_mask().numpy()
    for stage in range(3):
        side = 2**stage
        share = truth.reshape(2, 16 // side, side, 24 // side, side).mean(
            (2, 4))
        loss = []
        for prob, one in zip(hierarchy.mask_prob[stage][:, 0].numpy(), share):
            common = (prob * one).sum()
            union = prob.sum() + one.sum() - common
            loss.append(1 - (common + 1) / (union + 1))
        assert losses[f'loss_overlap_s{stage}'].item() == pytest.approx(
            0.5 * np.mean(loss), abs=1e-6)


@torch.no_grad()
def test_of_pictures_larger_than_the_finest_stage_every_pixel_counts(head):
    features = make_features(num_images=1)
    mask = (torch.rand(1, 1, 32, 48) > 0.5).float()
    hierarchy, losses = head(features, mask)
    truth = mask[0, 0].numpy()
    for stage, odds in enumerate(hierarchy.log_odds):
        odds, share = odds[0, 0].double().numpy(), truth
        if stage == 0:
            odds = cv2.resize(odds, (48, 32), interpolation=cv2.INTER_LINEAR)
        else:
            side = 2 * 2**stage
            share = truth.reshape(32 // side, side, 48 // side, side).mean(
                (1, 3))
        entropy = np.log1p(np.exp(odds)) - share * odds
        assert losses[f'loss_pixel_s{stage}'].item() == pytest.approx(
            entropy.mean(), abs=1e-5)


@pytest.mark.parametrize('seed', range(20))
@torch.no_grad()
def test_losses_equal_the_twin_on_random_draws(seed):
    rng = np.random.default_rng(seed)
    height, width, factor = (rng.integers(1, 4, size=3) * (4, 4, 1)).tolist()
    weights = dict(zip(('loss_weight', 'overlap_weight'), rng.random(2)))
    head = PixelClassifierHead(
        stage_channels=CHANNELS, hidden_channels=6, **weights).double()
    features = [
        torch.randn(2, channels, height >> s, width >> s).double()
        for s, channels in enumerate(CHANNELS)
    ]
    mask = rng.random((2, factor * height, factor * width)) < 0.4
    hierarchy, losses = head(features,
                             torch.from_numpy(mask)[:, None].double())
    for stage, odds in enumerate(hierarchy.log_odds):
        odds = odds[:, 0].numpy()
        if stage == 0:
            odds = [
                cv2.resize(one, (factor * width, factor * height))
                for one in odds
            ]
        entropy, overlap = np.mean([[
            measure(1 / (1 + np.exp(-one)), twin.patch_shares(
                other, one.shape))
            for measure in (twin.cross_entropy, twin.soft_jaccard)
        ] for one, other in zip(odds, mask)], axis=0)  # yapf: disable
        assert losses[f'loss_pixel_s{stage}'].item() == pytest.approx(
            weights['loss_weight'] * entropy)
        assert losses[f'loss_overlap_s{stage}'].item() == pytest.approx(
            weights['overlap_weight'] * overlap)


def test_an_intact_picture_teaches_to_find_nothing():
    logit = torch.full((1, 1, 4, 4), 2., requires_grad=True)
    soft_jaccard(logit.sigmoid(), torch.zeros(1, 1, 4, 4)).sum().backward()
    assert (logit.grad > 0).all()


def test_every_parameter_learns(head):
    _, losses = head(make_features(), make_mask())
    sum(losses.values()).backward()
    assert all(p.grad is not None for p in head.parameters())


def test_without_the_truth_there_is_no_loss_and_no_gradient(head):
    hierarchy, losses = head(make_features())
    assert losses == {}
    assert not any(prob.requires_grad for prob in hierarchy.mask_prob)


def test_it_learns_a_visible_split(head):
    features, mask = make_features(), make_mask()
    features[0][:, :1] += 4 * mask
    optimizer = torch.optim.Adam(head.parameters(), lr=0.02)
    for _ in range(100):
        optimizer.zero_grad()
        sum(head(features, mask)[1].values()).backward()
        optimizer.step()
    found = head(features)[0].mask[0]
    assert (found == mask).float().mean() > 0.97
