"""The page in a real browser, served by this process."""
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import List, Tuple

import cv2
import numpy as np
import pytest
from colour_inferencer import DAMAGE, ColourInferencer
from page_browser import Browser, free_port, wait_for
from skimage import data

pytest.importorskip('gradio', reason="needs pip install 'hcl-mmagic[web]'")
pytest.importorskip('selenium', reason='needs pip install selenium')
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which('chromium') and shutil.which('chromedriver')),
        reason='needs the Debian packages chromium and chromium-driver')
]
DRAWN, ERASED = (30, 80), (80, 28)  # (x, y) of the photograph


@dataclass
class Visit:
    """What one visit of the page left behind; pictures as OpenCV reads
    them, in BGR."""
    uploaded: np.ndarray
    restored: np.ndarray
    mask: np.ndarray
    names: List[str]
    found: str
    lowered: str
    refusal: str
    calls: Tuple[int, int]
    compared: Tuple[str, str]
    outside: List[str]


@pytest.fixture(scope='module')
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    from hcl_mmagic.webui.server import serve_page
    folder = tmp_path_factory.mktemp('visit')
    photograph = damaged_photograph(folder / 'coffee été.png')
    downloads = folder / 'downloads'
    downloads.mkdir()
    inferencer = ColourInferencer()
    with serve_page(inferencer, port=free_port()) as url:
        browser = Browser(downloads)
        try:
            browser.driver.get(url)
            return use_page(browser, photograph, inferencer)
        finally:
            browser.driver.quit()


def use_page(browser: Browser, photograph: Path,
             inferencer: ColourInferencer) -> Visit:
    notes = photograph.with_name('notes.png')
    notes.write_text('no photograph')
    browser.upload(notes)
    refusal = browser.text('.toast-body')

    browser.click('#photograph button[aria-label="Clear"]')
    browser.upload(photograph)
    found = wait_for(lambda: browser.text('#verdict'))

    wait_for(lambda: browser.find('#editor canvas').size['width'] == 160)
    browser.drag('#editor canvas', DRAWN, (8, 0))
    browser.click('#editor button[aria-label="Erase button"]')
    browser.drag('#editor canvas', ERASED, (3, 0))
    browser.drag('#threshold input[type=range]', (100, 5), (-45, 0))
    lowered = wait_for(
        lambda: browser.text('#verdict') != found and browser.text('#verdict'))

    browser.click('#restore')
    slider = browser.find('.pictures input')
    cut = browser.find('.pictures')
    before = cut.get_attribute('style')
    browser.drag('.pictures input', (slider.size['width'] // 2, 50), (99, 0))
    restored = browser.download('#restored')
    mask = browser.download('#mask')
    return Visit(
        uploaded=cv2.imread(str(photograph), cv2.IMREAD_UNCHANGED),
        restored=cv2.imread(str(restored), cv2.IMREAD_UNCHANGED),
        mask=cv2.imread(str(mask), cv2.IMREAD_UNCHANGED),
        names=[restored.name, mask.name],
        found=found,
        lowered=lowered,
        refusal=refusal,
        calls=(inferencer.detections, inferencer.restorations),
        compared=(before, cut.get_attribute('style')),
        outside=browser.outside_requests())


def damaged_photograph(path: Path) -> Path:
    """160x107, 16 bits, with alpha, and 9 % of it painted over."""
    coffee = data.coffee()[..., ::-1]
    coffee = cv2.resize(coffee, (160, 107), interpolation=cv2.INTER_AREA)
    coffee[20:60, 60:100] = DAMAGE
    depth = coffee.astype(np.uint16) * 257
    depth[:10] += 1  # values that 8 bits do not have
    alpha = np.full(depth.shape[:2], 65535, np.uint16)
    alpha[:, :20] = 30_000
    content = cv2.imencode('.png', np.dstack([depth, alpha]))[1]
    path.write_bytes(content.tobytes())
    return path


def test_damage_is_found_and_said(visit: Visit) -> None:
    assert 'Damage was found (probability of damage 97%)' in visit.found
    assert '160 × 107 pixels, 9.3% marked' in visit.found


def test_untouched_pixels_are_the_uploaded_ones(visit: Visit) -> None:
    intact = visit.mask == 0
    assert 0.5 < intact.mean() < 0.9
    np.testing.assert_array_equal(visit.restored[intact],
                                  visit.uploaded[intact])


def test_depth_and_alpha_survive(visit: Visit) -> None:
    assert visit.restored.dtype == np.uint16
    np.testing.assert_array_equal(visit.restored[..., 3], visit.uploaded[...,
                                                                         3])


def test_damage_is_replaced(visit: Visit) -> None:
    lower_half = np.s_[50:60, 60:100]
    assert (visit.mask[lower_half] == 255).all()
    changed = visit.restored[lower_half] != visit.uploaded[lower_half]
    assert changed.any(axis=2).all()


def test_brush_adds(visit: Visit) -> None:
    x, y = DRAWN
    assert visit.mask[y, x] == 255


def test_eraser_takes_away(visit: Visit) -> None:
    x, y = ERASED
    assert visit.mask[y, x] == 0
    np.testing.assert_array_equal(visit.restored[y, x], visit.uploaded[y, x])


def test_slider_does_not_detect_again(visit: Visit) -> None:
    assert visit.lowered != visit.found
    assert visit.calls == (1, 1)


def test_results_are_called_after_the_upload(visit: Visit) -> None:
    assert visit.names == ['coffee été_restored.png', 'coffee été_mask.png']


def test_comparison_can_be_dragged(visit: Visit) -> None:
    before, after = visit.compared
    assert '50%' in before
    assert '50%' not in after


def test_bad_upload_is_refused_in_words(visit: Visit) -> None:
    assert 'Error' in visit.refusal
    assert 'Traceback' not in visit.refusal


def test_nothing_comes_from_the_internet(visit: Visit) -> None:
    assert not visit.outside
