"""Networks from local files against lpips, torch and MMagic."""
import lpips
import pytest
import torch
import torchvision
from mmagic.evaluation.functional import fid_inception
from torch import nn

from hcl_mmagic.errors import CheckpointError
from hcl_mmagic.evaluation.backbones import (LPIPS_FILES, inception_places,
                                             load_inception, load_lpips,
                                             lpips_places)


@pytest.fixture
def torch_cache(tmp_path, monkeypatch):
    """torch's folder of downloaded files, empty."""
    monkeypatch.setenv('TORCH_HOME', str(tmp_path))
    folder = tmp_path / 'hub/checkpoints'
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def images():
    """Two pictures in [-1, 1], ``(1, 3, 64, 48)``."""
    first = torch.rand(1, 3, 64, 48) * 2 - 1
    return first, (first + 0.3 * torch.randn_like(first)).clamp(-1, 1)


def test_lpips_equals_the_package_that_finds_the_file_itself(
        torch_cache, images):
    path = torch_cache / LPIPS_FILES['squeeze']
    torch.save(torchvision.models.squeezenet1_1(weights=None).state_dict(),
               path)  # yapf: disable
    assert lpips_places('squeeze') == [path]
    expected = lpips.LPIPS(net='squeeze', verbose=False)(*images)
    measured = load_lpips('squeeze', path)(*images)
    assert measured.item() == pytest.approx(expected.item(), abs=1e-6)
    assert expected > 1e-3


def _reference_torch_lpips(features, linear, first, second):
    """LPIPS of AlexNet by its paper's equation 1."""
    mean = torch.tensor([-.030, -.088, -.188]).view(3, 1, 1)
    std = torch.tensor([.458, .448, .450]).view(3, 1, 1)
    stacked = (torch.cat([first, second]) - mean) / std
    total = 0
    relus = [i for i, m in enumerate(features) if isinstance(m, nn.ReLU)]
    for position, layer in enumerate(features[:relus[-1] + 1]):
        stacked = layer(stacked)
        if position in relus:
            unit = stacked / (stacked.norm(dim=1, keepdim=True) + 1e-10)
            weight = linear[f'lin{relus.index(position)}.model.1.weight']
            difference = (unit[0] - unit[1])**2
            total += (difference * weight[0]).sum(dim=0).mean()
    return total


def test_lpips_of_alexnet_follows_its_definition(backbones, images):
    state = torch.load(backbones / 'alexnet.pth', weights_only=True)
    with torch.device('meta'):
        features = torchvision.models.alexnet(weights=None).features
    features.load_state_dict(
        {
            key.removeprefix('features.'): value
            for key, value in state.items()
        },
        assign=True)
    for layer in features:
        if isinstance(layer, nn.ReLU):
            layer.inplace = False
    weights = f'{lpips.__path__[0]}/weights/v0.1/alex.pth'
    expected = _reference_torch_lpips(
        features, torch.load(weights, 'cpu', weights_only=True), *images)
    measured = load_lpips('alex', backbones / 'alexnet.pth')(*images)
    assert measured.item() == pytest.approx(expected.item(), abs=1e-5)
    assert expected > 1e-3


@pytest.mark.slow
def test_inception_equals_mmagics(tmp_path, monkeypatch):
    network = fid_inception.fid_inception_v3(load_ckpt=False)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight)
    state = network.state_dict()
    torch.save(state, tmp_path / 'inception.pth')
    monkeypatch.setattr(fid_inception, 'load_url',
                        lambda *args, **kwargs: state)
    reference = fid_inception.InceptionV3(normalize_input=False).eval()
    images = (torch.rand(2, 3, 40, 60) * 255).byte()
    with torch.no_grad():
        expected = reference((images.float() - 127.5) / 127.5)[0].flatten(1)
        measured = load_inception(tmp_path / 'inception.pth')(images)
    assert measured.shape == (2, 2048) and expected.std() > 1e-3
    torch.testing.assert_close(measured, expected, rtol=1e-4, atol=1e-5)


def test_scripted_inception_is_called_as_nvidias(backbones):
    images = (torch.rand(2, 3, 20, 30) * 255).byte()
    network = torch.jit.load(str(backbones / 'scripted.pt'))
    torch.testing.assert_close(
        load_inception(backbones / 'scripted.pt')(images),
        network(images, return_features=True))


def test_nvidias_network_is_preferred(torch_cache):
    names = [path.name for path in inception_places()]
    assert names[0] == 'inception-2015-12-05.pt'
    assert inception_places()[0].parent == torch_cache


@pytest.mark.parametrize('load', [
    lambda path: load_lpips('alex', path), load_inception
], ids=['lpips', 'inception'])  # yapf: disable
@pytest.mark.parametrize('content', [b'', b'no network', None])
def test_files_of_something_else_are_named(tmp_path, load, content):
    path = tmp_path / 'wrong.pth'
    if content is None:
        torch.save({'features.0.weight': torch.zeros(2)}, path)
    else:
        path.write_bytes(content)
    with pytest.raises(CheckpointError, match='wrong.pth'):
        load(path)
