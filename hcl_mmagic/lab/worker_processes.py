"""One function of very many files, in several processes."""
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import cv2

from ..errors import HCLError

Item = TypeVar('Item')
Result = TypeVar('Result')


@contextmanager
def work_in_processes(function: Callable[[Item], Result],
                      items: Sequence[Item], workers: int,
                      batch_size: int) -> Iterator[Iterator[list[Result]]]:
    """The results of a function for each item, batch by batch and in their
    order, from ``workers`` processes (0 = this one).

    Raises:
        HCLError: If a process was killed.
    """
    # Unlike a pool of processes, a DataLoader notices when a worker dies, and
    # its workers leave when this process does. Importing it costs seconds.
    from torch.utils.data import DataLoader
    batches: Any = DataLoader(
        items,  # type: ignore[arg-type]
        batch_size=batch_size,
        num_workers=min(workers, len(items)),
        collate_fn=partial(_apply, function))
    # OpenCV's threads do not come along when a process forks: a worker that
    # counted on them, or only stopped them, would wait for ever.
    num_threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield iter(batches)
    except RuntimeError as error:
        if 'DataLoader worker (pid' not in str(error):
            raise
        raise HCLError(
            'A process that decodes pictures was killed, perhaps for want of '
            'memory: run the same command with fewer --workers.') from error
    finally:
        cv2.setNumThreads(num_threads)


def _apply(function: Callable, items: list) -> list:
    return [function(item) for item in items]
