"""Photographs of a manifest, each with a receipt: what is finished is left
out, what has changed is done again, and nothing depends on the others."""
import os
import sys
import time
from collections import Counter, deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import chain, islice
from typing import (Any, Callable, Deque, Dict, Iterable, Iterator, Optional,
                    Tuple)

from tqdm import tqdm

from ..errors import DataNotFoundError, PhotographError
from ..jobs.manifest import read_manifest, read_source, source_of, state_of
from ..jobs.receipts import (Receipt, find_receipt, is_finished_with,
                             write_receipt)
from ..jobs.share import Share
from ..jobs.storage import open_folder
from ..photographs.finding import Input, file_identity
from ..photographs.reading import MAX_PIXELS
from ..version import __version__
from .arguments import EXIT_INTERRUPTED, Options
from .names import names_of_one
from .pipeline import Job
from .report import Entry, summary, weights_in_words
from .restoring_run import build_pipeline, load_inferencer, say_failure

# Options that change no result, or are part of a receipt by what they mean.
_NO_PART_OF_RESULTS = frozenset([
    'out', 'manifest', 'shard', 'workers', 'batch_size', 'device', 'checkpoint'
])
# Photographs whose receipts are looked for at the same time.
_LOOKS_AHEAD = 16


@dataclass(frozen=True)
class _Before:
    """What is known of a photograph before it is read."""
    state: str
    receipt: Optional[Receipt]


class ReceiptedRun:
    """Restores photographs into OUT, with a receipt of each.

    One object serves any number of calls of :meth:`restore`, one at a time;
    networks stay loaded. An HCLError if there are none, or no OUT.

    Attributes:
        recipe (dict): What results are made by: ``version``, ``weights`` and
            ``options``.
    """

    def __init__(self, args: Options) -> None:
        assert args.out is not None
        self._args = args
        self._folder = open_folder(args.out)
        self._inferencer = load_inferencer(args)
        self.recipe: Dict[str, Any] = dict(
            version=__version__,
            weights=weights_in_words(self._inferencer.describe_networks()),
            options={
                name: list(value) if isinstance(value, tuple) else value
                for name, value in args.said.items()
                if name not in _NO_PART_OF_RESULTS
            })
        self._before: Dict[int, _Before] = {}  # by the identity of entries

    def restore(self, inputs: Iterable[Input],
                on_done: Callable[[Entry], None]) -> None:
        """Restore photographs that are not finished. ``on_done`` is called, in
        this thread, with the line of each one, also of those that are left
        out, 'skipped', and of those that failed."""
        with ThreadPoolExecutor(_LOOKS_AHEAD) as lookers:
            pipeline = build_pipeline(
                self._args, self._inferencer, on_done, on_written=self._keep)
            pipeline.run(self._left(lookers, inputs, on_done))

    def give_up(self, item: Input, error: Exception) -> Entry:
        """Note, with a receipt, that a photograph cannot be restored, without
        another try, unless it is finished; its line of the report."""
        job = self._job(item)
        try:
            if self._look(job):
                job.entry.status = 'skipped'
                return job.entry
        except Exception as problem:
            job.entry.fail(problem)
            return job.entry
        job.entry.fail(error)
        self._keep(job)
        return job.entry

    def _job(self, item: Input) -> Job:
        return Job(item, names_of_one(item.relative),
                   Entry(item.path, **self.recipe))

    def _left(self, lookers: ThreadPoolExecutor, inputs: Iterable[Input],
              on_done: Callable[[Entry], None]) -> Iterator[Job]:
        """What is to be done, in the order of the manifest."""
        looking: Deque[Tuple[Job, Future]] = deque()
        source = iter(inputs)
        while True:
            for item in islice(source, _LOOKS_AHEAD - len(looking)):
                job = self._job(item)
                looking.append((job, lookers.submit(self._look, job)))
            if not looking:
                return
            job, look = looking.popleft()
            try:
                is_finished = look.result()
            except Exception as error:
                job.entry.fail(error)
                on_done(job.entry)
                continue
            if is_finished:
                job.entry.status = 'skipped'
                on_done(job.entry)
            else:
                yield job

    def _look(self, job: Job) -> bool:
        """Whether a photograph is finished. A PhotographError if it cannot
        be restored under its name, an HCLError if the storage fails."""
        item = job.item
        if item.problem:
            raise PhotographError(item.problem)
        self._refuse_to_overwrite(job)
        receipt = find_receipt(self._folder, item.relative)
        state = state_of(item)
        if receipt is not None:
            same = bool(state) and state == receipt.row['input_state']
            source = receipt.row['source']
            if not same:
                digest = sha256(read_source(item, MAX_PIXELS)).hexdigest()
                same = digest == receipt.row['input_sha256']
            is_other = receipt.is_finished and source != source_of(item)
            if not same and is_other:
                raise PhotographError(
                    f'{item.relative} in OUT is of {source}: write a tab and '
                    'another name behind its path in the manifest, or take '
                    'another OUT')
            if same and is_finished_with(receipt, self.recipe, self._folder):
                return True
        self._before[id(job.entry)] = _Before(state, receipt)
        return False

    def _refuse_to_overwrite(self, job: Job) -> None:
        """A PhotographError if a result would be written over an original."""
        identity = file_identity(job.item.path)
        if identity is None:  # it is not on this machine, or not at all
            return
        for name in (job.names.own, job.names.png):
            target = os.path.join(self._folder.path, name)
            if file_identity(target) == identity:
                raise PhotographError('its result would overwrite it: write '
                                      'the results to another folder')

    def _keep(self, job: Job) -> None:
        """Write the receipt of a photograph that is done, or has failed."""
        try:
            self._write_receipt(job)
        except Exception as error:
            job.entry.fail(error)

    def _write_receipt(self, job: Job) -> None:
        entry = job.entry
        before = self._before.pop(id(entry))
        old = before.receipt.row['outputs'] if before.receipt else {}
        start = len(self._folder.path) + 1
        outputs = {kind: path[start:].replace(os.sep, '/')
                   for kind, path in entry.outputs.items()}  # yapf: disable
        if entry.status == 'failed':
            outputs = old  # for the next one to clear away
        for name in set(old.values()) - set(outputs.values()):
            self._folder.remove(name)
        row = dict(
            asdict(entry),
            name=job.item.relative,
            source=source_of(job.item),
            input_state=before.state,
            outputs=outputs)
        write_receipt(self._folder, Receipt(row))


def restore_manifest(args: Options) -> int:
    """Restore a manifest, or a share of it, as the command line says; the exit
    code is 0, 1 if a photograph failed, 130 after Ctrl-C. An HCLError if the
    manifest cannot be read or holds no photograph, or if there are no
    networks."""
    assert args.manifest is not None and args.out is not None
    start = time.perf_counter()
    counts = Counter[str]()
    share = args.shard or Share()
    inputs = read_manifest(args.manifest, share, [args.out])
    first = next(inputs, None)
    if first is None and share.count == 1:
        raise DataNotFoundError(f'There is no photograph in {args.manifest}.')
    exit_code = 0
    with tqdm(unit='photograph', smoothing=0, disable=None) as progress:

        def note(entry: Entry) -> None:
            counts[entry.status] += 1
            say_failure(progress, entry)
            progress.update()

        try:
            if first is not None:
                ReceiptedRun(args).restore(chain([first], inputs), note)
        except KeyboardInterrupt:
            exit_code = EXIT_INTERRUPTED
    if exit_code:
        print('Interrupted: the same command goes on.', file=sys.stderr)
    name = f'Share {share.number} of {share.count}: ' * (share.count > 1)
    print(name + summary(counts, time.perf_counter() - start))
    return exit_code or int(counts['failed'] > 0)
