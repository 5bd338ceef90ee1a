"""Detection at any size: one look at the whole, closer looks at borders."""
from pathlib import Path

import numpy as np
import pytest
import torch
from skimage import data
from tiny_checkpoint import write_tiny_checkpoint

from hcl_mmagic.apis.checkpoints import load_model
from hcl_mmagic.apis.detection import (_uncertain_pixels, first_size,
                                       look_closer, look_first, refine)
from hcl_mmagic.apis.tiles import TileSize
from hcl_mmagic.apis.torch_networks import TorchNetworks, to_network
from hcl_mmagic.models import HCLRestorer

MAX_PIXELS = 200**2
WHOLE = TileSize(512, 32)


@pytest.fixture(scope='module')
def networks(tmp_path_factory: pytest.TempPathFactory) -> TorchNetworks:
    path: Path = tmp_path_factory.mktemp('weights') / 'tiny.pth'
    write_tiny_checkpoint(path)
    loaded = load_model(str(path))
    loaded.short_side = 48
    return loaded


@pytest.mark.parametrize(
    'size, expected',
    [
        ((48, 48), (48, 48)),
        ((30, 60), (30, 60)),  # never enlarged
        ((96, 144), (48, 72)),
        ((4000, 6000), (48, 72)),
        ((1, 1), (1, 1))
    ])
def test_the_first_look_has_the_scale_of_the_training(networks: TorchNetworks,
                                                      size: tuple,
                                                      expected: tuple) -> None:
    assert first_size(networks, size, MAX_PIXELS) == expected


@pytest.mark.parametrize('smooth', [False, True])
def test_the_first_look_is_what_the_model_finds(
        networks: TorchNetworks, monkeypatch: pytest.MonkeyPatch,
        smooth: bool) -> None:
    monkeypatch.setattr(networks.model.detector, 'smooth', smooth)
    picture = data.astronaut()[100:148, 200:260]
    look, = look_first(networks, [picture], MAX_PIXELS)
    found = networks.model.restore(
        to_network(picture)).mask_prob[0][0, 0].numpy()
    np.testing.assert_allclose(look.probability, found, atol=1e-5)


@pytest.mark.parametrize('size', [(1, 100000), (100000, 3), (50, 40000)])
def test_the_first_look_at_a_long_strip_is_bounded(networks: TorchNetworks,
                                                   size: tuple) -> None:
    first = first_size(networks, size, MAX_PIXELS)
    divisor = networks.model.size_divisor
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
    log_odds = np.einsum('chw,c->hw', vectors, means[1] -
                         means[0]) / model.detector.split.temperature
    closer = 1 / (1 + np.exp(-log_odds))
    closer = torch.nn.functional.interpolate(
        torch.from_numpy(closer)[None, None],
        size=picture.shape[:2],
        mode='bilinear')[0, 0].numpy()
    return np.where(uncertain, closer, probability)


def test_a_closer_look_against_a_slow_twin(networks: TorchNetworks) -> None:
    picture = data.astronaut()[:128, :128]
    probability = np.zeros((128, 128), np.float32)
    probability[40:90, 30:100] = 0.95
    expected = slow_refinement(networks.model, picture, probability)
    refined = probability.copy()
    refine(networks, picture, refined, WHOLE)
    np.testing.assert_allclose(refined, expected, atol=1e-5)


def test_tiles_of_a_closer_look_agree_with_the_whole(
        networks: TorchNetworks) -> None:
    picture = data.astronaut()[:400, :300]
    probability = np.zeros((100, 75), np.float32)
    probability[30:60, 20:50] = 1
    whole, tiled = (
        look_closer(networks, picture, probability.copy(), TileSize(side, 32))
        for side in (512, 128))
    assert whole.shape == tiled.shape == (400, 300)
    assert ((whole > 0.5) != (tiled > 0.5)).mean() < 0.02


def test_padding_takes_no_part_in_a_closer_look(
        networks: TorchNetworks, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = data.astronaut()[:100, :90]
    probability = np.zeros((100, 90), np.float32)
    probability[20:60, 20:60] = 0.95
    project = networks.model.detector.project

    def refined_map() -> np.ndarray:
        refined = probability.copy()
        refine(networks, picture, refined, WHOLE)
        return refined

    def with_other_padding(features: list) -> tuple:
        vectors, *coarser = project(features)
        vectors = vectors.clone()
        vectors[..., 50:, :] = vectors[..., 45:] = 1 / vectors.shape[1]**0.5
        return vectors, *coarser

    expected = refined_map()
    monkeypatch.setattr(networks.model.detector, 'project', with_other_padding)
    np.testing.assert_array_equal(refined_map(), expected)


@pytest.mark.parametrize('value', [0., 1.])
def test_a_mask_of_one_side_only_stays_as_it_is(networks: TorchNetworks,
                                                value: float) -> None:
    probability = np.full((48, 72), value, np.float32)
    refined = look_closer(networks,
                          data.astronaut()[:96, :144], probability, WHOLE)
    np.testing.assert_array_equal(refined, np.full((96, 144), value))
