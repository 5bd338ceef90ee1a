"""One photograph at a time, a bounded number that waits, and a clock."""
import asyncio
import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Awaitable, Callable, Iterator, Optional, TypeVar

Result = TypeVar('Result')
# Seconds between two looks whether the client is still there.
_LOOK_EVERY = 0.5
# What a photograph takes, until one has been measured, in seconds; a new one
# counts a quarter.
_FIRST_GUESS, _SHARE_OF_NEWEST = 5., 0.25
_LONGEST_ADVICE = 600  # seconds


class Busy(Exception):
    """No place is left; ``seconds`` tells when to come again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class TooSlow(Exception):
    """The time for a request is over."""


class Gone(Exception):
    """The client does not wait for its answer any more."""


class _Stopped(Exception):
    """Leaves the work that nobody waits for."""


class Workplace:
    """Lets one thread work on one photograph after the other, in the order in
    which they came, while up to ``queue_size`` others wait, each request for
    up to ``seconds`` in all. To be used from one event loop."""

    def __init__(self, queue_size: int, seconds: float) -> None:
        self.seconds = seconds
        self.taken = 0  # places: one that is worked on, and what waits
        self._places = 1 + queue_size
        self._pace = _FIRST_GUESS
        self._worker = ThreadPoolExecutor(1, 'hcl-serve')
        self._stop: Optional[threading.Event] = None  # of the present work

    @contextmanager
    def place(self) -> Iterator[float]:
        """A place for a request; gives the time, as ``time.monotonic``, at
        which it is over. A Busy error if all are taken."""
        if self.taken >= self._places:
            wait = math.ceil(self._pace * self.taken)
            raise Busy(min(max(1, wait), _LONGEST_ADVICE))
        self.taken += 1
        try:
            yield time.monotonic() + self.seconds
        finally:
            self.taken -= 1

    async def run(self, work: Callable[[], Result], end: float,
                  is_gone: Callable[[], Awaitable[bool]]) -> Result:
        """Let the thread work; what the work raises is raised. After ``end``
        it is TooSlow, and Gone as soon as the client is: work that has begun
        leaves at its next :meth:`check` then."""
        stop = threading.Event()
        task = asyncio.wrap_future(self._worker.submit(self._work, work, stop))
        try:
            while not task.done():
                left = end - time.monotonic()
                await asyncio.wait({task}, timeout=min(left, _LOOK_EVERY))
                if task.done():
                    break
                if time.monotonic() >= end:
                    raise TooSlow
                if await is_gone():
                    raise Gone
            return task.result()
        finally:
            stop.set()
            task.cancel()

    def check(self) -> None:
        """To be called in the work, between its steps: leaves it if nobody
        waits for it any more."""
        if self._stop is not None and self._stop.is_set():
            raise _Stopped

    def close(self) -> None:
        """Take no more work."""
        if self._stop is not None:
            self._stop.set()
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _work(self, work: Callable[[], Result],
              stop: threading.Event) -> Result:
        self._stop = stop
        self.check()
        start = time.perf_counter()
        result = work()
        seconds = time.perf_counter() - start
        self._pace += _SHARE_OF_NEWEST * (seconds - self._pace)
        return result


class StoppableNetworks:
    """Networks, or what repairs, that ask before each tile whether to go
    on."""

    def __init__(self, networks: Any, check: Callable[[], None]) -> None:
        self._networks = networks
        self._check = check

    def __getattr__(self, name: str) -> Any:
        return getattr(self._networks, name)

    def look(self, *arguments: Any, **options: Any) -> Any:
        """See :class:`~hcl_mmagic.apis.networks.Networks`."""
        self._check()
        return self._networks.look(*arguments, **options)

    def repair(self, *arguments: Any, **options: Any) -> Any:
        """See :class:`~hcl_mmagic.apis.networks.Repairer`."""
        self._check()
        return self._networks.repair(*arguments, **options)


def make_stoppable(inferencer: Any, check: Callable[[], None]) -> None:
    """Let the networks of an HCLInferencer ask before each tile."""
    for name in ('hcl', 'inpaintor'):
        networks = getattr(inferencer, name, None)
        if networks is not None:
            setattr(inferencer, name, StoppableNetworks(networks, check))
