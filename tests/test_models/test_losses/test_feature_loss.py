"""Features of VGGs against torchvision's, and where the weights come from."""

import shutil

import pytest
import torch
import torchvision
from torch import nn

from hcl_mmagic.errors import CheckpointError, WeightsNotFoundError
from hcl_mmagic.models.losses.feature_loss import (CONVS_PER_BLOCK,
                                                   TORCHVISION_FILES,
                                                   FeatureLoss, VGGFeatures,
                                                   layer_names)

KINDS = dict(conv=nn.Conv2d, relu=nn.ReLU, pool=nn.MaxPool2d)


@pytest.fixture(params=CONVS_PER_BLOCK)
def vgg_type(request):
    return request.param


def make_loss(checkpoint=None, required=True):
    return FeatureLoss(
        'vgg16', ['relu1_1'], checkpoint=checkpoint, required=required)


def test_layers_are_those_of_torchvision(vgg_features, vgg_type):
    layers = vgg_features(vgg_type)
    names = layer_names(vgg_type)
    assert [KINDS[name[:4]] for name in names] == [*map(type, layers)]


def test_features_are_those_of_torchvision(vgg_features, vgg_file, vgg_type):
    image = torch.rand(2, 3, 32, 48)
    names = layer_names(vgg_type)
    vgg = VGGFeatures(vgg_type, names, vgg_file(vgg_type))
    found = vgg(2 * image - 1, names)
    expected = torchvision.transforms.functional.normalize(
        image, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    for name, layer in zip(names, vgg_features(vgg_type)):
        # A copy: torchvision's ReLUs overwrite their input.
        expected = layer(expected.clone())
        torch.testing.assert_close(found[name], expected)


def test_vgg_is_only_as_deep_as_needed(vgg_file):
    vgg = VGGFeatures('vgg19', ['relu3_2', 'relu1_1'], vgg_file('vgg19'))
    assert vgg.names[-1] == 'relu3_2'
    assert len(vgg.network) == len(vgg.names)


def test_vgg_is_frozen_and_outside_checkpoints(vgg_file):
    loss = make_loss(vgg_file('vgg16'))
    loss.load()
    assert not loss.state_dict()
    assert not list(loss.parameters())


def test_vgg_follows_the_module(vgg_file):
    loss = make_loss(vgg_file('vgg16'))
    loss.load()
    assert all(b.dtype == torch.double for b in loss.double().buffers())
    assert all(b.is_meta for b in loss.to('meta').buffers())


def test_whole_model_file(vgg_features, tmp_path):
    state = {
        f'features.{name}': weight
        for name, weight in vgg_features('vgg16').state_dict().items()
    }
    state['classifier.0.weight'] = torch.zeros(1)
    torch.save(state, tmp_path / 'vgg16.pth')
    vgg = VGGFeatures('vgg16', ['relu1_1'], str(tmp_path / 'vgg16.pth'))
    assert torch.equal(vgg.network[0].weight, state['features.0.weight'])


def test_torchvision_cache_is_found(vgg_file, empty_cache):
    shutil.copy(vgg_file('vgg16'), empty_cache / TORCHVISION_FILES['vgg16'])
    assert make_loss().has_features(torch.rand(1))


def test_file_names_are_those_of_torchvision(vgg_type):
    weights = torchvision.models.get_model_weights(vgg_type).IMAGENET1K_V1
    assert weights.url.endswith('/' + TORCHVISION_FILES[vgg_type])


@pytest.mark.parametrize('required', [True, False])
def test_a_named_file_has_to_be_there(tmp_path, required):
    loss = make_loss(str(tmp_path / 'nowhere.pth'), required)
    with pytest.raises(WeightsNotFoundError, match='nowhere.pth: put'):
        loss.load()


def test_missing_weights_say_what_to_do(empty_cache):
    with pytest.raises(
            WeightsNotFoundError,
            match=r'checkpoints/vgg16-397923af\.pth: put .* there, or name '
            'another file as checkpoint') as caught:
        make_loss().load()
    assert '\n' not in str(caught.value)


def test_weights_that_are_not_required_are_missed_once(empty_cache, capsys):
    loss = make_loss(required=False)
    assert not loss.has_features(torch.rand(1))
    assert not loss.has_features(torch.rand(1))
    warning, = capsys.readouterr().out.splitlines()
    assert ('WARNING - Training goes on without FeatureLoss: no vgg16'
            in warning)
    assert str(empty_cache / TORCHVISION_FILES['vgg16']) in warning


@pytest.mark.parametrize('content', [b'', b'<html>not found</html>'])
def test_broken_file(tmp_path, content):
    path = tmp_path / 'vgg16.pth'
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match='cannot be read'):
        make_loss(str(path)).load()


def test_other_model(tmp_path):
    torch.save(nn.Linear(2, 2).state_dict(), tmp_path / 'linear.pth')
    with pytest.raises(CheckpointError, match='not a vgg16: .* 0.weight'):
        make_loss(str(tmp_path / 'linear.pth')).load()


def test_no_names(tmp_path):
    torch.save(torch.zeros(1), tmp_path / 'tensor.pth')
    with pytest.raises(
            CheckpointError, match='tensor.pth holds no weights of a model'):
        make_loss(str(tmp_path / 'tensor.pth')).load()


def test_code_in_a_file_is_not_run(tmp_path):
    torch.save(nn.Linear(2, 2), tmp_path / 'module.pth')
    with pytest.raises(CheckpointError, match='it holds torch.nn'):
        make_loss(str(tmp_path / 'module.pth')).load()
