"""The probe's parts: what it measures of patches, which, and how well."""
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from scipy.ndimage import convolve
from skimage import data

from hcl_mmagic.lab.corruptions import (patch_classifier, patch_statistics,
                                        patches)

RNG = np.random.default_rng(0)


@pytest.fixture
def probing() -> SimpleNamespace:
    """What the probe is made of."""
    return SimpleNamespace(
        **vars(patch_classifier), **{
            name: vars(module)[name]
            for module, names in ((patch_statistics, ('STATISTIC_NAMES',
                                                      'patch_statistics')),
                                  (patches, ('Patches', 'collect_patches')))
            for name in names
        })


def _describe(probing: SimpleNamespace, patches: np.ndarray) -> dict:
    return dict(
        zip(probing.STATISTIC_NAMES,
            probing.patch_statistics(patches).T))


def test_statistics_equal_those_of_scipy_residuals(probing):
    patch = data.chelsea()[:16, :16]
    described = _describe(probing, patch[None])
    luma = patch @ np.array((0.299, 0.587, 0.114))
    taps = np.array(((1, -2, 1), (-2, 4, -2), (1, -2, 1)))
    residual = convolve(luma, taps)[1:-1, 1:-1]
    name = 'luma checkerboard: {}'.format
    assert described[name('mean size')] == pytest.approx(
        np.log(np.abs(residual).mean() + 0.01), abs=1e-4)
    assert described[name('variance')] == pytest.approx(
        np.log(residual.var() + 0.01), abs=1e-4)
    assert described[name('zeros')] == (np.abs(residual) < 0.5).mean()
    centred = residual - residual.mean()
    assert described[name('vertical correlation')] == pytest.approx(
        (centred[1:] * centred[:-1]).mean() / (residual.var() + 0.01),
        abs=1e-4)


def test_a_flat_patch_has_no_residuals(probing):
    described = _describe(probing, np.full((1, 8, 8, 3), 255, np.uint8))
    for name, value in described.items():
        if name.endswith(('zeros', 'values at 0 or 255')):
            assert value == 1
        elif name.endswith('correlation'):
            assert value == pytest.approx(0, abs=1e-3)


def test_grey_patches_have_no_colour_residuals(probing):
    grey = np.repeat(RNG.integers(256, size=(1, 8, 8, 1)), 3, axis=3)
    described = _describe(probing, grey.astype(np.uint8))
    assert described['blue Laplacian: zeros'] == 1
    assert described['luma Laplacian: zeros'] < 0.2


@pytest.mark.parametrize('patches', [
    np.zeros((2, 4, 4, 3), np.uint8),
    np.zeros((2, 8, 8), np.uint8),
    np.zeros((2, 8, 8, 3), np.float32)
])
def test_other_patches_are_refused(probing, patches):
    with pytest.raises(ValueError, match='Patches must be uint8 of the shape'):
        probing.patch_statistics(patches)


def _halves(count: int, name: str = '{}') -> list:
    """Photographs whose left half, value 200, is pasted; value 50 is not."""
    mask = np.zeros((40, 80), np.float32)
    mask[:, :40] = 1
    image = np.where(mask[..., None] == 1, 200, 50).astype(np.uint8)
    image = np.repeat(image, 3, axis=2)
    return [(image, mask, name.format(i)) for i in range(count)]


def test_patches_keep_away_from_the_edge_and_are_of_both_kinds(probing):
    patches = probing.collect_patches(_halves(3), size=8, margin=6)
    assert patches.pixels.shape[1:] == (8, 8, 3)
    assert patches.pasted.mean() == 0.5
    assert (patches.pixels[patches.pasted] == 200).all()
    assert (patches.pixels[~patches.pasted] == 50).all()
    assert sorted(set(patches.groups)) == [0, 1, 2]
    # 34 columns are left: a margin of 33 leaves no room for 8.
    assert len(probing.collect_patches(_halves(3), size=8,
                                       margin=33).pixels) == 0


def test_patches_do_not_overlap(probing):
    image = np.arange(40 * 80, dtype=np.uint16).reshape(40, 80)
    pixels = np.dstack([image // 256, image % 256, image * 0]).astype(np.uint8)
    mask = np.zeros((40, 80), np.float32)
    mask[:, :40] = 1
    patches = probing.collect_patches([(pixels, mask, '')], size=8, margin=2)
    places = patches.pixels.reshape(-1, 3)
    assert len(np.unique(places, axis=0)) == len(places) > 500


def test_samples_without_both_kinds_give_nothing(probing):
    image, mask, name = _halves(1)[0]
    patches = probing.collect_patches([(image, np.zeros_like(mask), name)],
                                      size=8,
                                      margin=0)
    assert len(patches.pixels) == len(patches.pasted) == 0


def _chelsea_patches(probing, change) -> tuple:
    """Patches of 40 crops; every other one of each crop is changed."""
    pixels, pasted, groups = [], [], []
    photographs = [data.chelsea(), data.coffee(), data.astronaut()]
    for number in range(40):
        image = photographs[number % 3]
        for kind in (True, False) * 4:
            top, left = RNG.integers(0, 280, 2)
            patch = image[top:top + 16, left:left + 16]
            pixels.append(change(patch) if kind else patch)
            pasted.append(kind)
            groups.append(number)
    return probing.patch_statistics(
        np.array(pixels)), np.array(pasted), np.array(groups)


def test_the_probe_finds_resampling_and_nothing_where_nothing_is(probing):
    found = probing.probe(*_chelsea_patches(
        probing, lambda patch: cv2.GaussianBlur(patch, (0, 0), 1)))
    assert found.auc > 0.85
    nothing = probing.probe(*_chelsea_patches(probing, lambda patch: patch))
    assert 0.35 < nothing.auc < 0.65
    assert found.single_aucs.min() >= 0.5
    assert found.single_aucs.max() > nothing.single_aucs.max()


def test_too_few_photographs_are_refused(probing):
    with pytest.raises(ValueError, match='5 folds need at least as many'):
        probing.probe(
            np.zeros((8, 2)),
            np.arange(8) % 2 == 0,
            np.arange(8) // 2)
