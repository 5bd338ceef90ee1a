"""Detection at any size: one look at the whole, closer looks at borders."""
from pathlib import Path

import numpy as np
import pytest
import torch
from skimage import data
from tiny_checkpoint import write_tiny_checkpoint

from hcl_mmagic.apis.checkpoints import LoadedModel, load_model
from hcl_mmagic.apis.detection import PhotographDetector, _uncertain_pixels
from hcl_mmagic.apis.network_values import to_network
from hcl_mmagic.apis.tiles import TileSize
from hcl_mmagic.models import HCLRestorer


@pytest.fixture(scope='module')
def model(tmp_path_factory: pytest.TempPathFactory) -> HCLRestorer:
    path: Path = tmp_path_factory.mktemp('weights') / 'tiny.pth'
    write_tiny_checkpoint(path)
    loaded: LoadedModel = load_model(str(path))
    return loaded.model.requires_grad_(False)


def detector(model: HCLRestorer, side: int = 512) -> PhotographDetector:
    return PhotographDetector(
        model, short_side=48, max_pixels=200**2, tile_size=TileSize(side, 32))


@pytest.mark.parametrize(
    'size, expected',
    [
        ((48, 48), (48, 48)),
        ((30, 60), (30, 60)),  # never enlarged
        ((96, 144), (48, 72)),
        ((4000, 6000), (48, 72)),
        ((1, 1), (1, 1))
    ])
def test_the_first_look_has_the_scale_of_the_training(model: HCLRestorer,
                                                      size: tuple,
                                                      expected: tuple) -> None:
    assert detector(model).first_size(size) == expected


@pytest.mark.parametrize('smooth', [False, True])
def test_the_first_look_is_what_the_model_finds(
        model: HCLRestorer, monkeypatch: pytest.MonkeyPatch,
        smooth: bool) -> None:
    monkeypatch.setattr(model.detector, 'smooth', smooth)
    picture = data.astronaut()[100:148, 200:260]
    look, = detector(model).look([picture])
    found = model.restore(to_network(picture)).mask_prob[0][0, 0].numpy()
    np.testing.assert_allclose(look.probability, found, atol=1e-5)


@pytest.mark.parametrize('size', [(1, 100000), (100000, 3), (50, 40000)])
def test_the_first_look_at_a_long_strip_is_bounded(model: HCLRestorer,
                                                   size: tuple) -> None:
    first = detector(model).first_size(size)
    divisor = model.size_divisor
    padded = [-(-side // divisor) * divisor for side in first]
    assert np.prod(padded) <= 200**2
    assert min(first) >= 1


def test_borders_and_doubts_are_looked_at_again() -> None:
    probability = np.zeros((40, 40), np.float32)
    probability[:, 20:] = 1
    probability[5, 35] = 0.85
    uncertain = _uncertain_pixels(probability)
    expected = np.zeros((40, 40), np.uint8)
    expected[:, 16:24] = 1
    expected[5, 35] = 1
    np.testing.assert_array_equal(uncertain, expected)


def slow_refinement(model: HCLRestorer, picture: np.ndarray,
                    probability: np.ndarray) -> np.ndarray:
    """One closer look, pixel by pixel, in a picture that needs no padding."""
    features = model.encode(to_network(picture)).features
    vectors = model.detector.project(features)[0][0].numpy()
    stride = picture.shape[0] // vectors.shape[1]
    uncertain = _uncertain_pixels(probability) > 0
    means = []
    for side in (probability <= 0.5, probability > 0.5):
        total = np.zeros(len(vectors))
        for row, column in np.ndindex(vectors.shape[1:]):
            # The stage's grid takes the nearest pixel of the picture.
            place = row * stride, column * stride
            if side[place] and not uncertain[place]:
                total += vectors[:, row, column]
        means.append(total / np.linalg.norm(total))
    log_odds = np.einsum('chw,c->hw', vectors,
                         means[1] - means[0]) / model.detector.split.temperature
    closer = 1 / (1 + np.exp(-log_odds))
    closer = torch.nn.functional.interpolate(
        torch.from_numpy(closer)[None, None],
        size=picture.shape[:2],
        mode='bilinear')[0, 0].numpy()
    return np.where(uncertain, closer, probability)


def test_a_closer_look_against_a_slow_twin(model: HCLRestorer) -> None:
    picture = data.astronaut()[:128, :128]
    probability = np.zeros((128, 128), np.float32)
    probability[40:90, 30:100] = 0.95
    expected = slow_refinement(model, picture, probability)
    refined = probability.copy()
    detector(model)._refine_in_place(picture, refined)
    np.testing.assert_allclose(refined, expected, atol=1e-5)


def test_tiles_of_a_closer_look_agree_with_the_whole(
        model: HCLRestorer) -> None:
    picture = data.astronaut()[:400, :300]
    probability = np.zeros((100, 75), np.float32)
    probability[30:60, 20:50] = 1
    whole = detector(model).refine(picture, probability.copy())
    tiled = detector(model, side=128).refine(picture, probability.copy())
    assert whole.shape == tiled.shape == (400, 300)
    assert ((whole > 0.5) != (tiled > 0.5)).mean() < 0.02


def test_padding_takes_no_part_in_a_closer_look(
        model: HCLRestorer, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = data.astronaut()[:100, :90]
    probability = np.zeros((100, 90), np.float32)
    probability[20:60, 20:60] = 0.95
    project = model.detector.project

    def refine() -> np.ndarray:
        refined = probability.copy()
        detector(model)._refine_in_place(picture, refined)
        return refined

    def with_other_padding(features: list) -> tuple:
        vectors, *coarser = project(features)
        vectors = vectors.clone()
        vectors[..., 50:, :] = vectors[..., 45:] = 1 / vectors.shape[1]**0.5
        return vectors, *coarser

    expected = refine()
    monkeypatch.setattr(model.detector, 'project', with_other_padding)
    np.testing.assert_array_equal(refine(), expected)


@pytest.mark.parametrize('value', [0., 1.])
def test_a_mask_of_one_side_only_stays_as_it_is(model: HCLRestorer,
                                                value: float) -> None:
    probability = np.full((48, 72), value, np.float32)
    refined = detector(model).refine(data.astronaut()[:96, :144], probability)
    np.testing.assert_array_equal(refined, np.full((96, 144), value))
