"""From checked samples to lists: leave out, report, compare, write."""
import argparse
import os
import sys
from typing import Callable, Dict, List, Mapping, Optional, Sequence

from ...engine.fileio import AtomicLocalBackend
from ...errors import DataMismatchError, DataNotFoundError
from .file_listing import Sample
from .sample_checking import check_samples
from .sample_examining import Finding

FOLDER = 'annotations'
BAD_FILES = 'bad_files.txt'
JOURNAL = 'checked.jsonl'


class Preparation:
    """Checks samples and writes the lists of the usable ones.

    Everything goes to the folder ``annotations`` of the data set:
    ``<split>.txt``, ``bad_files.txt`` (file, tab, reason) and
    ``checked.jsonl``, which lets a stopped run go on.
    """

    def __init__(self, args: argparse.Namespace) -> None:
        self.root = args.root
        self.workers = args.workers
        self.strict = args.strict
        self.bad_files: Dict[str, str] = {}

    def path(self, name: str) -> str:
        """Path of a file in the folder of annotations."""
        return os.path.join(self.root, FOLDER, name)

    def run(
        self,
        splits: Mapping[str, Sequence[Sample]],
        published: Mapping[str, int],
        find_fault: Optional[Callable[[Finding],
                                      Optional[str]]] = None) -> None:
        """Check all samples of known splits, then write their lists."""
        usable = self.check(
            [sample for samples in splits.values() for sample in samples],
            find_fault)
        self.write(
            {
                split: [sample for sample in samples if sample in usable]
                for split, samples in splits.items()
            }, published)

    def check(
        self,
        samples: Sequence[Sample],
        find_fault: Optional[Callable[[Finding], Optional[str]]] = None
    ) -> Dict[Sample, Finding]:
        """Decode all files and leave out what cannot be used; ``find_fault``
        says why a sample that can be decoded is not what it should be, None if
        it is."""
        findings = check_samples(self.root, samples, self.path(JOURNAL),
                                 self.workers)
        usable = {}
        for sample, finding in findings.items():
            faults = dict(finding.faults) or _check_names(sample)
            if not faults and find_fault is not None:
                fault = find_fault(finding)
                faults = {sample.files[0]: fault} if fault else {}
            self.bad_files.update(faults)
            if not faults:
                usable[sample] = finding
        _refuse_inverted_masks(self.root, usable)
        return usable

    def write(self, splits: Mapping[str, Sequence[Sample]],
              published: Mapping[str, int]) -> None:
        """Report what was found and write the lists, each whole or not at all;
        ``published`` is how many samples of a list its authors state. With
        ``--strict`` a bad file or another count raises DataMismatchError."""
        complaints = self._report_bad_files()
        for name, samples in splits.items():
            expected = published.get(name)
            print(f'{name}: {len(samples):,} samples' +
                  (f' (published: {expected:,})' if expected else ''))
            if expected is not None and len(samples) != expected:
                complaints.append(f'{name} has {len(samples):,} samples, '
                                  f'{expected:,} were published')
        for complaint in complaints:
            print(f'Warning: {complaint}', file=sys.stderr)
        if complaints and self.strict:
            raise DataMismatchError(
                f'No list was written: {"; ".join(complaints)}.')
        self._write_lists(splits)

    def _report_bad_files(self) -> List[str]:
        path = self.path(BAD_FILES)
        lines = [f'{name}\t{why}' for name, why in self.bad_files.items()]
        AtomicLocalBackend().put_text(_text(sorted(lines)), path)
        return [f'{len(lines):,} files left out, see {path}'] if lines else []

    def _write_lists(self, splits: Mapping[str, Sequence[Sample]]) -> None:
        empty = [name for name, samples in splits.items() if not samples]
        if empty:
            raise DataNotFoundError(
                f'Nothing usable is left for {", ".join(empty)} in '
                f'{self.root}: see {self.path(BAD_FILES)}.')
        for name, samples in splits.items():
            AtomicLocalBackend().put_text(
                _text([sample.line for sample in samples]),
                self.path(f'{name}.txt'))


def _text(lines: List[str]) -> str:
    return ''.join(f'{line}\n' for line in lines)


def _check_names(sample: Sample) -> Dict[str, str]:
    return {
        ascii(name): 'its name does not fit into a line of a list'
        for name in sample.files
        if not name.isprintable() or name != name.strip()
    }


def _refuse_inverted_masks(root: str, findings: Dict[Sample, Finding]) -> None:
    """Compare where the masks are white with where the damage is."""
    judged = [(finding.inside, finding.outside)
              for finding in findings.values()
              if finding.inside is not None and finding.outside is not None]
    wrong = sum(inside < outside for inside, outside in judged)
    if wrong > len(judged) / 2:
        raise DataMismatchError(
            f'In {wrong:,} of {len(judged):,} samples of {root} the damage is '
            'where the mask is black: white must mean corrupted. Are these '
            'the right masks?')
