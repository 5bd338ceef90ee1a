"""Perceptual loss against torchvision's VGG-19 with random weights."""

import pytest
import torch
import torchvision
from torch import nn

from hcl_mmagic.errors import CheckpointError, WeightsNotFoundError
from hcl_mmagic.models import VGGPerceptualLoss
from hcl_mmagic.models.losses import perceptual_loss

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# Positions of the ReLUs in torchvision's vgg19().features.
RELU_POSITIONS = dict(
    relu1_1=1, relu1_2=3, relu2_2=8, relu3_2=13, relu4_2=22, relu5_2=31)


@pytest.fixture(scope='module')
def features():
    """torchvision's feature layers."""
    torch.manual_seed(0)
    with torch.device('meta'):
        vgg = torchvision.models.vgg19(weights=None)
    layers = vgg.features.to_empty(device='cpu').eval()
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.normal_(layer.bias, std=0.1)
    return layers


@pytest.fixture(scope='module')
def checkpoint(features, tmp_path_factory):
    path = tmp_path_factory.mktemp('vgg') / 'features.pth'
    torch.save(features.state_dict(), path)
    return str(path)


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


def test_features_are_those_of_torchvision(features, checkpoint, images):
    layers = tuple(RELU_POSITIONS)
    vgg = perceptual_loss.VGG19Features(layers, checkpoint)
    found = vgg(images[0], layers)
    expected = reference_torchvision_features(features, images[0], layers)
    assert set(found) == set(layers)
    for name in layers:
        torch.testing.assert_close(found[name], expected[name])


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


def test_vgg_is_only_as_deep_as_needed(checkpoint):
    loss = VGGPerceptualLoss(refined_weight=0, checkpoint=checkpoint)
    loss.load()
    names = {name for name, _ in loss.vgg.named_buffers()}
    assert 'relu3_2_weight' in names
    assert 'relu3_3_weight' not in names


def test_without_weights_no_vgg_is_needed(tmp_path, images):
    loss = VGGPerceptualLoss(
        coarse_weight=0,
        refined_weight=0,
        checkpoint=str(tmp_path / 'nowhere.pth'))
    assert loss(*images) == {}
    assert loss.vgg is None


def test_weights_are_read_when_a_loss_is_computed(checkpoint, images):
    loss = VGGPerceptualLoss(checkpoint=checkpoint)
    assert loss.vgg is None
    loss(*images)
    assert loss.vgg is not None


def test_vgg_is_frozen_and_outside_checkpoints(checkpoint):
    loss = VGGPerceptualLoss(checkpoint=checkpoint)
    loss.load()
    assert not loss.state_dict()
    assert not list(loss.parameters())


def test_vgg_follows_the_module(checkpoint):
    loss = VGGPerceptualLoss(refined_weight=0, checkpoint=checkpoint)
    loss.load()
    assert all(b.dtype == torch.double for b in loss.double().buffers())
    assert all(b.is_meta for b in loss.to('meta').buffers())


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


def test_whole_model_file(features, checkpoint, tmp_path, images):
    state = {
        f'features.{name}': weight
        for name, weight in features.state_dict().items()
    }
    state['classifier.0.weight'] = torch.zeros(1)
    torch.save(state, tmp_path / 'vgg19.pth')
    losses = VGGPerceptualLoss(checkpoint=str(tmp_path / 'vgg19.pth'))(*images)
    expected = VGGPerceptualLoss(checkpoint=checkpoint)(*images)
    assert losses == expected


def test_torchvision_cache_is_found(features, tmp_path, monkeypatch):
    monkeypatch.setenv('TORCH_HOME', str(tmp_path))
    monkeypatch.setattr(torch.hub, '_hub_dir', None)
    folder = tmp_path / 'hub' / 'checkpoints'
    folder.mkdir(parents=True)
    torch.save(features.state_dict(), folder / 'vgg19-dcbb9e9d.pth')
    loss = VGGPerceptualLoss()
    loss.load()
    assert loss.vgg is not None


def test_missing_weights_say_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv('TORCH_HOME', str(tmp_path))
    monkeypatch.setattr(torch.hub, '_hub_dir', None)
    with pytest.raises(
            WeightsNotFoundError,
            match=r'checkpoints/vgg19-dcbb9e9d\.pth: put .* there, .* '
            'coarse_weight=0 and refined_weight=0$') as caught:
        VGGPerceptualLoss().load()
    assert '\n' not in str(caught.value)


def test_missing_named_file(tmp_path):
    with pytest.raises(WeightsNotFoundError, match='nowhere.pth: put'):
        VGGPerceptualLoss(checkpoint=str(tmp_path / 'nowhere.pth')).load()


@pytest.mark.parametrize('content', [b'', b'<html>not found</html>'])
def test_broken_file(tmp_path, content):
    path = tmp_path / 'vgg19.pth'
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match='holds no VGG-19 weights'):
        VGGPerceptualLoss(checkpoint=str(path)).load()


def test_other_model(tmp_path):
    torch.save(nn.Linear(2, 2).state_dict(), tmp_path / 'linear.pth')
    with pytest.raises(CheckpointError, match='not a VGG-19: .* 0.weight'):
        VGGPerceptualLoss(checkpoint=str(tmp_path / 'linear.pth')).load()


def test_code_in_a_file_is_not_run(tmp_path):
    torch.save(nn.Linear(2, 2), tmp_path / 'module.pth')
    with pytest.raises(CheckpointError, match='holds no VGG-19 weights'):
        VGGPerceptualLoss(checkpoint=str(tmp_path / 'module.pth')).load()


def test_unknown_layer():
    with pytest.raises(ValueError, match="among relu1_1, .*got 'relu6_1'"):
        VGGPerceptualLoss(coarse_layers=('relu6_1', ))


def test_unknown_argument_is_named():
    with pytest.raises(TypeError, match='VGGPerceptualLoss.*weight'):
        VGGPerceptualLoss(weight=1)
