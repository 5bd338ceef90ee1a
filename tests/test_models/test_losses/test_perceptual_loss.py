"""Perceptual loss against torchvision's VGG-19 with random weights."""

import numpy as np
import pytest
import torch
import torchvision

from hcl_mmagic.errors import WeightsNotFoundError
from hcl_mmagic.models import VGGPerceptualLoss

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# Positions of the ReLUs in torchvision's vgg19().features.
RELU_POSITIONS = dict(
    relu1_1=1, relu1_2=3, relu2_2=8, relu3_2=13, relu4_2=22, relu5_2=31)


@pytest.fixture
def features(vgg_features):
    return vgg_features('vgg19')


@pytest.fixture
def checkpoint(vgg_file):
    return vgg_file('vgg19')


@pytest.fixture
def images():
    return torch.rand(3, 2, 3, 32, 48) * 2 - 1


def reference_torchvision_features(features, image, layers):
    """Outputs of the named layers through forward hooks."""
    found, hooks = {}, []
    for name in layers:
        hooks.append(features[RELU_POSITIONS[name]].register_forward_hook(
            lambda module, inputs, output, name=name: found.update(
                {name: output.clone()})))
    features(
        torchvision.transforms.functional.normalize((image + 1) / 2, MEAN,
                                                    STD))
    for hook in hooks:
        hook.remove()
    return found


def reference_loss(features, image, truth, layers):
    found = reference_torchvision_features(features, image, layers)
    expected = reference_torchvision_features(features, truth, layers)
    return sum((found[name] - expected[name]).abs().mean() for name in layers)


def test_loss_is_the_sum_over_layers(features, checkpoint, images):
    coarse, refined, gt_img = images
    loss = VGGPerceptualLoss(
        coarse_weight=0.5, refined_weight=2, checkpoint=checkpoint)
    losses = loss(coarse, refined, gt_img)
    torch.testing.assert_close(
        losses['loss_perceptual_coarse'],
        0.5 * reference_loss(features, coarse, gt_img, ('relu2_2', 'relu3_2')))
    torch.testing.assert_close(
        losses['loss_perceptual_refined'],
        2 * reference_loss(features, refined, gt_img, ('relu4_2', 'relu5_2')))


@pytest.mark.parametrize('seed', range(6))
def test_equals_torchvision_on_random_draws(features, checkpoint, seed):
    rng = np.random.default_rng(seed)
    batch, height, width = rng.integers((1, 32, 32), (3, 49, 49))
    coarse, refined, gt_img = torch.rand(3, batch, 3, height, width) * 2 - 1
    layers = [
        rng.choice([*RELU_POSITIONS], rng.integers(1, 4), replace=False)
        for _ in range(2)
    ]
    weights = rng.uniform(0.01, 2, 2)
    losses = VGGPerceptualLoss(
        coarse_layers=layers[0],
        coarse_weight=weights[0],
        refined_layers=layers[1],
        refined_weight=weights[1],
        checkpoint=checkpoint)(coarse, refined, gt_img)
    for name, image, chosen, weight in zip(('coarse', 'refined'),
                                           (coarse, refined), layers, weights):
        torch.testing.assert_close(
            losses[f'loss_perceptual_{name}'],
            weight * reference_loss(features, image, gt_img, chosen))


def test_equal_images_cost_nothing(checkpoint, images):
    loss = VGGPerceptualLoss(checkpoint=checkpoint)
    for value in loss(images[0], images[0], images[0]).values():
        assert value == 0


@pytest.mark.parametrize('part, other', [('coarse', 'refined'),
                                         ('refined', 'coarse')])
def test_part_without_weight_is_not_computed(checkpoint, images, part, other):
    loss = VGGPerceptualLoss(checkpoint=checkpoint, **{f'{part}_weight': 0})
    losses = loss(*images)
    assert set(losses) == {f'loss_perceptual_{other}'}


def test_without_weights_no_vgg_is_needed(tmp_path, images):
    loss = VGGPerceptualLoss(
        coarse_weight=0,
        refined_weight=0,
        checkpoint=str(tmp_path / 'nowhere.pth'))
    assert loss(*images) == {}
    assert loss.network is None


def test_weights_are_read_when_a_loss_is_computed(checkpoint, images):
    loss = VGGPerceptualLoss(checkpoint=checkpoint)
    assert loss.network is None
    loss(*images)
    assert loss.network is not None


def test_gradient_reaches_the_images_only(checkpoint, images):
    coarse, refined, gt_img = (
        image.clone().requires_grad_() for image in images)
    loss = VGGPerceptualLoss(checkpoint=checkpoint)
    sum(loss(coarse, refined, gt_img).values()).backward()
    assert coarse.grad.any() and refined.grad.any()
    assert gt_img.grad is None


def test_gradcheck(checkpoint):
    loss = VGGPerceptualLoss(
        coarse_layers=('relu1_1', ),
        refined_layers=('relu1_2', ),
        checkpoint=checkpoint).double()
    coarse, refined, gt_img = (
        torch.rand(1, 3, 3, 3, dtype=torch.double) for _ in range(3))

    def total(coarse, refined):
        return sum(loss(coarse, refined, gt_img).values())

    assert torch.autograd.gradcheck(
        total, (coarse.requires_grad_(), refined.requires_grad_()))


def test_weights_are_required_unless_told_otherwise(empty_cache, images):
    with pytest.raises(WeightsNotFoundError, match='vgg19-dcbb9e9d.pth'):
        VGGPerceptualLoss()(*images)
    assert VGGPerceptualLoss(required=False)(*images) == {}


def test_unknown_layer():
    with pytest.raises(ValueError, match="among relu1_1, .*got 'relu6_1'"):
        VGGPerceptualLoss(coarse_layers=('relu6_1', ))


def test_unknown_argument_is_named():
    with pytest.raises(TypeError, match='VGGPerceptualLoss.*weight'):
        VGGPerceptualLoss(weight=1)
