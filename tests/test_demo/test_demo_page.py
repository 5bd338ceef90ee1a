"""The page in a real browser finds and repairs what the command does."""
import functools
import http.server
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, Iterator, List

import cv2
import numpy as np
import pytest
from page_browser import Browser, wait_for
from page_modules import ROOT
from skimage import data

pytest.importorskip('selenium', reason='needs pip install selenium')
PACKAGES = ROOT / 'docs/demo/node_modules'
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which('chromium') and shutil.which('chromedriver')),
        reason='needs the Debian packages chromium and chromium-driver'),
    pytest.mark.skipif(
        not PACKAGES.is_dir(), reason='needs npm ci --prefix docs/demo')
]
NAMES = ('coffee', 'rocket', 'camera')
# Fetches an address, in the page or in a worker of it.
FETCH = """
const [url, done] = [arguments[0], arguments[arguments.length - 1]];
fetch(url, {method: 'POST', body: 'pixels'}).then(
  () => done('sent'), () => done('refused'));"""
FETCH_IN_WORKER = """
const [url, done] = [arguments[0], arguments[arguments.length - 1]];
const script = `fetch('${url}', {method: 'POST', body: 'pixels'}).then(
  () => postMessage('sent'), () => postMessage('refused'))`;
const worker = new Worker(URL.createObjectURL(new Blob([script])));
worker.onmessage = ({data}) => done(data);"""


class Recorder(http.server.SimpleHTTPRequestHandler):
    """A plain server of files that remembers what it was asked for."""
    requests: List[str]

    def parse_request(self) -> bool:
        parsed = super().parse_request()
        length = self.headers.get('Content-Length', '0') if parsed else '0'
        self.requests.append(f'{self.raw_requestline.decode().split()[0]} '
                             f'{length} {getattr(self, "path", "")}')
        return parsed

    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass
class Visit:
    """What one visit of the page left behind, by names of photographs;
    pictures as OpenCV reads them."""
    photographs: Dict[str, Path]
    said: Dict[str, str] = field(default_factory=dict)
    masks: Dict[str, np.ndarray] = field(default_factory=dict)
    restored: Dict[str, np.ndarray] = field(default_factory=dict)
    refusals: List[str] = field(default_factory=list)
    fetched: List[str] = field(default_factory=list)
    requests: List[str] = field(default_factory=list)
    files: List[str] = field(default_factory=list)


def served(folder: Path, requests: List[str]) -> http.server.HTTPServer:
    handler = type('Handler', (Recorder, ), dict(requests=requests))
    server = http.server.ThreadingHTTPServer(
        ('127.0.0.1', 0), functools.partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def damaged(name: str) -> np.ndarray:
    """A photograph with scribbles on it, BGR or grey."""
    picture = np.ascontiguousarray(getattr(data, name)()[-300:, :320])
    colour = (250, 40, 200)
    cv2.line(picture, (20, 20), (300, 250), colour, 7)
    cv2.line(picture, (10, 280), (290, 90), colour, 3)
    cv2.putText(picture, 'SALE', (60, 150), cv2.FONT_HERSHEY_DUPLEX, 2.5,
                colour, 6)
    return picture[..., ::-1] if picture.ndim == 3 else picture


@pytest.fixture(scope='module')
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    folder = tmp_path_factory.mktemp('visit')
    page = folder / 'page'
    subprocess.run([sys.executable, 'tools/build_demo.py', page],
                   cwd=ROOT, check=True)  # yapf: disable
    (folder / 'downloads').mkdir()
    (folder / 'in').mkdir()
    visit = Visit({name: folder / 'in' / f'{name}.png' for name in NAMES})
    visit.photographs['rocket'] = folder / 'in' / 'rocket.jpg'
    for name, path in visit.photographs.items():
        cv2.imwrite(str(path), damaged(name))
    visit.files = [
        f'/{path.relative_to(page).as_posix()}' for path in page.rglob('*')
    ]
    asked_elsewhere: List[str] = []
    server = served(page, visit.requests)
    elsewhere = served(folder, asked_elsewhere)
    browser = Browser(folder / 'downloads')
    try:
        browser.driver.get(f'http://127.0.0.1:{server.server_port}/')
        use_page(browser, visit, folder)
        url = f'http://127.0.0.1:{elsewhere.server_port}/'
        visit.fetched = [
            browser.driver.execute_async_script(script, url)
            for script in (FETCH, FETCH_IN_WORKER)
        ]
        visit.fetched += asked_elsewhere
    finally:
        browser.driver.quit()
        server.shutdown()
        elsewhere.shutdown()
    yield visit


def use_page(browser: Browser, visit: Visit, folder: Path) -> None:
    transparent = folder / 'transparent.png'
    cv2.imwrite(str(transparent), np.full((80, 80, 4), 99, np.uint8))
    large = folder / 'large.png'
    cv2.imwrite(str(large), np.zeros((2000, 2001), np.uint8))
    for path in (transparent, large):
        visit.refusals.append(give(browser, path))
    for name, path in visit.photographs.items():
        give(browser, path)
        if browser.find('#uncertain').is_displayed():
            browser.click('#uncertain')
        visit.said[name] = idle(browser)
        for link, pictures in (('#download-mask', visit.masks),
                               ('#download', visit.restored)):
            path = browser.download(link)
            pictures[name] = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


def give(browser: Browser, path: Path) -> str:
    idle(browser)
    browser.find('#photograph').send_keys(str(path))
    return idle(browser)


def idle(browser: Browser) -> str:
    """What the page says when it has done its work."""
    wait_for(lambda: browser.driver.find_elements('css selector',
                                                  'body:not(.busy)'))
    return browser.text('#status')


@dataclass
class Commanded:
    """What ``hcl-restore`` made of the same files."""
    masks: Dict[str, np.ndarray]
    restored: Dict[str, np.ndarray]


@pytest.fixture(scope='module')
def commanded(visit: Visit,
              tmp_path_factory: pytest.TempPathFactory) -> Commanded:
    out = tmp_path_factory.mktemp('out')
    subprocess.run([
        sys.executable, 'tools/infer.py', *visit.photographs.values(), '-o',
        out, '--save', 'mask', '--restore-uncertain', '--device', 'cpu'
    ], cwd=ROOT, check=True)  # yapf: disable

    def read(ending: str) -> Dict[str, np.ndarray]:
        return {
            name:
            cv2.imread(str(out / f'{name}{ending}.png'), cv2.IMREAD_UNCHANGED)
            for name in visit.photographs
        }

    return Commanded(read('_mask'), read(''))


@pytest.mark.parametrize('name', NAMES)
def test_mask_is_that_of_the_command(visit: Visit, commanded: Commanded,
                                     name: str) -> None:
    mask = commanded.masks[name]
    assert 0.02 < (mask > 0).mean() < 0.6
    assert (visit.masks[name] == mask).mean() >= 0.9999


@pytest.mark.parametrize('name', NAMES)
def test_repair_is_that_of_the_command(visit: Visit, commanded: Commanded,
                                       name: str) -> None:
    found, expected = visit.restored[name], commanded.restored[name]
    assert found.shape == expected.shape
    difference = np.abs(found - expected.astype(int))
    assert difference.max() <= 2
    assert difference.mean() < 0.01


@pytest.mark.parametrize('name', ['coffee', 'camera'])
def test_untouched_pixels_are_those_that_came(visit: Visit, name: str) -> None:
    intact = visit.masks[name] == 0
    came = cv2.imread(str(visit.photographs[name]), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(visit.restored[name][intact], came[intact])


def test_verdict_is_said(visit: Visit) -> None:
    for said in visit.said.values():
        assert 'probability of damage' in said
        assert '320 × 300 pixels' in said


def test_refusals_in_words(visit: Visit) -> None:
    transparent, large = visit.refusals
    assert 'transparent in places' in transparent
    assert '2001 × 2000 pixels' in large and 'hcl-restore' in large


def test_photograph_is_never_sent(visit: Visit) -> None:
    for request in visit.requests:
        method, length, path = request.split()
        assert (method, length) == ('GET', '0')
        assert path == '/' or path in visit.files
    assert '/weights/look.onnx' in ' '.join(visit.requests)


def test_page_and_workers_reach_no_other_server(visit: Visit) -> None:
    assert visit.fetched == ['refused', 'refused']
