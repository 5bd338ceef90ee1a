"""Perceptual losses against torchvision's VGG-19 with random weights, and
against MMagic's own."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torchvision

from hcl_mmagic.errors import ConfigError, WeightsNotFoundError
from hcl_mmagic.models import OfflinePerceptualLoss, VGGPerceptualLoss
from hcl_mmagic.models.losses.perceptual_loss import gram_matrix

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


# As MMagic's configs of AOT-GAN and PConv.
AOT_GAN = dict(
    layer_weights={
        '1': 1.,
        '6': 1.,
        '11': 0.5
    },
    layer_weights_style={
        '8': 1.,
        '17': 2.
    },
    perceptual_weight=0.1,
    style_weight=250)
PCONV = dict(
    vgg_type='vgg16',
    layer_weights={
        '4': 1.,
        '9': 1.,
        '16': 1.
    },
    perceptual_weight=0.05,
    style_weight=120)
SETTINGS = [AOT_GAN, PCONV]


@pytest.fixture
def pair():
    return torch.rand(2, 2, 3, 32, 48) * 2 - 1


@pytest.fixture
def mmagic_loss(vgg_features, monkeypatch):
    """MMagic's loss on our random VGGs instead of downloaded ones."""
    # Not before this package, which repairs what the import stumbles over.
    from mmagic.models.losses import perceptual_loss

    def no_download(vgg_type):
        return lambda pretrained: SimpleNamespace(
            features=vgg_features(vgg_type))

    monkeypatch.setattr(
        perceptual_loss, 'vgg',
        SimpleNamespace(
            vgg16=no_download('vgg16'), vgg19=no_download('vgg19')))

    def build(settings):
        vgg_type = settings.get('vgg_type', 'vgg19')
        return perceptual_loss.PerceptualLoss(
            pretrained=f'torchvision://{vgg_type}', **settings)

    return build


@pytest.fixture
def pconv_loss(vgg_file):
    """Builds the loss of PConv."""

    def build(**settings):
        return OfflinePerceptualLoss(
            checkpoint=vgg_file('vgg16'), **{
                **PCONV,
                **settings
            })

    return build


@pytest.mark.parametrize('settings', SETTINGS)
def test_losses_are_those_of_mmagic(mmagic_loss, vgg_file, pair, settings):
    checkpoint = vgg_file(settings.get('vgg_type', 'vgg19'))
    found = OfflinePerceptualLoss(checkpoint=checkpoint, **settings)(*pair)
    torch.testing.assert_close(found, mmagic_loss(settings)(*pair))


def test_gradient_of_mmagics_loss_reaches_the_restored_image_only(
        pconv_loss, pair):
    restored, truth = (image.clone().requires_grad_() for image in pair)
    sum(pconv_loss()(restored, truth)).backward()
    assert restored.grad.any()
    assert truth.grad is None


@pytest.mark.parametrize('index, name', enumerate(['perceptual', 'style']))
def test_a_loss_without_weight_is_none(pconv_loss, pair, index, name):
    losses = pconv_loss(**{f'{name}_weight': 0})(*pair)
    assert losses[index] is None
    assert losses[1 - index] is not None


def test_without_the_file_mmagics_loss_is_none(empty_cache, pair):
    assert OfflinePerceptualLoss(**PCONV)(*pair) == (None, None)


def test_style_does_not_overflow_in_half_precision():
    features = torch.full((1, 4, 64, 64), 1000.)
    torch.testing.assert_close(
        gram_matrix(features.half()), gram_matrix(features))


@pytest.mark.parametrize('settings, message', [
    (dict(vgg_type='vgg11'), "vgg_type must be one of vgg16, vgg19, got "
     "'vgg11'"),
    (dict(layer_weights={'31': 1.}), "layers of vgg16 are 0 to 30, got '31'"),
    (dict(layer_weights_style={'relu1_1': 1.}), "got 'relu1_1'"),
])
def test_a_wrong_setting_is_named(settings, message):
    with pytest.raises(ConfigError, match=message):
        OfflinePerceptualLoss(**{**PCONV, **settings})
