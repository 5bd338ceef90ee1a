"""Who waits, who is turned away, and what is not begun."""
import asyncio
import threading
import time
from typing import List

import pytest

from hcl_mmagic.service.workplace import (Busy, Gone, TooSlow, Workplace,
                                          _Stopped)


async def stays() -> bool:
    return False


async def leaves() -> bool:
    return True


def test_what_waits_too_long_is_not_begun() -> None:
    workplace, begun, leave = Workplace(1, 10), [], threading.Event()

    async def ask() -> List[object]:
        now = time.monotonic()
        first = asyncio.ensure_future(
            workplace.run(leave.wait, now + 10, stays))
        await asyncio.sleep(0)  # it has its turn
        found = await asyncio.gather(
            workplace.run(lambda: begun.append(2), now + 0.05, stays),
            workplace.run(lambda: begun.append(3), now + 10, leaves),
            return_exceptions=True)
        leave.set()
        return [await first, *map(type, found)]

    try:
        assert asyncio.run(ask()) == [True, TooSlow, Gone]
    finally:
        leave.set()
        workplace.close()
    assert not begun


def test_work_ends_at_its_next_step_when_its_time_is_over() -> None:
    workplace, left = Workplace(1, 10), threading.Event()

    def work() -> None:
        try:
            while True:
                time.sleep(0.005)
                workplace.check()
        except _Stopped:
            left.set()
            raise

    with pytest.raises(TooSlow):
        asyncio.run(workplace.run(work, time.monotonic() + 0.05, stays))
    assert left.wait(5)
    workplace.close()


def test_there_are_places_for_one_and_for_the_queue() -> None:
    workplace = Workplace(1, 10)
    with workplace.place(), workplace.place():
        with pytest.raises(Busy) as busy:
            with workplace.place():
                pass
        assert busy.value.seconds >= 1
    with workplace.place() as end:
        assert 9 < end - time.monotonic() <= 10
