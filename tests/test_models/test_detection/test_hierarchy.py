"""The batched hierarchy against a per-image twin and recorded outputs."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from reference import detection

from hcl_mmagic.models.detection.hierarchy import build_mask_hierarchy
from hcl_mmagic.models.detection.naming import nearer_to_mask
from hcl_mmagic.models.detection.two_means import random_pixels


def smooth_projections(num_images=2, size=32, channels=6, seed=0):
    """Unit vectors of three stages with some structure to cluster."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(num_images, channels, 4, 4, generator=generator)
    return [
        F.normalize(
            F.interpolate(
                coarse, size=(size >> stage, size >> stage), mode='bilinear') +
            0.1 * torch.randn(
                num_images,
                channels,
                size >> stage,
                size >> stage,
                generator=generator),
            dim=1) for stage in range(3)
    ]


class Recorded:
    """First centres in recorded order, given as ranks among the members."""

    def __init__(self, ranks):
        self.ranks = iter(ranks.tolist())

    def __call__(self, members, num_restarts):
        return torch.stack(
            [image.nonzero()[next(self.ranks)] for image in members])


@pytest.mark.parametrize('prefix, ranks',
                         [('pred', 'kmeans_init_index'),
                          ('gtorient', 'kmeans_init_index_gt')])
def test_equals_the_recorded_hierarchy(recorded_detection, prefix, ranks):
    recorded = recorded_detection
    mask = torch.from_numpy(~recorded['mask_valid']).float()
    weights = [
        torch.from_numpy(recorded[f'classifier.cls.{name}'])
        for name in ('0.weight', '0.bias', '2.weight', '2.bias')
    ]

    hierarchy = build_mask_hierarchy(
        [torch.from_numpy(recorded[f'proj{stage}']) for stage in range(3)],
        first_pixels=Recorded(recorded[ranks]))
    if prefix == 'pred':
        intact = F.linear(
            F.linear(hierarchy.centres[-1], *weights[:2]).relu(),
            *weights[2:])[..., 0]
        swap = intact[:, 0] < intact[:, 1]
    else:
        swap = nearer_to_mask(hierarchy, mask)
    hierarchy = hierarchy.swapped(swap)
    for stage in range(3):

        def expected(name):
            return recorded[f'{prefix}.{name}{stage}']

        np.testing.assert_allclose(
            1 - hierarchy.mask_prob[stage], expected('acc_confs'), atol=1e-4)
        np.testing.assert_allclose(
            hierarchy.centres[stage], expected('centers'), atol=1e-4)
        for ours, name in ((hierarchy.sure_intact, 'valid_masks'),
                           (hierarchy.sure_corrupted, 'invalid_masks')):
            equal = ours[stage].numpy() == expected(name)
            assert equal.mean() > 0.999
        equal = (hierarchy.mask[stage].numpy() == 0) == expected('pred_masks')
        assert equal.mean() > 0.999


def random_detection(seed):
    """Projections, and options that recipes and users may choose."""
    rng = np.random.default_rng(seed)
    num_stages = 1 + seed % 4
    num_images, channels = rng.integers((1, 3), (4, 9)).tolist()
    coarsest = rng.integers(3, 6, size=2)
    shapes = [tuple(coarsest << s) for s in reversed(range(num_stages))]
    smooth = torch.from_numpy(rng.normal(size=(num_images, channels, 3, 3)))
    projections = [
        F.normalize(
            F.interpolate(smooth, size=shape, mode='bilinear') + 0.2 *
            torch.from_numpy(rng.normal(size=(num_images, channels, *shape))),
            dim=1).float() for shape in shapes
    ]
    options = dict(
        sure_fractions=rng.choice([1., 0.95, 0.8, 0.5], num_stages),
        num_iterations=int(rng.integers(1, 6)),
        temperature=float(rng.choice([0.05, 0.1, 0.3])),
        finer_centres='inherited' if seed % 3 == 2 else 'clustered')
    inside = None
    if rng.random() < 0.5:
        size = rng.integers(shapes[0][0] // 2, shapes[0]) + 1
        inside = []
        for stage, shape in enumerate(shapes):
            rows, columns = -(-size // 2**stage)
            inside.append(torch.zeros(1, 1, *shape, dtype=torch.bool))
            inside[-1][..., :rows, :columns] = True
    return projections, options, inside, int(rng.integers(1, 4))


@pytest.mark.parametrize('seed', range(24))
def test_equals_the_twin_on_random_draws(seed):
    projections, options, inside, num_restarts = random_detection(seed)
    firsts = []

    def remember(members, num_restarts):
        first = random_pixels(members, num_restarts)
        firsts.append([[int(image[:index].sum()) for index in indices]
                       for image, indices in zip(members, first)])
        return first

    hierarchy = build_mask_hierarchy(
        projections,
        num_restarts=num_restarts,
        first_pixels=remember,
        inside=inside,
        **options)
    num_images = len(projections[0])
    swap = torch.rand(num_images) < 0.5
    hierarchy = hierarchy.swapped(swap)
    for image in range(num_images):
        expected = detection.hierarchy(
            [projection[image].double().numpy() for projection in projections],
            [ranks[image] for ranks in firsts],
            bool(swap[image]),
            inside=inside and [part[0, 0].numpy() for part in inside],
            **options)
        for stage, twin in enumerate(expected):
            for name in ('mask_prob', 'uncertain', 'sure_intact',
                         'sure_corrupted', 'centres'):
                ours = getattr(hierarchy, name)[stage][image].squeeze(0)
                np.testing.assert_allclose(
                    ours.float(), twin[name], atol=2e-4, err_msg=name)
            np.testing.assert_allclose(
                hierarchy.log_odds[stage][image, 0].sigmoid(),
                twin['prob'],
                atol=2e-4)


def test_inherited_centres_are_the_means_of_both_sides_so_far():
    projections = smooth_projections()
    hierarchy = build_mask_hierarchy(projections, finer_centres='inherited')
    for stage in (0, 1):
        so_far = np.kron(hierarchy.mask[stage + 1][:, 0].numpy(),
                         np.ones((2, 2))) > 0.5
        vectors = projections[stage].double().numpy()
        for image in range(2):
            centres = np.stack([
                vectors[image][:, side].mean(1)
                for side in (~so_far[image], so_far[image])
            ])
            centres /= np.linalg.norm(centres, axis=1, keepdims=True)
            np.testing.assert_allclose(
                hierarchy.centres[stage][image], centres, atol=1e-5)
            odds = np.tensordot(centres[1] - centres[0], vectors[image], 1)
            np.testing.assert_allclose(
                hierarchy.log_odds[stage][image, 0], odds / 0.1, atol=1e-4)


@pytest.mark.parametrize('finer_centres', ['clustered', 'inherited'])
def test_an_image_of_one_vector_stays_finite(finer_centres):
    projections = [torch.ones(1, 1, 16 >> s, 16 >> s) for s in range(3)]
    hierarchy = build_mask_hierarchy(projections, finer_centres=finer_centres)
    for name in ('log_odds', 'mask_prob', 'centres'):
        assert all(values.isfinite().all()
                   for values in getattr(hierarchy, name))


def test_swapping_twice_changes_nothing():
    hierarchy = build_mask_hierarchy(smooth_projections())
    swap = torch.tensor([True, False])
    again = hierarchy.swapped(swap).swapped(swap)
    for name in ('log_odds', 'mask_prob', 'sure_intact', 'centres'):
        for one, other in zip(getattr(hierarchy, name), getattr(again, name)):
            torch.testing.assert_close(one, other)


def test_finer_stages_keep_what_coarser_ones_were_sure_of():
    hierarchy = build_mask_hierarchy(smooth_projections())
    for fine, coarse in ((0, 1), (1, 2)):
        sure = hierarchy.sure_corrupted[coarse].repeat_interleave(
            2, -1).repeat_interleave(2, -2)
        assert hierarchy.mask[fine][sure].all()
        assert not hierarchy.uncertain[fine][sure].any()


@pytest.mark.parametrize('finer_centres', ['clustered', 'inherited'])
def test_padding_changes_nothing_inside(finer_centres):
    projections = smooth_projections(size=32)
    torch.manual_seed(0)
    padded, inside = [], []
    for stage, projection in enumerate(projections):
        pad = 8 >> stage
        noise = F.normalize(
            torch.randn_like(F.pad(projection, (0, pad, 0, pad))), dim=1)
        size = 32 >> stage
        noise[..., :size, :size] = projection
        padded.append(noise)
        inside.append(torch.zeros(1, 1, *noise.shape[-2:], dtype=torch.bool))
        inside[-1][..., :size, :size] = True

    def first_member(members, num_restarts):
        return members.int().argmax(1, keepdim=True)

    options = dict(first_pixels=first_member, finer_centres=finer_centres)
    expected = build_mask_hierarchy(projections, **options)
    found = build_mask_hierarchy(padded, inside=inside, **options)
    for stage in range(3):
        size = 32 >> stage
        torch.testing.assert_close(
            found.mask_prob[stage][..., :size, :size],
            expected.mask_prob[stage],
            atol=1e-4,
            rtol=0)


def test_any_height_and_width():
    projections = [
        F.normalize(torch.randn(1, 4, 20 >> s, 44 >> s), dim=1)
        for s in range(3)
    ]
    hierarchy = build_mask_hierarchy(projections)
    assert hierarchy.mask[0].shape == (1, 1, 20, 44)


def test_an_image_without_uncertain_pixels_inherits_its_mask():
    """A picture of one colour is sure at the coarsest stage already."""
    direction = F.normalize(torch.randn(1, 4), dim=1)
    projections = [
        direction[..., None, None].expand(-1, -1, 16 >> s, 16 >> s)
        for s in range(3)
    ]
    hierarchy = build_mask_hierarchy(projections, sure_fractions=(1., 1., 1.))
    for stage in (0, 1):
        assert not hierarchy.uncertain[stage].any()
        assert not hierarchy.centres[stage].any()
        assert not hierarchy.mask[stage].any()
        assert (hierarchy.mask_prob[stage] == 0.5).all()
