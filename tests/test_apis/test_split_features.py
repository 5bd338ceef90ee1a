"""Features of a split: worked by hand, padding, tiny and flat pictures."""
import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmagic.registry import MODELS

from hcl_mmagic.apis.split_features import FEATURE_NAMES, measure_split
from hcl_mmagic.apis.torch_networks import read_split, to_network
from hcl_mmagic.models import DetectedMasks, MaskHierarchy, PixelVote
from hcl_mmagic.models.pictures import EncodedPicture, Padding

STAGE_CHANNELS = (4, 8, 16)
HEADS = dict(
    judge=dict(
        type='ContrastiveDetectorHead',
        stage_channels=STAGE_CHANNELS,
        projection_channels=8,
        split=dict(
            type='TwoMeansSplit',
            naming=dict(
                type='SplitJudge',
                in_channels=8,
                hidden_channels=4,
                vote=dict(type='PixelVote', in_channels=16,
                          hidden_channels=8)))),
    centres=dict(
        type='ContrastiveDetectorHead',
        stage_channels=STAGE_CHANNELS,
        projection_channels=8,
        hierarchical=False,
        split=dict(
            type='TwoMeansSplit',
            naming=dict(type='CentreClassifier', projection_channels=8))),
    classified=dict(
        type='ContrastiveDetectorHead',
        stage_channels=STAGE_CHANNELS,
        projection_channels=8,
        split=dict(
            type='ClassifiedSplit',
            classifier=dict(
                type='PixelClassifierHead', stage_channels=STAGE_CHANNELS))),
    pixels=dict(type='PixelClassifierHead', stage_channels=STAGE_CHANNELS))


def hand_made(image_size=(8, 8), mask_rows=2):
    """The upper rows of a picture of two stages are damaged."""
    prob = torch.full((1, 1, 4, 4), 0.01)
    prob[:, :, :mask_rows] = 0.9
    coarse_prob = torch.tensor([[[[0.9, 0.9], [0.2, 0.2]]]])
    features = (torch.cat((prob, prob), 1), coarse_prob * 2)
    everywhere = [prob > -1, coarse_prob > -1]
    centres = torch.tensor([[[1., 0.], [0.6, 0.8]]])
    hierarchy = MaskHierarchy(
        log_odds=(prob.logit(), coarse_prob.logit()),
        mask_prob=(prob, coarse_prob),
        uncertain=tuple(everywhere),
        sure_intact=tuple(everywhere),
        sure_corrupted=tuple(everywhere),
        centres=(centres, centres))
    return Padding(image_size, (8, 8)), features, hierarchy


def measure_by_hand(image=None, detector=None, **options):
    padding, features, hierarchy = hand_made(**options)
    if image is None:
        image = np.full((*padding.size, 3), 128, np.uint8)
    encoded = EncodedPicture(padding.pad(to_network(image)), features, padding)
    return measure_split(image, read_split(encoded, hierarchy, detector))


def test_clusters():
    row = measure_by_hand()
    assert row['cluster_cosine'] == pytest.approx(0.6)
    assert row['certainty'] == pytest.approx((0.8 + 0.98) / 2)
    assert row['sure_share'] == 0.5
    assert row['explained_fine'] == row['explained_coarse'] \
        == pytest.approx(1)


def test_shape():
    row = measure_by_hand()
    assert row['area_share'] == 0.5
    assert row['boundary_share'] == pytest.approx(4 / 24)
    assert row['parts'] == pytest.approx(math.log(2))
    assert row['largest_part'] == 1
    assert row['border_share'] == 0.5
    assert row['stage_agreement'] == 1


def test_stages_that_disagree():
    # One row of two that the coarse stage calls corrupted.
    assert measure_by_hand(mask_rows=1)['stage_agreement'] == 0.5


def test_votes():
    vote = PixelVote(in_channels=1, hidden_channels=1)
    torch.nn.init.ones_(vote.layers[0].weight)
    torch.nn.init.ones_(vote.layers[2].weight)
    row = measure_by_hand(
        detector=SimpleNamespace(split=SimpleNamespace(naming=vote)))
    inside, outside = (
        vote.pixel_logits([torch.full((1, 1, 1, 1), value)]).item()
        for value in (1.8, 0.4))
    assert row['vote_inside'] == pytest.approx(inside)
    assert row['vote_gap'] == pytest.approx(inside - outside)
    # Means by the probabilities 0.9 and 0.2, and by what is left of 1.
    assert row['orientation_log_odds'] == pytest.approx(
        (1.8 / 2.2 - 0.2 / 1.8) * (inside - outside), rel=1e-4)


def test_votes_of_a_classifier_are_those_of_the_finest_stage():
    logits = torch.linspace(-3, 3, 16).view(1, 1, 4, 4)

    def classifier(features):
        coarse = torch.zeros(1, 1, 2, 2)
        return DetectedMasks(
            log_odds=(logits, coarse),
            mask_prob=(logits.sigmoid(), coarse.sigmoid())), {}

    row = measure_by_hand(
        detector=SimpleNamespace(split=SimpleNamespace(classifier=classifier)))
    # The upper half of the picture is in the mask.
    assert row['vote_inside'] == pytest.approx(logits[:, :, :2].mean().item())
    assert row['vote_gap'] == pytest.approx(-2 * 1.6)
    assert row['vote_peak'] == pytest.approx(3 - 0.15 * 0.4)


def test_picture():
    image = np.zeros((8, 8, 3), np.uint8)
    image[:4, :, 0] = 255
    row = measure_by_hand(image)
    assert row['picture_explained'] == pytest.approx(1)
    # 8 of 112 pairs of neighbours differ, by 1.
    floor = 1 / 255
    assert row['picture_step'] == pytest.approx(
        math.log(1 + floor) - math.log(8 / 112 + floor))
    # The grey value of red is 1/3; two rows of eight have a Laplacian.
    assert row['detail'] == pytest.approx(math.log(2 / 8 / 3 + floor))
    assert row['detail_gap'] == pytest.approx(0)
    assert row['flat_share'] == row['flat_inside'] == pytest.approx(0.75)


def test_padding_takes_no_part():
    """What lies in the padding is damaged, and nobody hears of it."""
    row = measure_by_hand(image_size=(3, 4), mask_rows=2)
    assert row['area_share'] == 1  # rows 0 and 1 show the picture
    assert row['boundary_share'] == row['boundary_step'] == 0
    assert row['explained_fine'] == 0


@pytest.mark.parametrize('head', HEADS)
@pytest.mark.parametrize('size', [(1, 1), (1, 40), (20, 13), (32, 32)])
@pytest.mark.parametrize('flat', [True, False])
def test_all_pictures_have_finite_features(head, size, flat):
    encoder = MODELS.build(
        dict(
            type='HCLEncoder',
            base_channels=4,
            depths=(1, 1, 2),
            window_size=4))
    detector = MODELS.build(HEADS[head]).eval()
    shape = 2, *size, 3
    pictures = np.full(shape, 128, np.uint8)
    if not flat:
        pictures = np.random.default_rng(0).integers(
            0, 256, shape, dtype=np.uint8)
    image = torch.cat([to_network(picture) for picture in pictures])
    padding = Padding.to_multiple(image, encoder.size_divisor)
    with torch.inference_mode():
        features = encoder(padding.pad(image))
        hierarchy, _ = detector(features, inside=padding.inside(features))
        encoded = EncodedPicture(padding.pad(image), features, padding)
        rows = [
            measure_split(
                pictures[index],
                read_split(encoded[index], hierarchy[index], detector))
            for index in range(2)
        ]
    for row in rows:
        assert tuple(row) == FEATURE_NAMES
        assert np.isfinite(list(row.values())).all()
    if head == 'pixels':
        assert rows[0]['cluster_cosine'] == 1
        assert rows[0]['orientation_log_odds'] == rows[0]['vote_gap'] == 0
