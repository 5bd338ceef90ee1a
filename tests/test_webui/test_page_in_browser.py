"""The page in a real browser, served by this process."""
import shutil
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, List

import cv2
import numpy as np
import pytest
from colour_inferencer import DAMAGE, ColourInferencer

from hcl_mmagic.datasets.sample_photographs import locate_packaged_file

pytest.importorskip('gradio', reason="needs pip install 'hcl-mmagic[web]'")
webdriver = pytest.importorskip('selenium.webdriver')
CHROMIUM, DRIVER = shutil.which('chromium'), shutil.which('chromedriver')
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER),
        reason='needs the Debian packages chromium and chromium-driver')
]
PATIENCE = 60  # seconds; a shared machine may be slow


@dataclass(frozen=True)
class Visit:
    """What one visit of the page left behind.

    Masks and pictures as OpenCV reads files; strokes are squares around
    these places, in (x, y) of the photograph.
    """
    uploaded: np.ndarray
    restored: np.ndarray
    mask: np.ndarray
    names: List[str]
    found: str
    lowered: str
    counts: tuple
    compared: tuple
    outside_requests: List[str]
    message: str


@pytest.fixture(scope='module')
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    folder = tmp_path_factory.mktemp('visit')
    photograph = damaged_photograph(folder / 'coffee été.png')
    inferencer = ColourInferencer()
    from hcl_mmagic.webui.server import serve_page
    with serve_page(inferencer, port=free_port()) as url:
        browser = open_browser(folder / 'downloads')
        try:
            browser.get(url)
            yield use_page(browser, photograph, folder / 'downloads',
                           inferencer)
        finally:
            browser.quit()
