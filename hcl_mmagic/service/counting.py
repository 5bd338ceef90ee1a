"""Numbers for Prometheus."""
import time

from prometheus_client import (CollectorRegistry, Counter, Gauge, Histogram,
                               generate_latest)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .workplace import Workplace

ADDRESSES = ('/restore', '/detect', '/health', '/metrics', '/openapi.json')
_SECONDS = (.1, .25, .5, 1., 2.5, 5., 10., 25., 50., 100., 250.)


class Numbers:
    """What has been asked and answered since the start."""

    def __init__(self, workplace: Workplace) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.requests = Counter(
            'hcl_requests',
            'Requests that were answered', ['address', 'code'],
            registry=self._registry)
        self.seconds = Histogram(
            'hcl_request_seconds',
            'Seconds from the arrival of a request to the end of its answer',
            ['address'],
            buckets=_SECONDS,
            registry=self._registry)
        self.photographs = Counter(
            'hcl_photographs',
            'Photographs by what became of them', ['address', 'status'],
            registry=self._registry)
        places = Gauge(
            'hcl_places_taken',
            'Requests that are worked on or wait',
            registry=self._registry)
        places.set_function(lambda: workplace.taken)

    def page(self) -> Response:
        """The numbers, as Prometheus reads them."""
        return Response(
            generate_latest(self._registry),
            headers={'content-type': CONTENT_TYPE_LATEST})


class CountingRequests:
    """ASGI middleware: counts requests and their seconds."""

    def __init__(self, app: ASGIApp, numbers: Numbers) -> None:
        self.app = app
        self.numbers = numbers

    async def __call__(self, scope: Scope, receive: Receive,
                       send: Send) -> None:
        if scope['type'] != 'http':
            await self.app(scope, receive, send)
            return
        path = scope['path']
        address = path if path in ADDRESSES else 'other'
        start = time.perf_counter()
        code = 500

        async def send_counted(message: Message) -> None:
            nonlocal code
            if message['type'] == 'http.response.start':
                code = message['status']
            await send(message)

        try:
            await self.app(scope, receive, send_counted)
        finally:
            self.numbers.requests.labels(address, str(code)).inc()
            self.numbers.seconds.labels(address).observe(time.perf_counter() -
                                                         start)
