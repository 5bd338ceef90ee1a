"""Receipts of a whole job: put together, checked, and what is left."""
import hashlib
import json
from collections import Counter, deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Callable, Deque, Iterable, Iterator, List, Optional, Tuple

from ..photographs.finding import Input
from .manifest import RECEIPTS
from .receipts import Receipt, find_receipt, parse_receipt
from .storage import Folder

# What is read at the same time.
_AHEAD = 32
_MOST_EXAMPLES = 20


@dataclass
class Findings:
    """What receipts say of a job.

    Attributes:
        counts (Counter[str]): Photographs by status.
        recipes (Counter[str]): Finished photographs by version, weights and
            options, as JSON.
        problems (Counter[str]): What is wrong, such as 'no receipt', and how
            often.
        examples (list[str]): A line for each of the first problems.
    """

    counts: Counter[str] = field(default_factory=Counter)
    recipes: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    examples: List[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """bool: Whether every photograph is finished and its result there."""
        return not self.problems

    def blame(self, name: str, problem: str, details: str = '') -> None:
        """Note what is wrong with a photograph."""
        self.problems[problem] += 1
        if len(self.examples) < _MOST_EXAMPLES:
            more = f' ({details})' if details else ''
            self.examples.append(f'{name}: {problem}{more}')


def check_manifest(folder: Folder,
                   inputs: Iterable[Input],
                   read_contents: bool = False,
                   on_receipt: Callable[[Receipt], None] = lambda _: None,
                   on_left: Callable[[Input], None] = lambda _: None
                   ) -> Findings:  # yapf: disable
    """Check that each photograph of a manifest has a receipt and a result.

    Results need to have the size that the receipt says, and with
    ``read_contents`` its SHA-256. ``on_receipt`` is called with each receipt,
    ``on_left`` with each photograph that is to be done, or done again. An
    HCLError if the storage fails.
    """
    findings = Findings()
    names = set()
    results = _several_at_once(lambda item: _look(folder, item, read_contents),
                               inputs)
    for item, (receipt, problem) in results:
        # A million names would take much more memory.
        mark = hashlib.blake2b(
            item.relative.encode('utf-8', 'surrogateescape'),
            digest_size=8).digest()
        if mark in names:
            problem = 'its name stands twice in the manifest'
        names.add(mark)
        _note(findings, item.relative, receipt, problem)
        if receipt is not None:
            on_receipt(receipt)
        if problem:
            on_left(item)
    return findings


def check_receipts(folder: Folder,
                   read_contents: bool = False,
                   on_receipt: Callable[[Receipt], None] = lambda _: None
                   ) -> Findings:  # yapf: disable
    """Check all receipts that are there, as :func:`check_manifest` does; what
    was never begun is not known without the manifest."""
    findings = Findings()
    names = folder.list_below(RECEIPTS)
    results = _several_at_once(
        lambda name: _look_at(folder, name, read_contents), names)
    for name, (receipt, problem) in results:
        if name.rpartition('/')[2].startswith('.hcl-'):
            continue  # a killed process has left it
        _note(findings, receipt.row['name'] if receipt else name, receipt,
              problem)
        if receipt is not None:
            on_receipt(receipt)
    return findings


def _look(folder: Folder, item: Input,
          read_contents: bool) -> Tuple[Optional[Receipt], str]:
    if item.problem:
        return None, item.problem
    receipt = find_receipt(folder, item.relative)
    if receipt is None:
        return None, 'no receipt'
    return receipt, _problem_of(folder, receipt, read_contents)


def _look_at(folder: Folder, name: str,
             read_contents: bool) -> Tuple[Optional[Receipt], str]:
    try:
        receipt = parse_receipt(folder.read(f'{RECEIPTS}/{name}'))
    except ValueError:
        return None, 'no receipt that can be read'
    return receipt, _problem_of(folder, receipt, read_contents)


def _problem_of(folder: Folder, receipt: Receipt, read_contents: bool) -> str:
    if not receipt.is_finished:
        return 'failed'
    size = folder.size(receipt.result)
    if size < 0:
        return 'its result is missing'
    if size != receipt.row['output_bytes']:
        return 'its result is another one'
    if read_contents:
        digest = hashlib.sha256(folder.read(receipt.result)).hexdigest()
        if digest != receipt.row['output_sha256']:
            return 'its result is another one'
    return ''


def _note(findings: Findings, name: str, receipt: Optional[Receipt],
          problem: str) -> None:
    if receipt is not None:
        findings.counts[receipt.row['status']] += 1
        if receipt.is_finished:
            recipe = {
                key: receipt.row.get(key)
                for key in ('version', 'weights', 'options')
            }
            findings.recipes[json.dumps(recipe, sort_keys=True)] += 1
    if problem:
        reason = receipt.row.get('reason') if receipt else None
        findings.blame(name, problem,
                       str(reason) if reason and problem == 'failed' else '')


def _several_at_once(look: Callable, items: Iterable) -> Iterator[Tuple]:
    """Each item with what is found, in their order, as many at once as one
    can wait for."""
    with ThreadPoolExecutor(_AHEAD) as pool:
        waiting: Deque[Tuple[object, Future]] = deque()
        source = iter(items)
        while True:
            for item in islice(source, 4 * _AHEAD - len(waiting)):
                waiting.append((item, pool.submit(look, item)))
            if not waiting:
                return
            item, found = waiting.popleft()
            yield item, found.result()
