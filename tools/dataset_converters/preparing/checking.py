"""Examining all samples of a data set, in several processes."""
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from multiprocessing import parent_process
from threading import Thread
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

import cv2
from tqdm import tqdm

from hcl_mmagic.errors import HCLError
from .examining import Finding, examine
from .journal import Entry, Journal, Stamps
from .samples import Sample

BATCH_SIZE = 32
# A sample and what is known of it from an earlier run.
Task = Tuple[Sample, Optional[Entry]]


def check_samples(root: str,
                  samples: Sequence[Sample],
                  journal_path: str,
                  workers: int = 1) -> Dict[Sample, Finding]:
    """Examine samples, except those that did not change since they were.

    After an interruption of any kind the next call goes on where this one
    stopped.

    Args:
        root (str): Folder of the data set.
        samples (Sequence[Sample]): What to examine.
        journal_path (str): File that remembers what has been examined.
        workers (int): Number of processes.

    Returns:
        dict[Sample, Finding]: In the order of the samples.

    Raises:
        HCLError: If it is interrupted, or one of its processes is killed.
    """
    journal = Journal(journal_path)
    known = journal.read()
    tasks = [(sample, known.get(sample.files)) for sample in samples]
    findings, num_examined = {}, 0
    with journal, _pool(workers) as pool, tqdm(
            total=len(tasks), unit=' samples', mininterval=1) as bar:
        try:
            results = pool.map(partial(_check_batch, root), _batches(tasks))
            for batch in results:
                new = {
                    sample.files: entry
                    for sample, entry, is_new in batch if is_new
                }
                journal.add(new)
                num_examined += len(new)
                findings.update(
                    (sample, entry[1]) for sample, entry, _ in batch)
                bar.update(len(batch))
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise HCLError('Stopped: the same command goes on from here.')
        except BrokenProcessPool as error:
            raise HCLError(
                'A process that decodes pictures was killed, perhaps for want '
                'of memory: run the same command with fewer --workers, it '
                'goes on from here.') from error
    print(f'{num_examined:,} samples examined, '
          f'{len(tasks) - num_examined:,} known from an earlier run')
    return findings


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, initializer=_start_worker)


def _start_worker() -> None:
    # Ctrl-C reaches the whole group of processes: only the first one acts.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # One that is killed could not tell its workers to leave.
    Thread(target=_leave_with_parent, daemon=True).start()
    cv2.setNumThreads(1)


def _leave_with_parent() -> None:
    parent_process().join()
    os._exit(1)


def _batches(tasks: List[Task]) -> Iterator[List[Task]]:
    iterator = iter(tasks)
    return iter(lambda: list(islice(iterator, BATCH_SIZE)), [])


def _check_batch(root: str,
                 tasks: List[Task]) -> List[Tuple[Sample, Entry, bool]]:
    return [_check(root, *task) for task in tasks]


def _check(root: str, sample: Sample,
           known: Optional[Entry]) -> Tuple[Sample, Entry, bool]:
    """Examine a sample, unless its files are those that are known."""
    stamps = _stamps(root, sample)
    if known is not None and known[0] == stamps:
        return sample, known, False
    return sample, (stamps, examine(root, sample)), True


def _stamps(root: str, sample: Sample) -> Stamps:
    stamps = []
    for name in sample.files:
        try:
            status = os.stat(os.path.join(root, name))
            stamps.append([status.st_size, status.st_mtime_ns])
        except OSError:  # a broken link; examine says so
            stamps.append([-1, -1])
    return stamps
