"""Losses of the networks that remove watermarks, against numpy, skimage and
formulas by hand."""

import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity as skimage_ssim

from hcl_mmagic.models import (AttendedImageLoss, DHANLoss, SIRFLoss,
                               WatermarkLayersLoss)
from hcl_mmagic.models.compared.watermarks.layer_loss import \
    structural_similarity
from hcl_mmagic.models.compared.watermarks.output import DirectOutput
from hcl_mmagic.models.compared.watermarks.separation_losses import exclusion


@pytest.fixture
def truth():
    """A damaged and a clean picture, and the mask of the damage."""
    clean = torch.rand(2, 3, 16, 16) * 2 - 1
    mask = torch.zeros(2, 1, 16, 16)
    mask[:, :, 2:6, 3:11] = 1
    return clean + 0.5 * mask, clean, mask


def logit(value, size=16):
    return torch.full((2, 1, size, size), value)


def test_bvmr_counts_pixels_of_the_mask_alone(truth):
    corrupted, clean, mask = truth
    output = DirectOutput((clean + 0.1, ), (logit(0.), ),
                          torch.full_like(clean, 0.05))
    losses = WatermarkLayersLoss()(output, corrupted, clean, mask)
    # Three channels off by 0.1; the layer should be 0.25 everywhere.
    assert losses['loss_image'].item() == pytest.approx(2 * 3 * 0.1, rel=1e-4)
    assert losses['loss_layer'].item() == pytest.approx(3 * 0.2, rel=1e-4)
    assert losses['loss_mask'].item() == pytest.approx(np.log(2), rel=1e-4)
    assert set(losses) == {'loss_image', 'loss_layer', 'loss_mask'}


def test_a_picture_without_damage_costs_no_image_loss(truth):
    _, clean, mask = truth
    output = DirectOutput((clean + 0.1, ), (logit(-9.), ), clean)
    losses = WatermarkLayersLoss()(output, clean, clean, 0 * mask)
    assert losses['loss_image'] == losses['loss_layer'] == 0


def test_split_then_refine_adds_the_whole_picture(truth):
    corrupted, clean, mask = truth
    output = DirectOutput((clean + 0.1, clean), (50 * (2 * mask - 1), ),
                          (corrupted - clean) / 2)
    loss = WatermarkLayersLoss(whole=True, perceptual_weight=0.)
    losses = loss(output, corrupted, clean, mask)
    share = mask.mean().item()
    # Per pixel of the mask, under both masks, and of the pasted picture.
    expected = 2 * (3 * 0.1 + 0.1 * share + 0.1 * share)
    assert losses['loss_image'].item() == pytest.approx(expected, rel=1e-3)
    assert losses['loss_layer'].item() == pytest.approx(0, abs=1e-5)
    pasted = (clean + 0.1 * mask + 1) / 2
    expected = 0.15 * (1 - structural_similarity(pasted, (clean + 1) / 2))
    torch.testing.assert_close(losses['loss_similarity'], expected)


def test_structural_similarity_is_skimages():
    one, other = np.random.RandomState(0).rand(2, 3, 20, 24)
    ours = structural_similarity(*(torch.tensor(image)[None]
                                   for image in (one, other)))
    _, reference = skimage_ssim(
        one,
        other,
        channel_axis=0,
        data_range=1.,
        gaussian_weights=True,
        use_sample_covariance=False,
        full=True)
    assert ours.item() == pytest.approx(reference[:, 5:-5, 5:-5].mean())


def test_attended_masks_are_compared_at_their_own_size(truth):
    corrupted, clean, mask = truth
    output = DirectOutput((clean + 0.5, ), (logit(0., 8), logit(0., 4)))
    losses = AttendedImageLoss()(output, corrupted, clean, mask)
    assert losses['loss_image'].item() == pytest.approx(50, rel=1e-4)
    smaller = [
        mask.numpy().reshape(2, side, 16 // side, side, 16 // side).mean(
            (2, 4)) for side in (8, 4)
    ]
    expected = 90 * sum(((half - 0.5)**2).mean() for half in smaller)
    assert losses['loss_mask'].item() == pytest.approx(expected, rel=1e-4)


def test_features_are_weighed_by_layer(truth, vgg_file, vgg_features):
    corrupted, clean, mask = truth
    loss = DHANLoss(checkpoint=vgg_file('vgg19'))
    losses = loss(
        DirectOutput((corrupted, ), (logit(0.), )), corrupted, clean, mask)
    mean, std = (
        torch.tensor(values).view(3, 1, 1)
        for values in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    pair = [((image + 1) / 2 - mean) / std for image in (corrupted, clean)]
    total = (pair[0] - pair[1]).abs().mean()
    weights = {3: 1 / 2.6, 8: 1 / 4.8, 13: 1 / 3.7, 22: 1 / 5.6, 31: 10 / 1.5}
    for position, layer in enumerate(vgg_features('vgg19')[:32]):
        pair = [layer(features.clone()) for features in pair]
        if position in weights:
            distance = (pair[0].relu() - pair[1].relu()).abs().mean()
            total = total + weights[position] * distance
    torch.testing.assert_close(losses['loss_image'], 0.2 * total)


def test_without_a_vgg_the_pixels_alone_are_compared(truth, empty_cache):
    corrupted, clean, mask = truth
    output = DirectOutput((clean + 0.1, ), layer=(corrupted - clean) / 2)
    losses = SIRFLoss()(output, corrupted, clean, mask)
    expected = 0.2 * np.mean([0.1 / (2 * s) for s in (0.229, 0.224, 0.225)])
    assert losses['loss_image'].item() == pytest.approx(expected, rel=1e-4)
    assert losses['loss_layer'] == losses['loss_layer_features'] == 0


def _reference_exclusion(image, layer):
    total = 0.
    for _ in range(3):
        for axis in (2, 3):
            one, other = (np.diff(half, axis=axis) for half in (image, layer))
            norms = [np.sqrt((half**2).sum()) for half in (one, other)]
            both = np.tanh(np.sqrt(norms[1] / norms[0]) * np.abs(one)) \
                * np.tanh(np.sqrt(norms[0] / norms[1]) * np.abs(other))
            total += np.mean(
                [np.sqrt((picture**2).mean()) for picture in both]) / 2
        image, layer = (
            half.reshape(*half.shape[:2], half.shape[2] // 2, 2,
                         half.shape[3] // 2, 2).mean((3, 5))
            for half in (image, layer))
    return total


def test_exclusion_is_the_papers_formula():
    image, layer = torch.rand(2, 2, 3, 16, 24, dtype=torch.float64)
    assert exclusion(image, layer).item() == pytest.approx(
        _reference_exclusion(image.numpy(), layer.numpy()), rel=1e-4)


def test_exclusion_is_symmetric_and_none_without_common_edges():
    image, layer = torch.rand(2, 1, 3, 16, 16, dtype=torch.float64)
    torch.testing.assert_close(
        exclusion(image, layer), exclusion(layer, image))
    flat = exclusion(image, torch.zeros_like(image))
    assert flat < 1e-3 < exclusion(image, image)
