"""The detector head: projections, ablation switch, determinism."""

import numpy as np
import pytest
import torch
from torch._subclasses.fake_tensor import (DataDependentOutputException,
                                           FakeTensorMode)

from hcl_mmagic.models import ContrastiveDetectorHead
from hcl_mmagic.models.detection.hierarchy import build_mask_hierarchy

CHANNELS = (4, 8, 16)


VOTE = dict(type='PixelVote', in_channels=16, hidden_channels=4)


def make_head(split=None, losses=None, **kwargs):
    return ContrastiveDetectorHead(
        stage_channels=CHANNELS,
        projection_channels=6,
        split=dict(dict(type='TwoMeansSplit', naming=VOTE), **(split or {})),
        losses=dict(
            contrast=dict(type='HierarchicalContrastiveLoss'),
            **(losses or {})),
        **kwargs)


def make_features(num_images=2, size=(16, 24)):
    return [
        torch.randn(num_images, channels, size[0] >> s, size[1] >> s)
        for s, channels in enumerate(CHANNELS)
    ]


def make_mask(num_images=2):
    mask = torch.zeros(num_images, 1, 16, 24)
    mask[..., :9] = 1
    return mask


def test_projections_are_unit_vectors_of_every_stage():
    for projection, feature in zip(make_head().project(make_features()),
                                   make_features()):
        assert projection.shape == (2, 6, *feature.shape[-2:])
        np.testing.assert_allclose(
            projection.detach().norm(dim=1), 1, atol=1e-5)


@pytest.mark.parametrize('fuse', [True, False])
def test_a_stage_sees_the_coarser_one_only_when_fused(fuse):
    head = make_head(fuse_stages=fuse)
    features = make_features()
    before = head.project(features)
    features[1] = features[1] + 1
    after = head.project(features)
    assert torch.equal(before[0], after[0]) != fuse
    assert torch.equal(before[2], after[2])


def test_without_the_truth_there_is_no_loss_and_no_chance():
    head = make_head()
    features = make_features()
    first, losses = head(features)
    torch.manual_seed(99)
    second, _ = head(features)
    assert losses == {}
    assert torch.equal(first.mask_prob[0], second.mask_prob[0])


def test_with_the_truth_the_clusters_start_at_random():
    head, features = make_head(), make_features()
    with torch.no_grad():
        found = [head(features, make_mask())[0].centres[2] for _ in range(4)]
    assert any(not torch.allclose(found[0], other) for other in found[1:])


@pytest.mark.parametrize('options', [
    dict(num_restarts=3),
    dict(num_iterations=1),
    dict(temperature=0.5),
    dict(sure_fractions=(0.5, 0.6, 0.7)),
    dict(finer_centres='inherited')
])
@torch.no_grad()
def test_the_options_of_the_clustering_reach_it(options):
    head, features = make_head(options), make_features(size=(32, 48))
    projections = head.project(features)
    found = head.split.find(projections, features).log_odds[0].abs()
    expected, default = (
        build_mask_hierarchy(projections, **chosen).log_odds[0].abs()
        for chosen in (options, {}))
    torch.testing.assert_close(found, expected)
    assert not torch.allclose(expected, default, rtol=1e-2)


def test_an_image_alone_or_in_a_batch_gets_the_same_mask():
    head = make_head()
    features = make_features(num_images=3)
    together, _ = head(features)
    for image in range(3):
        alone, _ = head([feature[image:image + 1] for feature in features])
        assert torch.equal(alone.mask[0], together.mask[0][image:image + 1])


def test_the_truth_orients_the_clusters_in_training():
    head = make_head()
    features, mask = make_features(), make_mask()
    oriented, _ = head(features, mask)
    reversed_, _ = head(features, 1 - mask)
    for image in range(2):
        for hierarchy, target in ((oriented, mask), (reversed_, 1 - mask)):
            prob = hierarchy.mask_prob[2][image]
            small = target[image, :, ::4, ::4]
            assert (prob - small).abs().mean() <= (1 - prob -
                                                   small).abs().mean()


def test_every_parameter_learns():
    head = make_head()
    features = make_features()
    _, losses = head(features, make_mask())
    sum(losses.values()).backward()
    without = [n for n, p in head.named_parameters() if p.grad is None]
    assert without == []


def test_gradients_reach_no_further_than_the_losses():
    head = make_head()
    features = [feature.requires_grad_() for feature in make_features()]
    hierarchy, _ = head(features, make_mask())
    assert not any(prob.requires_grad for prob in hierarchy.mask_prob)


def test_a_single_stage_clusters_the_finest_features_alone():
    head = make_head(hierarchical=False)
    features, mask = make_features(), make_mask()
    projections = head.project(features)
    assert [p.shape[-2:] for p in projections] == [(16, 24)]
    hierarchy, losses = head(features, mask)
    assert set(losses) == {'loss_contrast_s0', 'loss_vote'}
    assert hierarchy.uncertain[0].all()
    for stage in (1, 2):
        side = 2**stage
        shape = (2, 1, 16 // side, side, 24 // side, side)
        np.testing.assert_allclose(
            hierarchy.mask_prob[stage],
            hierarchy.mask_prob[0].numpy().reshape(shape).mean((3, 5)),
            atol=1e-5)


def test_a_single_stage_learns_what_it_uses():
    head = make_head(hierarchical=False)
    _, losses = head(make_features(), make_mask())
    sum(losses.values()).backward()
    assert all(p.grad is not None for p in head.parameters())


def test_a_missing_sure_fraction_is_named():
    with pytest.raises(ValueError, match='one entry of sure_fractions per'):
        make_head(dict(sure_fractions=(1.0, 0.95)))


def test_an_unknown_way_to_the_finer_centres_is_refused():
    with pytest.raises(ValueError, match="one of .*'inherited'.*got 'copied'"):
        make_head(dict(finer_centres='copied'))


def test_losses_are_those_of_the_config():
    head = make_head(
        losses=dict(alignment=dict(type='KernelAlignmentLoss'), other=None))
    _, losses = head(make_features(), make_mask())
    assert set(losses) == {
        f'loss_{kind}_s{stage}'
        for kind in ('contrast', 'alignment')
        for stage in range(3)
    } | {'loss_vote'}


@torch.no_grad()
def test_pixels_are_compared_with_given_centres_as_with_their_own():
    head = make_head(dict(finer_centres='inherited'))
    features = [feature[:1] for feature in make_features(size=(32, 48))]
    hierarchy, _ = head(features)
    found = head.compare(features, hierarchy.centres[0][0])
    torch.testing.assert_close(found, hierarchy.log_odds[0].sigmoid())


@torch.no_grad()
def test_maps_are_enlarged_by_repeating_their_pixels():
    found, _ = make_head()(make_features())
    prob = found.at_size((32, 48))[0]
    np.testing.assert_array_equal(
        prob, np.kron(found.mask_prob[0], np.ones((2, 2))))


def test_weights_of_earlier_versions_are_loaded():
    head = torch.nn.ModuleDict(dict(detector=make_head()))
    weights = head.state_dict()
    former = {
        name.replace('split.naming', 'orientation'): torch.ones_like(weight)
        for name, weight in weights.items()
    }
    assert set(former) != set(weights)
    head.load_state_dict(former)
    assert all((weight == 1).all() for weight in head.state_dict().values())


def test_an_unknown_argument_is_named():
    from mmagic.registry import MODELS
    with pytest.raises(TypeError, match='ContrastiveDetectorHead.*projection'):
        MODELS.build(
            dict(type='ContrastiveDetectorHead', projection_chanels=6))


@pytest.mark.parametrize('finer_centres', ['clustered', 'inherited'])
@pytest.mark.parametrize('training', [False, True])
def test_nothing_waits_for_the_device(finer_centres, training):
    """Tensors without values, which no `.item()`, no condition and no
    boolean index can be had of."""
    with FakeTensorMode():
        head = make_head(
            dict(num_restarts=2, finer_centres=finer_centres))
        split, features = head.split, make_features()
        projections = head.project(features)
        hierarchy = (
            split.find_for_training(projections, features, make_mask())
            if training else split.find(projections, features))
        assert hierarchy.mask[0].shape == (2, 1, 16, 24)
        with pytest.raises(DataDependentOutputException):
            hierarchy.mask[0].sum().item()


def test_clusters_and_losses_keep_full_precision_under_autocast():
    torch.manual_seed(0)
    head, features, mask = make_head(), make_features(), make_mask()
    projections = head.project(features)
    found = []
    for enabled in (False, True):
        with torch.autocast('cpu', dtype=torch.bfloat16, enabled=enabled):
            hierarchy = head.split.find(projections, features)
            torch.manual_seed(1)
            losses = head.losses['contrast'](projections, hierarchy, mask) \
                if not enabled else head.loss(projections, features,
                                              hierarchy, mask)
        found.append((hierarchy.log_odds, losses))
    (log_odds, losses), (autocast_log_odds, autocast_losses) = found
    # One swap of all signs at most: the orientation may use bfloat16.
    for one, other in zip(log_odds, autocast_log_odds):
        torch.testing.assert_close(one.abs(), other.abs(), rtol=0, atol=0)
    for name, loss in losses.items():
        assert autocast_losses[name].dtype == torch.float32
        torch.testing.assert_close(autocast_losses[name], loss)
