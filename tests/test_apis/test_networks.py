"""HCLInferencer with another inpainting model: HCL finds, that one repairs."""
from pathlib import Path
from typing import List, Tuple

import numpy as np
import pytest
import torch
from skimage import data
from tiny_checkpoint import write_tiny_checkpoint
from tiny_inpaintor_files import write_tiny_inpaintor

from hcl_mmagic.apis import HCLInferencer, MaskOptions
from hcl_mmagic.apis.checkpoints.configured_inpaintors import MMAGIC_BYTES
from hcl_mmagic.apis.memory import LIBRARY_BYTES
from hcl_mmagic.apis.torch_networks import to_network, weight_bytes
from hcl_mmagic.errors import ConfigError

HARD = MaskOptions(dilate=0, feather=0)


@pytest.fixture(scope='module')
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp('networks')
    write_tiny_checkpoint(folder / 'hcl.pth')
    write_tiny_inpaintor(folder)
    return folder


@pytest.fixture(scope='module')
def mixed(folder: Path) -> HCLInferencer:
    return HCLInferencer(
        str(folder / 'hcl.pth'),
        inpaintor=str(folder / 'tiny-aot.py'),
        inpaintor_checkpoint=str(folder / 'tiny-aot.pth'),
        device='cpu')


@pytest.fixture(scope='module')
def inpaintor(folder: Path) -> HCLInferencer:
    return HCLInferencer(
        inpaintor=str(folder / 'tiny-aot.py'),
        inpaintor_checkpoint=str(folder / 'tiny-aot.pth'),
        detects=False,
        device='cpu')


@pytest.fixture(scope='module')
def photographs() -> List[np.ndarray]:
    cuts = [data.astronaut()[:130, :170], data.astronaut()[200:330, 100:270]]
    for cut in cuts:
        cut[20:50, 30:60] = (200, 30, 90)
    return cuts


def stroke(shape: Tuple[int, ...]) -> np.ndarray:
    mask = np.zeros(shape[:2], np.uint8)
    mask[shape[0] // 3:shape[0] // 3 + 10, shape[1] // 9:-9] = 1
    return mask


def test_hcl_finds_and_the_inpaintor_repairs(
        mixed: HCLInferencer, folder: Path,
        photographs: List[np.ndarray]) -> None:
    hcl = HCLInferencer(str(folder / 'hcl.pth'), device='cpu')
    result, alone = (each.restore(photographs[0]) for each in (mixed, hcl))
    np.testing.assert_array_equal(result.confidence, alone.confidence)
    changed = result.mask > 0
    np.testing.assert_array_equal(result.mask, alone.mask)
    np.testing.assert_array_equal(result.image[~changed],
                                  photographs[0][~changed])
    assert (result.image[changed] != alone.image[changed]).mean() > 0.5


@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
def test_within_one_tile_the_repair_is_the_models_own(inpaintor: HCLInferencer,
                                                      dtype: type) -> None:
    pixels = data.astronaut()[:96, :128].astype(dtype)
    pixels *= np.iinfo(dtype).max // 255
    mask = stroke(pixels.shape)
    with torch.inference_mode():
        expected = inpaintor.inpaintor.model.repair(
            to_network(pixels),
            torch.from_numpy(mask)[None, None].float())
    expected = expected[0].permute(1, 2, 0).clamp(-1, 1).numpy() + 1
    result = inpaintor.restore(pixels, mask, mask_options=HARD)
    np.testing.assert_array_equal(result.mask, mask)
    np.testing.assert_array_equal(result.image[mask == 0], pixels[mask == 0])
    np.testing.assert_allclose(
        result.image[mask > 0],
        expected[mask > 0] * np.iinfo(dtype).max / 2,
        atol=0.51)


def test_a_photograph_gets_the_same_alone_and_in_a_batch(
        mixed: HCLInferencer, photographs: List[np.ndarray]) -> None:
    alone = [mixed.restore(photograph) for photograph in photographs]
    together = mixed(photographs, batch_size=2)
    for one, other in zip(alone, together):
        assert one.mask.any()
        np.testing.assert_array_equal(one.image, other.image)


def test_large_photographs_are_repaired_in_tiles(
        inpaintor: HCLInferencer, monkeypatch: pytest.MonkeyPatch) -> None:
    sides = []
    known_mask = inpaintor.inpaintor.model
    repair = known_mask.repair

    def watched(picture: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        sides.append(max(picture.shape[-2:]))
        return repair(picture, mask)

    monkeypatch.setattr(known_mask, 'repair', watched)
    pixels = data.astronaut()[:300]
    mask = stroke(pixels.shape)
    result = inpaintor.restore(pixels, mask, mask_options=HARD)
    np.testing.assert_array_equal(result.image[mask == 0], pixels[mask == 0])
    assert (result.image[mask > 0] != pixels[mask > 0]).mean() > 0.9
    assert len(sides) > 1 and max(sides) == 256


@pytest.mark.parametrize('shape', [(1, 2), (1, 80), (17, 3)])
def test_small_photographs(inpaintor: HCLInferencer, shape: tuple) -> None:
    pixels = np.full((*shape, 3), 77, np.uint8)
    mask = np.ones(shape)
    mask[0, 0] = 0
    result = inpaintor.restore(pixels, mask, mask_options=HARD)
    assert result.image.shape == pixels.shape
    np.testing.assert_array_equal(result.mask, mask)


def test_the_memory_is_shared_by_all_networks(mixed: HCLInferencer) -> None:
    expected = LIBRARY_BYTES + MMAGIC_BYTES + sum(
        map(weight_bytes, (mixed.hcl.model, mixed.inpaintor.model.model)))
    for model in (mixed.hcl, mixed.inpaintor):
        assert mixed.demand(model).resident_bytes == expected


def test_what_restored_can_be_told(mixed: HCLInferencer,
                                   inpaintor: HCLInferencer) -> None:
    told = mixed.describe_networks()
    assert told['hcl']['path'].endswith('hcl.pth')
    assert told['inpaintor']['name'] == 'tiny-aot'
    assert len(told['inpaintor']['sha256']) == 64
    assert inpaintor.describe_networks() == dict(told, hcl=None)


def test_without_a_detector_nothing_is_found(inpaintor: HCLInferencer) -> None:
    with pytest.raises(ConfigError, match='masks of your own and finds none'):
        inpaintor.detect(np.zeros((9, 9, 3), np.uint8))


@pytest.mark.parametrize(
    'options', [dict(detects=False),
                dict(inpaintor_checkpoint='a.pth')])
def test_options_that_need_an_inpaintor(options: dict) -> None:
    with pytest.raises(ConfigError, match='need an inpaintor'):
        HCLInferencer(device='cpu', **options)
