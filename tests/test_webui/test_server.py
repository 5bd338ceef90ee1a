"""What the page's server refuses, asked over HTTP."""
import json
import os
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest
import requests
import skimage
from colour_inferencer import ColourInferencer
from page_browser import free_port

from hcl_mmagic.errors import ConfigError

pytest.importorskip('gradio', reason="needs pip install 'hcl-mmagic[web]'")
# Importing Gradio alone takes five seconds.
pytestmark = pytest.mark.slow
MAX_BYTES = 1_000_000
PRIVATE_FILE = os.path.join(skimage.data_dir, 'coffee.png')


@pytest.fixture(scope='module')
def inferencer() -> ColourInferencer:
    return ColourInferencer()


@pytest.fixture(scope='module')
def url(inferencer: ColourInferencer) -> Iterator[str]:
    from hcl_mmagic.webui.server import serve_page
    with serve_page(inferencer, port=free_port(), max_bytes=MAX_BYTES) as url:
        yield url


@pytest.mark.parametrize('route', ['gradio_api/file=', 'gradio_api/file/'])
def test_files_of_the_machine_are_not_served(url: str, route: str) -> None:
    answer = requests.get(url + route + PRIVATE_FILE)
    assert answer.status_code in (403, 404)
    assert 'PNG' not in answer.text


@pytest.mark.parametrize('extra', [
    dict(meta=dict(_type='gradio.FileData')),
    dict(url='file://' + PRIVATE_FILE, meta=dict(_type='gradio.FileData')),
    {},
])
def test_path_instead_of_an_upload_is_refused(
        url: str, inferencer: ColourInferencer,
        extra: Dict[str, Any]) -> None:  # yapf: disable
    before = inferencer.detections
    assert not open_on_page(url, dict(path=PRIVATE_FILE, **extra))
    assert inferencer.detections == before


def test_upload_is_opened(url: str, inferencer: ColourInferencer) -> None:
    before = inferencer.detections
    with open(PRIVATE_FILE, 'rb') as file:
        path, = requests.post(
            f'{url}gradio_api/upload', files=dict(files=file)).json()
    assert open_on_page(url,
                        dict(path=path, meta=dict(_type='gradio.FileData')))
    assert inferencer.detections == before + 1


def open_on_page(url: str, file: Dict[str, Any]) -> bool:
    """Whether the page opens what it is told to be an uploaded file."""
    session = dict(session_hash='somebody')
    call = dict(data=[file, 0.5, 2, 2], fn_index=0, trigger_id=None, **session)
    requests.post(f'{url}gradio_api/queue/join', json=call).raise_for_status()
    events = requests.get(
        f'{url}gradio_api/queue/data', params=session, timeout=60).text
    completed, = [
        json.loads(line[len('data: '):]) for line in events.splitlines()
        if '"process_completed"' in line
    ]
    return completed['success']


def test_functions_have_no_addresses(url: str) -> None:
    config = requests.get(url + 'config').json()
    assert all(call['api_name'] is False for call in config['dependencies'])
    assert requests.get(url + 'openapi.json').status_code == 404


def test_name_of_another_site_is_refused(url: str) -> None:
    answer = requests.get(url, headers=dict(Host='example.org'))
    assert answer.status_code == 400


@pytest.mark.parametrize('origin', ['http://example.org', 'null'])
def test_request_of_another_site_is_refused(url: str, origin: str) -> None:
    answer = requests.post(
        f'{url}gradio_api/upload', headers=dict(Origin=origin), data=b'x')
    assert answer.status_code == 403


def test_page_itself_is_answered(url: str) -> None:
    answer = requests.get(url, headers=dict(Origin=url.rstrip('/')))
    assert answer.status_code == 200
    assert "default-src 'self'" in answer.headers['Content-Security-Policy']


def test_too_large_file_is_refused(url: str) -> None:
    answer = requests.post(
        f'{url}gradio_api/upload', files=dict(files=bytes(MAX_BYTES + 1)))
    assert answer.status_code == 413
    assert f'maximum allowed size of {MAX_BYTES} bytes' in answer.text


def test_too_large_request_is_refused(url: str) -> None:
    answer = requests.post(
        f'{url}gradio_api/queue/join', data=bytes(2 * MAX_BYTES))
    assert answer.status_code == 413


def test_request_of_unknown_length_is_refused(url: str) -> None:
    answer = requests.post(f'{url}gradio_api/queue/join', data=iter([b'x']))
    assert answer.status_code == 411


def test_taken_port_is_named(url: str, inferencer: ColourInferencer) -> None:
    from hcl_mmagic.webui.server import serve_page
    port = int(url.rstrip('/').rpartition(':')[2])
    with pytest.raises(ConfigError, match=f'127.0.0.1:{port}'):
        with serve_page(inferencer, port=port):
            pass


def test_uploads_do_not_stay_and_proxies_do_not_matter(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('http_proxy', 'http://127.0.0.1:9')
    monkeypatch.setenv('no_proxy', 'example.org')
    from hcl_mmagic.webui.server import serve_page
    with serve_page(ColourInferencer(), port=free_port()) as url:
        kept = Path(os.environ['GRADIO_TEMP_DIR'])
        path, = requests.post(
            f'{url}gradio_api/upload', files=dict(files=b'x')).json()
        assert kept in Path(path).parents
    assert not kept.exists()
