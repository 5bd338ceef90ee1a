"""A service with an inferencer whose findings are known beforehand."""
import io
import threading
from typing import Any, Iterator

import numpy as np
import pytest
from known_inferencer import KnownInferencer, picture
from page_browser import free_port
from PIL import Image

from hcl_mmagic.restore_command import input_reading


@pytest.fixture(scope='module', autouse=True)
def small_pictures_are_judged() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(input_reading, 'why_not_judged', lambda pixels: None)
        yield


class Served:
    """A service that answers in another thread, for as long as the context
    lasts."""

    def __init__(self, inferencer: Any, **limits: Any) -> None:
        import uvicorn

        from hcl_mmagic.service.application import (build_application,
                                                    open_socket)
        self.port = free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        self._socket = open_socket('127.0.0.1', self.port)
        app = build_application(inferencer, **limits)
        self._server = uvicorn.Server(uvicorn.Config(app, log_level='error'))
        self._thread = threading.Thread(
            target=self._server.run, kwargs=dict(sockets=[self._socket]))

    def __enter__(self) -> 'Served':
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


@pytest.fixture(scope='module')
def url() -> Iterator[str]:
    """Of a service that takes up to 100,000 bytes."""
    for name in ('fastapi', 'prometheus_client'):
        pytest.importorskip(name, reason="needs 'hcl-mmagic[serve]'")
    with Served(KnownInferencer(), max_bytes=100_000) as served:
        yield served.url


@pytest.fixture
def damaged() -> bytes:
    """A PNG file whose first 9 pixels are white."""
    return encode(picture(9))


def encode(pixels: np.ndarray, format: str = 'PNG', **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format, **options)
    return stream.getvalue()
