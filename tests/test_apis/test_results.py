"""Results know what they are called and how they are saved."""
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hcl_mmagic.apis.results import JudgedRegion, RestorationResult, Verdict
from hcl_mmagic.errors import PhotographError
from hcl_mmagic.photographs.photograph import Photograph
from hcl_mmagic.photographs.reading import read_photograph


def make_result(label: str, changed: bool,
                photograph: Photograph) -> RestorationResult:
    size = photograph.pixels.shape[:2]
    return RestorationResult(
        source=None,
        original=photograph,
        restored=photograph,
        mask=np.full(size, changed, np.uint8),
        confidence=np.zeros(size, np.float32),
        verdict=Verdict(label, None),
        timings={})


PHOTOGRAPH = Photograph(np.arange(48, dtype=np.uint8).reshape(4, 4, 3))


@pytest.mark.parametrize(
    'label, changed, status',
    [
        ('clean', False, 'clean'),
        ('damaged', True, 'restored'),
        ('damaged', False, 'clean'),
        ('uncertain', True, 'uncertain'),  # by weights without a calibration
        ('uncertain', False, 'uncertain'),
        ('not looked at', False, 'not looked at'),
        ('not looked at', True, 'restored'),
        ('clean', True, 'restored'),
    ])
def test_status(label: str, changed: bool, status: str) -> None:
    assert make_result(label, changed, PHOTOGRAPH).status == status


def test_uncertain_regions_that_were_repaired_are_restored() -> None:
    result = make_result('uncertain', True, PHOTOGRAPH)
    region = JudgedRegion((0, 0, 2, 2), 4, 0.6, 'uncertain')
    judged = replace(result, verdict=Verdict('uncertain', 0.6, (region, )))
    assert judged.status == 'restored'


def test_a_saved_result_has_its_pixels(tmp_path: Path) -> None:
    make_result('damaged', True, PHOTOGRAPH).save(tmp_path / 'a.PNG')
    np.testing.assert_array_equal(
        np.array(Image.open(tmp_path / 'a.PNG')), PHOTOGRAPH.pixels)


def test_a_name_of_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
            PhotographError, match=r'as a \.png file, .* keep_format=True'):
        make_result('damaged', True, PHOTOGRAPH).save(tmp_path / 'a.jpg')
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize('name', ['b.jpg', 'b.jpeg'])
def test_the_format_of_the_original_can_be_kept(tmp_path: Path,
                                                name: str) -> None:
    Image.fromarray(PHOTOGRAPH.pixels).save(tmp_path / 'a.jpg')
    photograph = read_photograph(tmp_path / 'a.jpg')
    result = make_result('damaged', True, photograph)
    result.save(tmp_path / name, keep_format=True)
    assert Image.open(tmp_path / name).format == 'JPEG'
