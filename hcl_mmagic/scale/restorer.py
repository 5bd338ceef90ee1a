"""What a process of an engine does with the photographs it is given; knows no
engine."""
from collections import Counter
from typing import Any, Callable, Dict, List, Sequence

from ..errors import HCLError
from ..photographs.finding import Input
from ..restore_command.arguments import Options
from ..restore_command.receipted_run import ReceiptedRun
from ..restore_command.report import Entry


class Tries:
    """How often each photograph was begun, by its name, in one place for all
    processes, so that one that ends them all is given up at last."""

    def __init__(self) -> None:
        self._numbers = Counter[str]()

    def so_far(self, names: Sequence[str]) -> List[int]:
        """How often photographs were begun; those that never were count as
        begun now."""
        found = [self._numbers[name] for name in names]
        self._numbers.update(name for name, number in zip(names, found)
                             if not number)
        return found

    def begin(self, name: str) -> int:
        """Begin one once more; how often it was begun, this time included."""
        self._numbers[name] += 1
        return self._numbers[name]

    def forget(self, names: Sequence[str]) -> None:
        """Forget what is done."""
        for name in names:
            del self._numbers[name]


class Restorer:
    """Restores batches of photographs, with networks that stay loaded.

    Those of a batch that were never begun go through together. One that fails,
    or that was begun already and so ended the process or was among those that
    it had at hand, goes alone, so that no other one pays for it.

    Args:
        options (Options): Those of ``hcl-restore --manifest``.
        tries (Any): Its attributes are the methods of :class:`Tries`.
        most_tries (int): How often a photograph may be begun.
    """

    def __init__(self, options: Options, tries: Any, most_tries: int) -> None:
        self._run = ReceiptedRun(options)
        self._tries = tries
        self._most_tries = most_tries

    def __call__(self, batch: Dict[str, Sequence[Any]]
                 ) -> Dict[str, List[str]]:  # yapf: disable
        """What became of each: ``name``, ``status`` and ``reason``, '' for
        none, of the ``source``, ``name`` and ``problem`` of each."""
        inputs = [
            Input(str(source), str(name),
                  str(problem) or None) for source, name, problem in zip(
                      batch['source'], batch['name'], batch['problem'])
        ]
        names = [item.relative for item in inputs]
        numbers = self._tries.so_far(names)
        entries: Dict[str, Entry] = {}
        self._restore(
            [item for item, number in zip(inputs, numbers) if not number],
            entries)
        for item, number in zip(inputs, numbers):
            while self._is_unfinished(item, entries):
                if self._tries.begin(item.relative) > self._most_tries:
                    if item.relative not in entries:
                        entries[item.relative] = self._run.give_up(
                            item,
                            HCLError('the process that restored it ended '
                                     f'{self._most_tries} times'))
                    break
                self._restore([item], entries)
        self._tries.forget(names)
        rows = [entries[name] for name in names]
        return dict(
            name=names,
            status=[entry.status for entry in rows],
            reason=[_told(entry) for entry in rows])

    def _restore(self, inputs: Sequence[Input], entries: Dict[str,
                                                              Entry]) -> None:
        names = {item.path: item.relative for item in inputs}
        found: Callable[
            [Entry],
            None] = lambda entry: entries.update({names[entry.input]: entry})
        self._run.restore(inputs, found)

    @staticmethod
    def _is_unfinished(item: Input, entries: Dict[str, Entry]) -> bool:
        entry = entries.get(item.relative)
        return entry is None or (entry.status == 'failed'
                                 and item.problem is None)


def _told(entry: Entry) -> str:
    if entry.status != 'failed' or entry.reason is None:
        return ''
    if entry.input in entry.reason:
        return entry.reason
    return f'{entry.input}: {entry.reason}'
