"""A service in another thread, and what is sent to it."""
import io
import threading
from typing import Any

import numpy as np
from page_browser import free_port
from PIL import Image


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


def encode(pixels: np.ndarray, format: str = 'PNG', **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format, **options)
    return stream.getvalue()
