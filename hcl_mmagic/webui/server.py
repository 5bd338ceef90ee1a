"""Serving the page on this machine, to this machine.

Gradio's own routes can do more than this page needs, so requests from other
sites and other hosts' names, too large ones, and all of the page's calls to
the internet are refused here.
"""
import os
import tempfile
from contextlib import contextmanager
from typing import Any, Iterator
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import ConfigError
from .handlers import Handlers

LOOPBACK = ('127.0.0.1', 'localhost')
# Gradio's page has scripts and styles in itself and compiles templates.
_POLICY = ("default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; "
           "frame-ancestors 'none'; form-action 'self'")
# Multipart headers around an upload of just the permitted size.
_ENVELOPE_BYTES = 1 << 16
# Each holds a photograph and its confidences in memory.
_SESSIONS_KEPT = 4


class Gatekeeper:
    """ASGI middleware: limits what comes in, to bodies of ``max_bytes``, and
    what the page may ask for."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive,
                       send: Send) -> None:
        if scope['type'] == 'websocket':
            await send({'type': 'websocket.close'})
            return
        if scope['type'] != 'http':
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message['type'] == 'http.response.start':
                MutableHeaders(
                    scope=message)['Content-Security-Policy'] = _POLICY
            await send(message)

        await self.app(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Any:
        headers = Headers(scope=scope)
        origin = headers.get('origin')
        if origin and urlsplit(origin).netloc != headers.get('host'):
            return PlainTextResponse('Only the page itself may ask.', 403)
        if scope['method'] in ('GET', 'HEAD'):
            return None
        length = headers.get('content-length', '')
        if not length.isdecimal():
            return PlainTextResponse('The length must be said.', 411)
        if int(length) > self.max_bytes:
            return PlainTextResponse('This is too large.', 413)
        return None


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
                    middleware=_middleware(host, max_bytes),
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


def _middleware(host: str, max_bytes: int) -> list:
    guards = [Middleware(Gatekeeper, max_bytes=max_bytes + _ENVELOPE_BYTES)]
    if host in LOOPBACK:
        # Another site's name may be made to lead here.
        guards.append(
            Middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK)))
    return guards
