"""Hierarchical contrastive loss: recorded values, selection, gradcheck."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from hcl_mmagic.models.functional import build_mask_hierarchy, erode
from hcl_mmagic.models.losses import HierarchicalContrastiveLoss
from hcl_mmagic.models.losses.hierarchical_contrastive_loss import (
    select_hardest, select_randomly)
from hcl_mmagic.models.orientation import nearer_to_mask

EVERYTHING = 10**6


def random_batch(size=16, dtype=torch.float32):
    torch.manual_seed(0)
    projections = [
        F.normalize(
            torch.randn(2, 4, size >> s, size >> s, dtype=dtype), dim=1)
        for s in range(3)
    ]
    mask = torch.zeros(2, 1, size, size, dtype=dtype)
    mask[:, :, :, :size // 2] = 1
    mask[0, :, 3, size - 3] = 1
    hierarchy = build_mask_hierarchy(projections)
    swap = nearer_to_mask(hierarchy, mask.float())
    return projections, hierarchy.swapped(swap), mask


@pytest.fixture
def recorded_batch(recorded_detection):
    recorded = recorded_detection
    projections = [
        torch.from_numpy(recorded[f'proj{stage}']) for stage in range(3)
    ]
    mask = torch.from_numpy(~recorded['mask_valid']).float()
    ranks = iter(recorded['kmeans_init_index_gt'].tolist())

    def first_pixels(members, num_restarts):
        return torch.stack([image.nonzero()[next(ranks)] for image in members])

    hierarchy = build_mask_hierarchy(projections, first_pixels=first_pixels)
    swap = nearer_to_mask(hierarchy, mask)
    return projections, hierarchy.swapped(swap), mask


@pytest.mark.parametrize('num_references, name',
                         [(EVERYTHING, 'loss_contrast_per_stage'),
                          (16, 'loss_contrast_per_stage_16_references')])
def test_equals_the_recorded_loss_of_each_stage(recorded_detection,
                                                recorded_batch, num_references,
                                                name):
    loss = HierarchicalContrastiveLoss(
        num_anchors=EVERYTHING, num_references=num_references, loss_weight=1.)
    losses = loss(*recorded_batch)
    np.testing.assert_allclose(
        [losses[f'loss_contrast_s{s}'] for s in (0, 1, 2)],
        recorded_detection[name],
        atol=1e-4)


def test_stages_finer_than_the_start_have_no_loss():
    batch = random_batch()
    complete, coarse = (
        HierarchicalContrastiveLoss(
            num_anchors=EVERYTHING,
            num_references=EVERYTHING,
            start_stage=stage)(*batch) for stage in (0, 2))
    assert coarse == {'loss_contrast_s2': complete['loss_contrast_s2']}


def test_anchors_are_pure_and_uncertain_only():
    """Moving what is no anchor and no reference changes nothing."""
    projections, hierarchy, mask = random_batch()
    loss = HierarchicalContrastiveLoss(num_anchors=EVERYTHING)
    projections = [p.requires_grad_() for p in projections]
    sum(loss(projections, hierarchy, mask).values()).backward()
    for stage, projection in enumerate(projections):
        share = F.avg_pool2d(mask, 2**stage)
        used = projection.grad.abs().sum(1, keepdim=True) > 0
        allowed = hierarchy.uncertain[stage] & ((share == 0) | (share == 1))
        assert not (used & ~allowed).any()


def test_references_of_the_coarser_stage_are_detached():
    projections, hierarchy, mask = random_batch()
    projections = [p.requires_grad_() for p in projections]
    losses = HierarchicalContrastiveLoss()(projections, hierarchy, mask)
    losses['loss_contrast_s0'].backward()
    assert projections[1].grad is None


@pytest.mark.parametrize('value', [0., 1.])
def test_an_all_intact_or_all_corrupted_mask_is_finite(value):
    projections, hierarchy, mask = random_batch()
    projections = [p.requires_grad_() for p in projections]
    losses = HierarchicalContrastiveLoss()(projections, hierarchy,
                                           torch.full_like(mask, value))
    total = sum(losses.values())
    total.backward()
    assert total.isfinite()
    assert all(p.grad.isfinite().all() for p in projections)


@pytest.mark.parametrize('stage', [0, 1, 2])
def test_gradient_in_double_precision(stage):
    projections, hierarchy, mask = random_batch(size=8, dtype=torch.float64)
    loss = HierarchicalContrastiveLoss(
        num_anchors=EVERYTHING, temperature=0.5, loss_weight=1.)

    def of_stage(projection):
        changed = list(projections)
        changed[stage] = projection
        return loss(changed, hierarchy, mask)[f'loss_contrast_s{stage}']

    assert torch.autograd.gradcheck(of_stage,
                                    projections[stage].requires_grad_())


def test_random_selection_draws_distinct_candidates():
    candidates = torch.rand(3, 50) > 0.3
    index, filled = select_randomly(candidates, 8)
    assert filled.all() and candidates.gather(1, index).all()
    assert all(len(set(row)) == 8 for row in index.tolist())


def test_random_selection_leaves_slots_empty_when_candidates_are_few():
    candidates = torch.zeros(1, 50, dtype=torch.bool)
    candidates[0, [4, 9]] = True
    index, filled = select_randomly(candidates, 8)
    assert sorted(index[filled].tolist()) == [4, 9]


def test_hardest_selection_takes_both_ends_of_edge_and_interior():
    sure = torch.zeros(1, 1, 12, 12, dtype=torch.bool)
    sure[..., 2:10, 2:10] = True
    certainty = torch.randn(1, 144)
    order = certainty.argsort(1, descending=True)
    index, filled = select_hardest(sure, order, 16)
    edge = (sure & ~erode(sure)).flatten(1)[0]
    interior = erode(sure).flatten(1)[0]
    expected = []
    for part in (edge, interior):
        ranked = [i for i in order[0].tolist() if part[i]]
        expected += ranked[:4] + ranked[-4:]
    assert sorted(index[filled].tolist()) == sorted(expected)


def test_hardest_selection_takes_a_small_set_whole():
    sure = torch.zeros(1, 1, 12, 12, dtype=torch.bool)
    sure[..., :3, :3] = True
    order = torch.randn(1, 144).argsort(1)
    index, filled = select_hardest(sure, order, 16)
    assert filled.sum() == 9 and sure.flatten(1).gather(1, index)[filled].all()
