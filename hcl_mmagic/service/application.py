"""The addresses of the service."""
import logging
import socket
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Awaitable, Callable

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect

from ..errors import ConfigError, HCLError, one_line
from ..version import __version__
from .counting import CountingRequests, Numbers
from .described import given, taken
from .gatekeeper import guards
from .photograph_service import PhotographService
from .replies import Detected, Health, Restored, refuse, reply, wants_json
from .uploads import (DetectOptions, NotReceived, RestoreOptions, Upload,
                      read_upload)
from .workplace import Busy, Gone, TooSlow, Workplace, make_stoppable

# Nothing here is a page: browsers need not load anything.
_POLICY = "default-src 'none'; frame-ancestors 'none'"
_CLIENT_CLOSED = 499  # nobody reads it; the name that servers have for it
Answer = Callable[[Request, Upload, float], Awaitable[Response]]


class Service:
    """Answers requests; see :func:`build_application` for the limits."""

    def __init__(self, inferencer: Any, max_pixels: int, queue_size: int,
                 seconds: float) -> None:
        self.workplace = Workplace(queue_size, seconds)
        self.numbers = Numbers(self.workplace)
        self._photographs = PhotographService(inferencer, max_pixels)
        make_stoppable(inferencer, self.workplace.check)

    async def restore(self, request: Request) -> Response:
        """Restore a photograph. What is damaged is found, or given by a mask;
        outside of it every value stays, with 16 bits, transparency, EXIF and
        colour profile."""
        return await self._answer(request, self._restore)

    async def detect(self, request: Request) -> Response:
        """Find what is damaged in a photograph, and change nothing."""
        return await self._answer(request, self._detect)

    def health(self) -> Health:
        """Tell that the service is there, and what restores."""
        networks = self._photographs.inferencer.describe_networks()
        return Health(
            status='ok',
            version=__version__,
            networks={
                name: item and dict(item, path=None)
                for name, item in networks.items()
            })

    async def _restore(self, request: Request, upload: Upload,
                       end: float) -> Response:
        options = upload.options(RestoreOptions)
        options.mask_options  # refuse at once what is out of range
        if 'mask_mode' in options.model_fields_set and \
                'mask' not in upload.files:
            raise ConfigError('mask_mode needs a mask')
        done = await self.workplace.run(
            lambda: self._photographs.restore(
                upload.content('photograph') or b'', upload.content('mask'),
                options), end, request.is_disconnected)
        self.numbers.photographs.labels('/restore', done.status).inc()
        return reply(done, done.restored, done.media_type, _asks_json(request))

    async def _detect(self, request: Request, upload: Upload,
                      end: float) -> Response:
        options = upload.options(DetectOptions)
        options.mask_options
        if 'mask' in upload.files:
            raise ConfigError('/detect takes no mask: it finds one')
        done = await self.workplace.run(
            lambda: self._photographs.detect(
                upload.content('photograph') or b'', options), end,
            request.is_disconnected)
        self.numbers.photographs.labels('/detect', done.verdict).inc()
        return reply(done, done.mask, 'image/png', _asks_json(request))

    async def _answer(self, request: Request, answer: Answer) -> Response:
        """Everything that can go wrong becomes a reply for people."""
        seconds = self.workplace.seconds
        try:
            with self.workplace.place() as end:
                async with read_upload(request, end) as upload:
                    return await answer(request, upload, end)
        except Busy as error:
            return refuse(
                503,
                f'Too many photographs wait: come again in {error.seconds} s.',
                Retry_After=str(error.seconds))
        except ConfigError as error:
            return refuse(400, one_line(error))
        except HCLError as error:
            return refuse(422, one_line(error))
        except TooSlow:
            return refuse(
                504, f'It took longer than {seconds:g} s: send a smaller '
                'photograph, or raise --timeout.')
        except NotReceived:
            return refuse(
                408, f'The photograph did not come within {seconds:g} s.')
        except (Gone, ClientDisconnect):
            return Response(status_code=_CLIENT_CLOSED)
        except Exception as error:
            logging.getLogger(__name__).exception('The service failed')
            return refuse(
                500, f'This went wrong ({type(error).__name__}); the terminal '
                'of the service says more.')


def _asks_json(request: Request) -> bool:
    return wants_json(request.headers.get('accept', ''))


def build_application(inferencer: Any,
                      *,
                      host: str = '127.0.0.1',
                      max_pixels: int = 100_000_000,
                      max_bytes: int = 200_000_000,
                      queue_size: int = 16,
                      seconds: float = 120) -> FastAPI:
    """The service as an ASGI application.

    The inferencer restores one photograph at a time. Photographs of more than
    ``max_pixels``, requests of more than ``max_bytes``, more than
    ``queue_size`` photographs that wait, and what takes more than ``seconds``
    in all are refused. At ``host`` 127.0.0.1 or localhost, so are other names
    of this machine.
    """
    service = Service(inferencer, max_pixels, queue_size, seconds)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        service.workplace.close()

    app = FastAPI(
        title='hcl-serve',
        version=__version__,
        description='Finds the damage in photographs and restores them.',
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        middleware=[
            Middleware(CountingRequests, numbers=service.numbers),
            *guards(host, max_bytes, _POLICY)
        ])
    app.post(
        '/restore',
        responses=given(Restored),
        openapi_extra=taken(RestoreOptions, with_mask=True))(
            service.restore)
    app.post(
        '/detect',
        responses=given(Detected),
        openapi_extra=taken(DetectOptions, with_mask=False))(
            service.detect)
    app.exception_handler(HTTPException)(_refuse_address)
    app.get('/health')(service.health)
    app.get('/metrics', include_in_schema=False)(service.numbers.page)
    return app


async def _refuse_address(_: Request, error: HTTPException) -> Response:
    """Of an address, or a method, that is not there."""
    return refuse(error.status_code,
                  f'{error.detail}: /openapi.json lists what is there.')


def open_socket(host: str, port: int) -> socket.socket:
    """A socket that listens; a ConfigError if it cannot."""
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigError(f'Nothing can listen at {host}:{port}, name another '
                          f'--port: {error}') from error


def serve(app: FastAPI, listener: socket.socket) -> None:
    """Answer at a socket until the process is told to end, and end what has
    begun."""
    config = uvicorn.Config(
        app, log_level='warning', access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listener])
