"""Serving the page on this machine, to this machine.

Gradio's own routes can do more than this page needs, so requests from other
sites and other hosts' names, too large ones, and all of the page's calls to
the internet are refused here.
"""
import os
import tempfile
from contextlib import contextmanager
from typing import Any, Iterator

from ..errors import ConfigError
from ..service.command_line import LOOPBACK
from ..service.gatekeeper import guards
from .handlers import Handlers

# Gradio's page has scripts and styles in itself and compiles templates.
_POLICY = ("default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; "
           "frame-ancestors 'none'; form-action 'self'")
# Each holds a photograph and its confidences in memory.
_SESSIONS_KEPT = 4


@contextmanager
def serve_page(inferencer: Any,
               *,
               host: str = '127.0.0.1',
               port: int = 7860,
               max_pixels: int = 100_000_000,
               max_bytes: int = 200_000_000,
               queue_size: int = 16) -> Iterator[str]:
    """Serve the page for as long as the context lasts; it gives the address.

    Other hosts than the loopback ones open the page to the network.
    Photographs of more than ``max_pixels``, files of more than ``max_bytes``
    and more than ``queue_size`` photographs that wait are refused. A
    ConfigError if nothing can listen there.
    """
    with tempfile.TemporaryDirectory(prefix='hcl_webui_') as folder:
        _prepare_environment(folder)
        from .page import build_page
        page = build_page(Handlers(inferencer, folder, max_pixels))
        page.queue(max_size=queue_size, api_open=False)
        try:
            _, url, _ = page.launch(
                server_name=host,
                server_port=port,
                max_file_size=max_bytes,
                app_kwargs=dict(
                    middleware=guards(host, max_bytes, _POLICY),
                    docs_url=None,
                    redoc_url=None,
                    openapi_url=None),
                state_session_capacity=_SESSIONS_KEPT,
                prevent_thread_lock=True,
                quiet=True,
                share=False,
                show_api=False,
                enable_monitoring=False,
                ssr_mode=False,
                pwa=False)
        except OSError as error:
            raise ConfigError(f'Nothing can listen at {host}:{port}, name '
                              f'another --port: {error}')
        try:
            yield url
        finally:
            page.close()


def _prepare_environment(folder: str) -> None:
    """What Gradio reads when it is imported and when a page is built."""
    os.environ.update(GRADIO_TEMP_DIR=folder, GRADIO_ANALYTICS_ENABLED='False')
    os.environ.pop('GRADIO_ALLOWED_PATHS', None)
    # Gradio asks its own server whether it is there; no proxy could tell.
    direct = (os.environ.get('no_proxy'), os.environ.get('NO_PROXY'))
    os.environ['no_proxy'] = ','.join([*filter(None, direct), *LOOPBACK])
