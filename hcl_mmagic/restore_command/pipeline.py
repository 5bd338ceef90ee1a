"""Reading ahead, restoring and writing behind."""
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Callable, Deque, Iterable, Iterator, List, Sequence, Tuple

from ..apis import HCLInferencer
from ..apis.results import RestorationResult
from ..photographs.finding import Input
from .loading import InputReader, LoadedInput
from .names import ResultNames
from .report import Entry
from .results import ResultWriter


@dataclass(frozen=True)
class Job:
    """One photograph on its way."""
    item: Input  # where it is
    names: ResultNames  # of its results
    entry: Entry  # its line of the report


_Read = Tuple[Job, LoadedInput]
_Writing = Deque[Tuple[Job, Future]]
# Photographs of more pixels than this are read, restored and written one after
# the other, so that all memory is left to the network.
_LARGE = 8_000_000


class Pipeline:
    """Restores photographs, one batch of equal ones after the other.

    At most ``workers`` photographs have been read and wait for the network,
    and as many wait to be written; large ones do not wait, but come one at a
    time. So any number of photographs takes the memory of a few. What goes
    wrong with a photograph is noted in its line of the report; ``on_done`` is
    called with that of each one that is finished.
    """

    def __init__(self, reader: InputReader, inferencer: HCLInferencer,
                 writer: ResultWriter, *, mask_mode: str, batch_size: int,
                 workers: int, on_done: Callable[[Entry], None]) -> None:
        self._reader = reader
        self._inferencer = inferencer
        self._writer = writer
        self._mask_mode = mask_mode
        self._batch_size = batch_size
        self._workers = workers
        self._on_done = on_done

    def run(self, jobs: Iterable[Job]) -> None:
        """Restore all photographs."""
        # Leaving the pools, after Ctrl-C too, waits for what has begun.
        with ThreadPoolExecutor(self._workers) as readers, \
                ThreadPoolExecutor(self._workers) as writers:
            writing: _Writing = deque()
            for batch in self._batches(self._read_ahead(readers, jobs)):
                large = _is_large(batch[0][1])
                for job, loaded, result in self._restore(batch):
                    task = writers.submit(self._write, job, loaded, result)
                    writing.append((job, task))
                    del loaded, result  # the network may need their memory
                batch.clear()
                self._finish(writing, 0 if large else self._workers)
            self._finish(writing, 0)

    def _finish(self, writing: _Writing, num_left: int) -> None:
        """Wait until no more photographs than this are being written."""
        while len(writing) > num_left:
            job, task = writing.popleft()
            task.result()
            self._on_done(job.entry)

    def _fail(self, job: Job, error: Exception) -> None:
        job.entry.fail(error)
        self._on_done(job.entry)

    def _read_ahead(self, readers: ThreadPoolExecutor,
                    jobs: Iterable[Job]) -> Iterator[_Read]:
        reading: Deque[Tuple[Job, Future]] = deque()
        left = iter(jobs)
        num_ahead = self._workers
        while True:
            for job in islice(left, max(0, 1 + num_ahead - len(reading))):
                task = readers.submit(self._reader.read, job.item)
                reading.append((job, task))
            if not reading:
                return
            job, task = reading.popleft()
            try:
                loaded = task.result()
            except Exception as error:
                self._fail(job, error)
                continue
            num_ahead = 0 if _is_large(loaded) else self._workers
            yield job, loaded
            del loaded, task

    def _batches(self, inputs: Iterator[_Read]) -> Iterator[List[_Read]]:
        batch: List[_Read] = []
        for job, loaded in inputs:
            if batch and not _fit_together(loaded, batch[0][1]):
                yield batch
                batch = []
            batch.append((job, loaded))
            del loaded
            if len(batch) == self._batch_size:
                yield batch
                batch = []
        if batch:
            yield batch

    def _restore(
        self, batch: Sequence[_Read]
    ) -> Iterator[Tuple[Job, LoadedInput, RestorationResult]]:
        start = time.perf_counter()
        job, loaded = batch[0]
        try:
            if len(batch) == 1:
                results = [self._restore_one(loaded)]
            else:
                results = self._inferencer(
                    [loaded.photograph for _, loaded in batch],
                    batch_size=len(batch))
        except Exception as error:
            if len(batch) == 1:
                self._fail(job, error)
                return
            for pair in batch:  # finds the one that is to blame
                yield from self._restore([pair])
            return
        seconds = (time.perf_counter() - start) / len(batch)
        for (job, loaded), result in zip(batch, results):
            job.entry.seconds = loaded.seconds + seconds
            yield job, loaded, result

    def _restore_one(self, loaded: LoadedInput) -> RestorationResult:
        if loaded.mask is None:
            return self._inferencer.restore(loaded.photograph)
        return self._inferencer.restore(
            loaded.photograph, mask=loaded.mask, mask_mode=self._mask_mode)

    def _write(self, job: Job, loaded: LoadedInput,
               result: RestorationResult) -> None:
        entry = job.entry
        start = time.perf_counter()
        entry.probability = result.verdict.probability
        entry.changed_share = float(result.mask.mean())
        entry.given_mask = loaded.mask_path
        try:
            self._writer.write(job.item.path, job.names, loaded, result, entry)
        except Exception as error:
            entry.fail(error)
        else:
            entry.status = result.status
        assert entry.seconds is not None
        seconds = entry.seconds + time.perf_counter() - start
        entry.seconds = round(seconds, 3)


def _fit_together(one: LoadedInput, other: LoadedInput) -> bool:
    shapes = {loaded.photograph.pixels.shape for loaded in (one, other)}
    return len(shapes) == 1 and one.mask is None and other.mask is None


def _is_large(loaded: LoadedInput) -> bool:
    return loaded.photograph.height * loaded.photograph.width > _LARGE
