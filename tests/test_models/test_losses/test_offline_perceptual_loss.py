"""MMagic's perceptual loss from a file, against MMagic's own."""

from types import SimpleNamespace

import pytest
import torch

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.models import OfflinePerceptualLoss
from hcl_mmagic.models.losses.perceptual_loss import gram_matrix

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
SETTINGS = [
    AOT_GAN, PCONV,
    dict(PCONV, use_input_norm=False),
    dict(PCONV, norm_img=False),
    dict(PCONV, criterion='mse')
]


@pytest.fixture
def images():
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
def test_losses_are_those_of_mmagic(mmagic_loss, vgg_file, images, settings):
    checkpoint = vgg_file(settings.get('vgg_type', 'vgg19'))
    found = OfflinePerceptualLoss(checkpoint=checkpoint, **settings)(*images)
    torch.testing.assert_close(found, mmagic_loss(settings)(*images))


def test_gradient_reaches_the_restored_image_only(pconv_loss, images):
    restored, truth = (image.clone().requires_grad_() for image in images)
    sum(pconv_loss()(restored, truth)).backward()
    assert restored.grad.any()
    assert truth.grad is None


@pytest.mark.parametrize('index, name', enumerate(['perceptual', 'style']))
def test_a_loss_without_weight_is_none(pconv_loss, images, index, name):
    losses = pconv_loss(**{f'{name}_weight': 0})(*images)
    assert losses[index] is None
    assert losses[1 - index] is not None


def test_without_the_file_there_is_no_loss(empty_cache, images):
    assert OfflinePerceptualLoss(**PCONV)(*images) == (None, None)


def test_style_does_not_overflow_in_half_precision():
    features = torch.full((1, 4, 64, 64), 1000.)
    torch.testing.assert_close(
        gram_matrix(features.half()), gram_matrix(features))


@pytest.mark.parametrize('settings, message', [
    (dict(vgg_type='vgg11'), "vgg_type must be one of vgg16, vgg19, got "
     "'vgg11'"),
    (dict(criterion='l2'), "criterion must be one of l1, mse, got 'l2'"),
    (dict(layer_weights={'31': 1.}), "layers of vgg16 are 0 to 30, got '31'"),
    (dict(layer_weights_style={'relu1_1': 1.}), "got 'relu1_1'"),
])
def test_a_wrong_setting_is_named(settings, message):
    with pytest.raises(ConfigError, match=message):
        OfflinePerceptualLoss(**{**PCONV, **settings})
