"""Examining all samples of a data set, in several processes."""
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, islice
from typing import Dict, Iterable, Iterator, List, Sequence, Tuple

from tqdm import tqdm

from ...errors import HCLError
from ..worker_processes import work_in_processes
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
    examined = work_in_processes(
        partial(_examine, root), new, workers, BATCH_SIZE)
    try:
        with journal, examined as batches, tqdm(
                total=len(samples),
                initial=len(findings),
                unit=' samples',
                mininterval=1) as bar:
            for batch in batches:
                journal.add({
                    sample.files: (stamps[sample], finding)
                    for sample, finding in batch
                })
                findings.update(batch)
                bar.update(len(batch))
    except KeyboardInterrupt:
        raise HCLError('Stopped: the same command goes on from here.')
    print(f'{len(new):,} samples examined, {len(samples) - len(new):,} known '
          'from an earlier run')
    return {sample: findings[sample] for sample in samples}


def _examine(root: str, sample: Sample) -> Tuple[Sample, Finding]:
    return sample, examine(root, sample)


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
