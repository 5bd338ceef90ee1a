"""Classical methods on photographs of all kinds."""
from typing import Any, Tuple

import cv2
import numpy as np
import pytest
import torch
from skimage import data

from hcl_mmagic.apis import HCLInferencer, MaskOptions
from hcl_mmagic.apis.classical import load_classical
from hcl_mmagic.errors import ConfigError, DataMismatchError
from hcl_mmagic.inpaintor_names import CLASSICAL_METHODS
from hcl_mmagic.models.functional import fill_smoothly

HARD = MaskOptions(dilate=0, feather=0)
ALWAYS = ('push-pull', 'telea', 'navier-stokes')
needs_extra = pytest.mark.skipif(
    not hasattr(getattr(cv2, 'xphoto', None), 'inpaint'),
    reason='needs opencv-contrib-python-headless')
METHODS = [
    pytest.param(name, marks=() if name in ALWAYS else needs_extra)
    for name in CLASSICAL_METHODS
]


def damaged(shape: Tuple[int, ...], dtype: Any) -> np.ndarray:
    pixels = data.astronaut()[:shape[0], :shape[1], :shape[2]]
    return pixels.astype(dtype) * (np.iinfo(dtype).max // 255)


def stroke(shape: Tuple[int, ...]) -> np.ndarray:
    mask = np.zeros(shape[:2], np.uint8)
    mask[shape[0] // 3:shape[0] // 3 + 5, 3:-3] = 1
    return mask


@pytest.mark.parametrize('shape', [(47, 70, 3), (64, 64, 1), (3, 9, 3)])
def test_push_pull_is_the_smooth_filling_of_the_networks(
        shape: Tuple[int, ...]) -> None:
    pixels = damaged(shape, np.uint8)
    mask = (np.random.default_rng(0).random(shape[:2]) < 0.7).astype(np.uint8)
    image = torch.from_numpy(pixels).permute(2, 0, 1)[None].float()
    expected = fill_smoothly(image, torch.from_numpy(mask)[None, None].float())
    np.testing.assert_allclose(
        load_classical('push-pull').repair(pixels, mask),
        expected[0].permute(1, 2, 0),
        atol=0.01)


@pytest.mark.parametrize(('name', 'flag'), [('telea', cv2.INPAINT_TELEA),
                                            ('navier-stokes', cv2.INPAINT_NS)])
def test_channels_one_by_one_are_what_opencv_makes_of_all(
        name: str, flag: int) -> None:
    pixels = damaged((50, 60, 3), np.uint8)
    mask = stroke(pixels.shape)
    np.testing.assert_array_equal(
        load_classical(name).repair(pixels, mask),
        cv2.inpaint(pixels, mask, 3, flag))


@pytest.mark.parametrize('name', METHODS)
@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
@pytest.mark.parametrize('channels', [1, 3])
def test_bits_and_channels_of_all_kinds(name: str, dtype: Any,
                                        channels: int) -> None:
    pixels = damaged((40, 52, channels), dtype)
    mask = stroke(pixels.shape)
    inferencer = HCLInferencer(inpaintor=name, detects=False, device='cpu')
    damage = pixels.copy()
    damage[mask > 0] = np.iinfo(dtype).max
    image = inferencer.restore(damage, mask, mask_options=HARD).image
    assert image.dtype == dtype and image.shape == pixels.shape
    np.testing.assert_array_equal(image[mask == 0], pixels[mask == 0])
    errors = [
        np.abs(item.astype(float) - pixels)[mask > 0].mean()
        for item in (image, damage)
    ]
    # Shift-map copies what fits the borders, not the values.
    assert errors[0] < errors[1] * (0.7 if name == 'shift-map' else 0.5)


@pytest.mark.parametrize('name', ALWAYS)
def test_sixteen_bits_are_as_good_as_eight(name: str) -> None:
    eight = damaged((40, 52, 3), np.uint8)
    mask = stroke(eight.shape)
    method = load_classical(name)
    fine, coarse = (
        method.repair(pixels, mask)
        for pixels in (damaged(eight.shape, np.uint16), eight))
    # Each filled pixel is rounded before the next one is made of it.
    assert np.abs(fine / 257 - coarse)[mask > 0].mean() < 2


@pytest.mark.parametrize('name', METHODS)
@pytest.mark.parametrize('shape', [(1, 2), (1, 80), (17, 3)])
def test_small_photographs(name: str, shape: Tuple[int, int]) -> None:
    pixels = np.full((*shape, 3), 77, np.uint8)
    mask = np.ones(shape, np.uint8)
    mask[0, 0] = 0
    repaired = load_classical(name).repair(pixels, mask)
    assert repaired.shape == pixels.shape and np.isfinite(repaired).all()


@pytest.mark.parametrize('name', CLASSICAL_METHODS)
def test_where_nothing_is_intact_the_middle_is_taken(
        name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('hcl_mmagic.apis.classical._xphoto',
                        lambda: type('xphoto', (), dict(inpaint=None)))
    pixels = damaged((9, 9, 3), np.uint8)
    repaired = load_classical(name).repair(pixels, np.ones((9, 9), np.uint8))
    assert (repaired == 127.5).all() and repaired.dtype == np.float32


def test_tiles_agree_with_the_whole_photograph() -> None:
    pixels = data.astronaut()
    mask = np.zeros(pixels.shape[:2], np.uint8)
    cv2.line(mask, (10, 20), (500, 470), 1, 5)
    whole, tiled = (
        HCLInferencer(
            inpaintor='telea', detects=False, device='cpu',
            max_memory=memory).restore(pixels, mask, mask_options=HARD).image
        for memory in ('3GB', '715MB'))
    # Only the order in which fronts meet may differ.
    assert (whole != tiled).any(2)[mask > 0].mean() < 0.05


@pytest.mark.parametrize('name', ['fsr', 'shift-map'])
def test_what_opencv_lacks_is_named_with_its_package(
        name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('hcl_mmagic.apis.classical._xphoto', lambda: None)
    with pytest.raises(
            ConfigError,
            match=f'{name} .* pip install opencv-contrib-python-headless'):
        HCLInferencer(inpaintor=name, detects=False)


def test_a_classical_method_has_no_weights_to_tell_of() -> None:
    inferencer = HCLInferencer(inpaintor='telea', detects=False)
    assert inferencer.describe_networks() == dict(
        hcl=None,
        inpaintor=dict(name='telea', path=None, sha256=None, runs_on='CPU'))


def test_a_mask_of_the_whole_photograph_is_refused() -> None:
    inferencer = HCLInferencer(inpaintor='telea', detects=False)
    pixels = damaged((20, 30, 3), np.uint8)
    white = np.ones((20, 30), np.uint8)
    with pytest.raises(DataMismatchError, match='leaves nothing intact'):
        inferencer.restore(pixels, white)
    kept = inferencer.restore(
        pixels, white, mask_options=MaskOptions(exclude=[(0, 0, 30, 5)]))
    np.testing.assert_array_equal(kept.image[:5], pixels[:5])
