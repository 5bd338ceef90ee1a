"""Reading ahead, restoring and writing behind."""
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import (Any, Callable, Deque, Dict, Iterable, Iterator, List,
                    Optional, Sequence, Tuple, Union)

import numpy as np

from ..apis import HCLInferencer
from ..apis.results import RestorationResult
from ..apis.sources import batches
from ..photographs.finding import Input
from ..photographs.photograph import Photograph
from .common_marks import CommonMarks
from .input_reading import InputReader, LoadedInput
from .names import ResultNames
from .page_restoring import restore_loaded
from .replaying import KeptDetections
from .report import Entry
from .result_writing import Result, ResultWriter, note_result


@dataclass(frozen=True)
class Job:
    """One photograph on its way."""
    item: Input  # where it is
    names: ResultNames  # of its results
    entry: Entry  # its line of the report


_Read = Tuple[Job, LoadedInput]
_Done = Tuple[Job, LoadedInput, Union[Result, Exception]]
# With the most that may be restored at once beside each.
_Restoring = Deque[Tuple[int, Future]]
_Writing = Deque[Tuple[Job, Future]]
# More photographs than this are never restored at the same time.
_MOST_AT_ONCE = 8
# Photographs of more pixels than this are read, restored and written one after
# the other, so that all memory is left to the network.
_LARGE = 8_000_000


@dataclass(frozen=True)
class Pipeline:
    """Restores photographs, one batch of equal ones after the other.

    Networks that several threads can use are at work on several photographs
    at once, as far as the memory goes. At most ``workers`` photographs have
    been read and wait for the network, and as many wait to be written; large
    ones do not wait, but come one at a time. So any number of photographs
    takes the memory of a few. What goes wrong with a photograph is noted in
    its line of the report; ``on_done`` is called with that of each one that is
    finished, after ``on_written``, which is called where it was written, of
    several threads at once.
    """

    reader: InputReader
    inferencer: HCLInferencer
    writer: ResultWriter
    mask_mode: str  # what is done with masks that were given
    batch_size: int
    workers: int  # threads that read, and threads that write
    on_done: Callable[[Entry], None]
    detections: Optional[KeptDetections] = None  # instead of looking
    marks: Optional[CommonMarks] = None  # to be taken away first
    on_written: Callable[[Job], None] = lambda job: None

    def run(self, jobs: Iterable[Job]) -> None:
        """Restore all photographs."""
        # Leaving the pools, after Ctrl-C too, waits for what has begun.
        with ThreadPoolExecutor(self.workers) as readers, \
                ThreadPoolExecutor(_MOST_AT_ONCE) as restorers, \
                ThreadPoolExecutor(self.workers) as writers:
            restoring: _Restoring = deque()
            writing: _Writing = deque()
            for batch in batches(
                    self._read_ahead(readers, jobs), self.batch_size,
                    _fit_together):
                limit = self._count_at_once(batch[0][1])
                while restoring and len(restoring) >= min(
                        limit, *(other for other, _ in restoring)):
                    self._write_next(restoring, writers, writing)
                if limit == 1:
                    done: Future = Future()
                    done.set_result(self._restore(batch))
                else:
                    done = restorers.submit(self._restore, list(batch))
                batch.clear()  # the network may need their memory
                restoring.append((limit, done))
                del done
                if limit == 1:
                    self._write_next(restoring, writers, writing)
            while restoring:
                self._write_next(restoring, writers, writing)
            self._finish(writing, 0)

    def _count_at_once(self, loaded: LoadedInput) -> int:
        """How many like this one are restored at the same time."""
        if _is_large(loaded) or loaded.pages:
            return 1
        number = self.inferencer.count_at_once(loaded.photograph.pixels)
        return min(number, _MOST_AT_ONCE)

    def _write_next(self, restoring: _Restoring, writers: ThreadPoolExecutor,
                    writing: _Writing) -> None:
        """Have the oldest of the batches that are being restored written."""
        for job, loaded, result in restoring.popleft()[1].result():
            if isinstance(result, Exception):
                self._fail(job, result)
                continue
            task = writers.submit(self._write, job, loaded, result)
            writing.append((job, task))
            self._finish(writing, 0 if _is_large(loaded) else self.workers)

    def _finish(self, writing: _Writing, num_left: int) -> None:
        """Wait until no more photographs than this are being written."""
        while len(writing) > num_left:
            job, task = writing.popleft()
            task.result()
            self.on_done(job.entry)

    def _fail(self, job: Job, error: Exception) -> None:
        job.entry.fail(error)
        self.on_written(job)
        self.on_done(job.entry)

    def _read_ahead(self, readers: ThreadPoolExecutor,
                    jobs: Iterable[Job]) -> Iterator[_Read]:
        reading: Deque[Tuple[Job, Future]] = deque()
        left = iter(jobs)
        num_ahead = self.workers
        while True:
            for job in islice(left, max(0, 1 + num_ahead - len(reading))):
                task = readers.submit(self.reader.read, job.item)
                reading.append((job, task))
            if not reading:
                return
            job, task = reading.popleft()
            try:
                loaded = task.result()
            except Exception as error:
                self._fail(job, error)
                continue
            job.entry.input_sha256 = loaded.sha256
            num_ahead = 0 if _is_large(loaded) else self.workers
            yield job, loaded
            del loaded, task

    def _restore(self, batch: Sequence[_Read]) -> List[_Done]:
        start = time.perf_counter()
        job, loaded = batch[0]
        try:
            if len(batch) == 1:
                results: List[Result] = [self._restore_one(job, loaded)]
            else:
                results = list(
                    self.inferencer([loaded.photograph for _, loaded in batch],
                                    batch_size=len(batch)))
        except Exception as error:
            if len(batch) == 1:
                return [(job, loaded, error)]
            # Finds the one that is to blame.
            return [done for pair in batch for done in self._restore([pair])]
        seconds = (time.perf_counter() - start) / len(batch)
        for job, loaded in batch:
            job.entry.seconds = loaded.seconds + seconds
        return [(*pair, result) for pair, result in zip(batch, results)]

    def _restore_one(self, job: Job, loaded: LoadedInput) -> Result:

        def restore(photograph: Photograph, mask: Optional[np.ndarray],
                    names: ResultNames) -> RestorationResult:
            if self.marks and not loaded.pages:
                found = self.marks.restore(self.inferencer, photograph, mask,
                                           self.mask_mode)
                if found is not None:
                    result, job.entry.mark = found
                    return result
            given: Dict[str, Any] = {} if mask is None else dict(
                mask=mask, mask_mode=self.mask_mode)
            if self.detections and (mask is None
                                    or self.mask_mode != 'replace'):
                given['detection'] = self.detections.load(
                    names, loaded.sha256, photograph.pixels.shape[:2])
            return self.inferencer.restore(photograph, **given)

        return restore_loaded(loaded, job.names, restore, self.writer,
                              self.inferencer.mask_options)

    def _write(self, job: Job, loaded: LoadedInput, result: Result) -> None:
        entry = job.entry
        start = time.perf_counter()
        entry.given_mask = loaded.mask_path
        note_result(entry, result)
        try:
            self.writer.write(job.item.path, job.names, loaded, result, entry)
        except Exception as error:
            entry.fail(error)
        else:
            entry.status = result.status
        assert entry.seconds is not None
        seconds = entry.seconds + time.perf_counter() - start
        entry.seconds = round(seconds, 3)
        self.on_written(job)


def _fit_together(one: _Read, other: _Read) -> bool:
    pair = one[1], other[1]
    shapes = {loaded.photograph.pixels.shape for loaded in pair}
    return len(shapes) == 1 and not any(loaded.alone for loaded in pair)


def _is_large(loaded: LoadedInput) -> bool:
    return loaded.photograph.height * loaded.photograph.width > _LARGE
