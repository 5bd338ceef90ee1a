"""VCNet's losses on features against torchvision's VGG-19."""

import pytest
import torch
from torchvision.transforms.functional import normalize

from hcl_mmagic.models import ConsistencyLoss
from hcl_mmagic.models.functional import id_mrf_distance

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
RELU3_2 = 13  # position in torchvision's vgg19().features


@pytest.fixture
def images():
    return torch.rand(2, 2, 3, 16, 24) * 2 - 1


@pytest.fixture
def reference(vgg_features, images):
    """Features of both images after ReLU 3_2."""
    layers = vgg_features('vgg19')[:RELU3_2 + 1]
    return [layers(normalize((image + 1) / 2, MEAN, STD)) for image in images]


def test_semantic_term_is_the_mean_distance_of_relu3_2(vgg_file, images,
                                                       reference):
    loss = ConsistencyLoss(
        semantic_weight=3., texture_weight=0, checkpoint=vgg_file('vgg19'))
    losses = loss(*images)
    assert set(losses) == {'loss_semantic'}
    torch.testing.assert_close(losses['loss_semantic'],
                               3 * (reference[0] - reference[1]).abs().mean())


def test_texture_term_is_id_mrf_of_relu3_2(vgg_file, images, reference):
    loss = ConsistencyLoss(
        semantic_weight=0, texture_weight=3., checkpoint=vgg_file('vgg19'))
    losses = loss(*images)
    assert set(losses) == {'loss_texture'}
    torch.testing.assert_close(losses['loss_texture'],
                               3 * id_mrf_distance(*reference).mean())


def test_texture_of_large_maps_is_sampled_at_the_same_pixels(vgg_file, images):
    loss = ConsistencyLoss(
        max_texture_pixels=7, texture_weight=1., checkpoint=vgg_file('vgg19'))
    # Equal pictures have equal textures only if the same pixels are drawn.
    assert loss(images[0], images[0])['loss_texture'] == pytest.approx(
        0, abs=1e-2)
    pixels, = loss._sample(torch.rand(2, 5, 4, 6))
    assert pixels.shape == (2, 5, 1, 7)


def test_gradient_reaches_the_restored_image_alone(vgg_file, images):
    image, gt_img = (item.clone().requires_grad_(True) for item in images)
    sum(ConsistencyLoss(checkpoint=vgg_file('vgg19'))(
        image, gt_img).values()).backward()
    assert image.grad.abs().sum() > 0
    assert gt_img.grad is None


def test_without_the_file_there_is_no_loss(empty_cache, images):
    assert ConsistencyLoss()(*images) == {}
