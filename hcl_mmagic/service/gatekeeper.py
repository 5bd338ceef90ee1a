"""Who may ask a server on this machine, and for how much."""
from typing import Any, List
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .command_line import LOOPBACK

# Multipart headers around an upload of just the permitted size.
_ENVELOPE_BYTES = 1 << 16


def guards(host: str, max_bytes: int, policy: str) -> List[Middleware]:
    """ASGI middleware for a server that listens at ``host``, takes files of up
    to ``max_bytes``, and whose pages browsers restrict to ``policy``."""
    found = [
        Middleware(
            Gatekeeper, max_bytes=max_bytes + _ENVELOPE_BYTES, policy=policy)
    ]
    if host in LOOPBACK:
        # Another site's name may be made to lead here.
        found.append(
            Middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK)))
    return found


class Gatekeeper:
    """ASGI middleware: refuses what other sites ask for and bodies of more
    than ``max_bytes``, or of a length that is not said; tells browsers the
    ``policy`` of contents."""

    def __init__(self, app: ASGIApp, max_bytes: int, policy: str) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.policy = policy

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
                    scope=message)['Content-Security-Policy'] = self.policy
            await send(message)

        await self.app(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Any:
        headers = Headers(scope=scope)
        origin = headers.get('origin')
        if origin and urlsplit(origin).netloc != headers.get('host'):
            return _refuse(403, 'Other sites may not ask.')
        if scope['method'] in ('GET', 'HEAD'):
            return None
        length = headers.get('content-length', '')
        # What comes in chunks may be longer than it says.
        if not length.isdecimal() or 'transfer-encoding' in headers:
            return _refuse(411, 'The length must be said.')
        if int(length) > self.max_bytes:
            return _refuse(
                413, f'This is too large: {self.max_bytes} bytes may come.')
        return None


def _refuse(code: int, message: str) -> JSONResponse:
    return JSONResponse(dict(error=message), code)
