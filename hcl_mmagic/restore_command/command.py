"""From the options to the photographs."""
import sys
import time
from collections import Counter
from typing import Dict, List, Sequence

from ..errors import DataNotFoundError, HCLError
from ..photographs.finding import Input
from ..photographs.other_files import by_kind, in_words
from .arguments import EXIT_INTERRUPTED, Options
from .common_marks import taken_away
from .dry_run import planned, tell_plans
from .effects import idle_on_clean, idle_options
from .names import NameChooser, ResultNames
from .pipeline import Job
from .planning import check_targets, list_inputs, make_folders
from .receipted_run import restore_manifest
from .report import Entry, count, doubtful, summary, warn, write_report
from .restoring_run import RestoringRun
from .watching import Arrivals


class _Command:
    """One run of the command, from the search for photographs to the
    report."""

    def __init__(self, args: Options) -> None:
        self._args = args
        self._start = time.perf_counter()
        self._run = RestoringRun(args)
        self._chooser = NameChooser()
        self._names: Dict[str, ResultNames] = {}  # by paths of photographs
        self._passed_over = Counter[str]()
        self.entries: List[Entry] = []

    def look(self) -> List[Input]:
        """What is there to be restored."""
        self._passed_over.clear()
        return list_inputs(self._args, self._passed_over)

    def plan(self, inputs: Sequence[Input]) -> List[Job]:
        """What is to be done, under names that no earlier photograph has; one
        that comes again keeps its names."""
        new = [item for item in inputs if item.path not in self._names]
        names = self._chooser.choose([item.relative for item in new])
        self._names.update(zip((item.path for item in new), names))
        jobs = [
            Job(item, self._names[item.path],
                Entry(item.path, options=self._args.said)) for item in inputs
        ]
        check_targets(self._args, jobs)
        if not self._args.dry_run:
            make_folders(self._args)
        self.entries += [job.entry for job in jobs]
        return jobs

    def restore(self, jobs: List[Job]) -> None:
        """Restore photographs."""
        self._run.restore(jobs)

    def tell(self) -> None:
        """Say what became of all photographs, and write the report."""
        seconds = time.perf_counter() - self._start
        passed_over = by_kind(self._passed_over)
        print(
            planned(self.entries) if self._args.
            dry_run else summary(count(self.entries), seconds))
        for line in doubtful(self.entries):
            print(line)
        if passed_over:
            print(f'Passed over: {in_words(passed_over)}.')
        if self._args.same_mark and not self._args.dry_run:
            print(taken_away(self.entries))
        for note in idle_on_clean(self._args, self.entries):
            warn(note)
        if not self._args.dry_run:
            self.write_report()

    def write_report(self) -> None:
        """Write the report as it is now, if one is wanted."""
        path = self._args.report
        if not path:
            return
        try:
            write_report(path, self.entries,
                         time.perf_counter() - self._start, self._run.networks
                         or None, by_kind(self._passed_over))
        except OSError as error:
            raise HCLError(f'Cannot write the report {path}: {error.strerror};'
                           ' the photographs are done.') from error


def restore_photographs(args: Options) -> int:
    """Restore what the command line names; the exit code is 0, 1 if a
    photograph failed, 130 after Ctrl-C.

    With ``--watch`` it goes on with what arrives, until Ctrl-C, after which
    the exit code is 0 or 1. A ConfigError if the options cannot work; nothing
    was touched then. An HCLError if there is no photograph, or no checkpoint.
    """
    if args.manifest:
        return restore_manifest(args)
    command = _Command(args)
    for note in idle_options(args):
        warn(note)
    jobs: List[Job] = []
    if args.watch is None:
        jobs = command.plan(_some(args, command.look()))
    if args.dry_run:
        num_failing = tell_plans(args, jobs)
        command.tell()
        return int(num_failing > 0)
    interrupted = False
    try:
        if args.watch is None:
            command.restore(jobs)
        else:
            _watch(args.watch, command)
    except KeyboardInterrupt:
        interrupted = args.watch is None
        print('Interrupted: what was not reached is as it was.',
              file=sys.stderr)  # yapf: disable
    command.tell()
    if interrupted:
        return EXIT_INTERRUPTED
    return int(any(entry.status == 'failed' for entry in command.entries))


def _watch(seconds: float, command: _Command) -> None:
    """Restore what arrives whole, until the process is interrupted."""
    arrivals = Arrivals()
    print(f'Looking every {seconds:g} s; Ctrl-C ends it.', flush=True)
    while True:
        inputs = arrivals.whole(command.look())
        if inputs:
            paths = {item.path for item in inputs}
            command.entries = [entry for entry in command.entries
                               if entry.input not in paths]  # yapf: disable
            command.restore(command.plan(inputs))
            command.write_report()
        time.sleep(seconds)


def _some(args: Options, inputs: List[Input]) -> List[Input]:
    if not inputs:
        hint = '' if args.recursive else ('; --recursive looks in the folders '
                                          'below, too')
        raise DataNotFoundError(
            f'There is no photograph in {", ".join(args.inputs)}{hint}.')
    return inputs
