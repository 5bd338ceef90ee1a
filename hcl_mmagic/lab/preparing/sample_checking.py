"""Examining all samples of a data set, in several processes."""
import os
import signal
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from multiprocessing import parent_process
from threading import Thread
from typing import Dict, Iterable, Iterator, List, Sequence

import cv2
from tqdm import tqdm

from ...errors import HCLError
from .file_listing import Sample
from .journal import Journal, Stamps
from .sample_examining import Finding, examine

BATCH_SIZE = 32


def check_samples(root: str,
                  samples: Sequence[Sample],
                  journal_path: str,
                  workers: int = 1) -> Dict[Sample, Finding]:
    """Examine samples, except those that did not change since they were.

    The journal remembers what has been examined: after an interruption of any
    kind the next call goes on where this one stopped.
    """
    journal = Journal(journal_path)
    known = journal.read()
    stamps = dict(zip(samples, _read_stamps(root, samples, workers)))
    findings = {}
    for sample in samples:
        entry = known.get(sample.files)
        if entry is not None and entry[0] == stamps[sample]:
            findings[sample] = entry[1]
    new = [sample for sample in samples if sample not in findings]
    try:
        with journal, tqdm(
                total=len(samples),
                initial=len(findings),
                unit=' samples',
                mininterval=1) as bar:
            for batch in _examine_in_processes(root, new, workers):
                journal.add({
                    sample.files: (stamps[sample], finding)
                    for sample, finding in batch.items()
                })
                findings.update(batch)
                bar.update(len(batch))
    except KeyboardInterrupt:
        raise HCLError('Stopped: the same command goes on from here.')
    print(f'{len(new):,} samples examined, {len(samples) - len(new):,} known '
          'from an earlier run')
    return {sample: findings[sample] for sample in samples}


def _examine_in_processes(root: str, samples: Sequence[Sample],
                          workers: int) -> Iterator[Dict[Sample, Finding]]:
    if not samples:
        return
    with _opencv_in_one_thread(), _pool(workers) as pool:
        try:
            yield from pool.map(
                partial(_examine_batch, root), _batches(samples))
        except BrokenProcessPool as error:
            raise HCLError(
                'A process that decodes pictures was killed, perhaps for want '
                'of memory: run the same command with fewer --workers, it '
                'goes on from here.') from error
        finally:
            pool.shutdown(cancel_futures=True)


def _examine_batch(root: str, samples: List[Sample]) -> Dict[Sample, Finding]:
    return {sample: examine(root, sample) for sample in samples}


@contextmanager
def _opencv_in_one_thread() -> Iterator[None]:
    """OpenCV's threads do not come along when a process forks: a worker that
    counted on them, or only stopped them, would wait for ever."""
    num_threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(num_threads)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, initializer=_start_worker)


def _start_worker() -> None:
    # Ctrl-C reaches the whole group of processes: only the first one acts.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # One that is killed could not tell its workers to leave.
    Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = parent_process()
    assert parent is not None  # this is a worker
    parent.join()
    os._exit(1)


def _read_stamps(root: str, samples: Sequence[Sample],
                 workers: int) -> Iterable[Stamps]:
    """Size and date of all files; the threads help on network disks."""
    with ThreadPoolExecutor(workers) as pool:
        batches = pool.map(
            lambda batch: [_stamp(root, sample) for sample in batch],
            _batches(samples))
        return chain.from_iterable(list(batches))


def _stamp(root: str, sample: Sample) -> Stamps:
    stamps = []
    for name in sample.files:
        try:
            status = os.stat(os.path.join(root, name))
            stamps.append([status.st_size, status.st_mtime_ns])
        except OSError:  # a broken link; examine says so
            stamps.append([-1, -1])
    return stamps


def _batches(samples: Sequence[Sample]) -> Iterator[List[Sample]]:
    iterator = iter(samples)
    return iter(lambda: list(islice(iterator, BATCH_SIZE)), [])
