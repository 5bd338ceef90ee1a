"""The page measures, judges and repairs as hcl_mmagic.apis does."""
import importlib
from dataclasses import asdict
from typing import Dict, Tuple

import cv2
import numpy as np
import pytest
from page_modules import call, constants, needs_node
from skimage import data

from hcl_mmagic.apis.classical import push_pull
from hcl_mmagic.apis.grain import continue_grain, find_grain
from hcl_mmagic.apis.mask_editing import (MaskOptions, composite,
                                          fitting_weights)
from hcl_mmagic.apis.memory import parse_memory, plan_memory
from hcl_mmagic.apis.networks import NetworkDemand
from hcl_mmagic.apis.regions import FEATURE_NAMES, find_regions
from hcl_mmagic.apis.tiles import Span, TileSize
from hcl_mmagic.apis.verdict import VerdictCalibration
from hcl_mmagic.photographs.unjudged import why_not_judged

pytestmark = needs_node
CALIBRATION = VerdictCalibration(
    feature_names=FEATURE_NAMES,
    means=(-3., 0.5, 0.7, 0.1, 0.8, -2., -1.5, -1.),
    scales=(1., 0.2, 0.2, 0.2, 0.3, 0.4, 0.8, 0.4),
    weights=(0.5, 2., 1., 1., -0.5, 2., 0.3, -0.4) +
    tuple(0.01 * number - 0.2 for number in range(36)),
    bias=-0.3,
    clean_below=0.3,
    damaged_above=0.8)
# Modules of the page, and the one that each mirrors.
MIRRORED = dict(
    detection='apis.detection',
    grain='apis.grain',
    mask_editing='apis.mask_editing',
    memory='apis.memory',
    regions='apis.regions',
    unjudged='photographs.unjudged',
    verdict='apis.mask_editing')
# What is no constant of a module there.
OTHERWISE = dict(MAX_MEMORY=parse_memory('3GB'))


def confidence(height: int = 150, width: int = 210) -> np.ndarray:
    """Blots and scratches of several certainties."""
    noise = np.random.default_rng(3).random((height, width))
    smooth = cv2.GaussianBlur(noise, (0, 0), 5)
    smooth = (smooth - smooth.min()) / np.ptp(smooth)
    values = np.clip(smooth * 1.6 - 0.6, 0, 1).astype(np.float32)
    cv2.line(values, (10, 140), (200, 120), 0.95, 3)
    return values


def grainy(channels: int) -> np.ndarray:
    rng = np.random.default_rng(4)
    base = np.linspace(90, 150, 220)[None, :, None]
    noise = rng.normal(0, 4, (190, 220, channels))
    return np.rint(base + noise).clip(0, 255).astype(np.uint8)


def strokes(height: int, width: int) -> np.ndarray:
    mask = np.zeros((height, width), np.uint8)
    cv2.line(mask, (20, 30), (width - 20, height - 40), 1, 9)
    cv2.line(mask, (20, height - 20), (width // 2, height - 50), 1, 1)
    cv2.circle(mask, (width // 4, height - 40), 14, 1, -1)
    return mask


@pytest.mark.parametrize('module', MIRRORED)
def test_constants_are_the_same(module: str) -> None:
    mirrored = importlib.import_module(f'hcl_mmagic.{MIRRORED[module]}')
    found = constants(module)
    numbers = {name: value for name, value in found.items() if name.isupper()}
    assert numbers
    for name, value in numbers.items():
        expected = OTHERWISE.get(name, getattr(mirrored, name, None))
        assert np.array_equal(value, expected), name


@pytest.mark.parametrize(('pixels', 'divisor'), [(1, 32), (512**2, 8),
                                                 (4_000_000, 32)])
def test_plan_of_memory(pixels: int, divisor: int) -> None:
    demand = NetworkDemand(26_869_516, 1152., divisor, 512)
    found = call('memory', 'planMemory', asdict(demand), pixels).result
    with_libraries = NetworkDemand(26_869_516 + 700 * 10**6, 1152., divisor,
                                   512)
    plan = plan_memory(with_libraries, parse_memory('3GB'), pixels, 1)
    assert found['maxPixels'] == plan.max_pixels
    assert found['tileSize'] == asdict(plan.tile_size)


def as_dict(span: Span) -> Dict[str, object]:
    return dict(
        seen=[span.seen.start, span.seen.stop],
        used=[span.used.start, span.used.stop],
        core=[span.core.start, span.core.stop])


@pytest.mark.parametrize('length', [512, 513, 1793])
def test_tiles(length: int) -> None:
    tile_size = TileSize(512, 64)
    for found, expected in (
        (call('tiles', 'spansOf', asdict(tile_size), length).result,
         tile_size.spans(length)),
        (call('tiles', 'finerSpans', asdict(tile_size),
              dict(core=[0, length]), 2 * length).result,
         tile_size.finer_spans(Span.whole(length), 2 * length))
    ):  # yapf: disable
        weights = [span.pop('weights') for span in found]
        assert found == [as_dict(span) for span in expected]
        for one, span in zip(weights, expected):
            np.testing.assert_allclose(one, span.weights, atol=1e-6)


def test_regions_and_what_is_measured_of_them() -> None:
    labels, regions = find_regions(confidence())
    assert len(regions) > 3
    found = call('regions', 'findRegions', confidence()).result
    by_box = {tuple(region['box']): region for region in found['regions']}
    assert len(by_box) == len(regions)
    for region in regions:
        other = by_box[region.box]
        assert other['area'] == region.area
        assert other['features'] == pytest.approx(region.features, abs=1e-5)
    np.testing.assert_array_equal(found['labels'] > 0, labels.ravel() > 0)


def test_verdict() -> None:
    verdict, certainty = CALIBRATION.judge(confidence())
    found = call('verdict', 'judge', CALIBRATION.to_dict(),
                 confidence()).result
    assert {region.label for region in verdict.regions} > {'damaged'}
    assert [region['label'] for region in found['verdict']['regions']
            ] == [region.label for region in verdict.regions]  # yapf: disable
    assert found['verdict']['label'] == verdict.label
    assert found['verdict']['probability'] == pytest.approx(
        verdict.probability, abs=1e-5)
    np.testing.assert_array_equal(found['certainty'], certainty.ravel())


@pytest.mark.parametrize('size', [(150, 210), (700, 900)])
def test_growth_and_soft_edges(size: Tuple[int, int]) -> None:
    mask = strokes(*size)
    found = call('mask_editing', 'fittingWeights', mask).result[..., 0]
    np.testing.assert_array_equal(found, fitting_weights(mask, MaskOptions()))


def test_composite() -> None:
    pixels = np.repeat(grainy(3), 4, axis=0)
    filled = 255 - pixels
    weights = fitting_weights(strokes(760, 880), MaskOptions())[:, :220]
    assert len(np.unique(weights)) > 3
    np.testing.assert_array_equal(
        call('mask_editing', 'composite', pixels, filled, weights).result,
        composite(pixels, filled, weights))


def test_push_pull() -> None:
    picture = grainy(3)[:131, :77].astype(np.float32) / 127.5 - 1
    mask = strokes(131, 77)
    found = call('classical', 'pushPull', picture, mask).result
    np.testing.assert_allclose(found, push_pull(picture, mask), atol=2e-6)


@pytest.mark.parametrize('channels', [1, 3])
def test_grain_is_the_same_draw(channels: int) -> None:
    pixels, mask = grainy(channels), strokes(190, 220)
    assert find_grain(pixels, mask) is not None
    smooth = cv2.GaussianBlur(pixels, (0, 0), 4).reshape(pixels.shape)
    smooth[mask == 0] = pixels[mask == 0]
    expected = smooth.copy()
    continue_grain(expected, pixels, mask)
    assert (expected != smooth)[mask > 0].mean() > 0.5
    found = call('grain', 'continueGrain', smooth, pixels, mask).args[0]
    difference = np.abs(found - expected.astype(int))
    assert difference.max() <= 1 and (difference > 0).mean() < 1e-3


def test_smooth_pictures_have_no_grain() -> None:
    plain = np.full((100, 120, 3), 90, np.uint8)
    mask = strokes(100, 120)
    assert find_grain(plain, mask) is None
    assert call('grain', 'findGrain', plain, mask).result is None


@pytest.mark.parametrize(
    'picture', [
        data.page()[..., None],
        np.dstack([data.page()] * 3)[:100, :300],
        data.camera()[::4, ::4, None],
        data.astronaut()[:300, :200],
        data.camera()[:60, :90, None],
        data.horse()[..., None].astype(np.uint8),
    ],
    ids=['page', 'small page', 'grey', 'colour', 'too small', 'two values'])
def test_what_is_not_judged(picture: np.ndarray) -> None:
    picture = np.ascontiguousarray(picture)
    found = call('unjudged', 'whyNotJudged', picture).result
    assert found == why_not_judged(picture)
