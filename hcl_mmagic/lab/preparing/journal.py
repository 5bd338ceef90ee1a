"""Remembering what has been checked, so that a stopped run can go on."""
import json
import os
from dataclasses import asdict
from types import TracebackType
from typing import Any, Dict, List, Optional, TextIO, Tuple, Type

from ...errors import HCLError
from .sample_examining import Finding

# Size in bytes and time of the last change in nanoseconds, for each file.
Stamps = List[List[int]]
Entry = Tuple[Stamps, Finding]


class Journal:
    """Text file with one line of JSON for each sample.

    Lines are only ever added, so a killed run leaves all it has finished; a
    line that was cut off is passed over. Of two lines for the same files the
    later one counts.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._file: Optional[TextIO] = None

    def read(self) -> Dict[Tuple[str, ...], Entry]:
        """All entries by the names of the files."""
        entries = {}
        if os.path.isfile(self.path):
            with open(self.path, encoding='utf-8', errors='replace') as lines:
                for line in lines:
                    try:
                        files, stamps, finding = json.loads(line)
                        finding['size'] = tuple(finding.get('size', (0, 0)))
                        entries[tuple(files)] = stamps, Finding(**finding)
                    except (ValueError, TypeError, KeyError):
                        continue  # cut off, or of another version
        return entries

    def __enter__(self) -> 'Journal':
        try:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            self._file = open(self.path, 'a', encoding='utf-8')
        except OSError as error:
            raise HCLError(
                f'{self.path} cannot be written: {error.strerror}.') from error
        self._end_last_line()
        return self

    def __exit__(self, kind: Optional[Type[BaseException]],
                 error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        assert self._file is not None
        self._file.close()

    def add(self, entries: Dict[Tuple[str, ...], Entry]) -> None:
        """Add entries; they are on their way to the disk on return."""
        assert self._file is not None
        self._file.writelines(
            json.dumps([files, stamps, _without_blanks(finding)]) + '\n'
            for files, (stamps, finding) in entries.items())
        self._file.flush()

    def _end_last_line(self) -> None:
        """Keep a line that was cut off apart from those to come."""
        assert self._file is not None
        if os.path.getsize(self.path):
            with open(self.path, 'rb') as file:
                file.seek(-1, os.SEEK_END)
                if file.read() != b'\n':
                    self._file.write('\n')


def _without_blanks(finding: Finding) -> Dict[str, Any]:
    """Most fields of most findings are, and there may be millions."""
    return {
        name: value
        for name, value in asdict(finding).items()
        if value not in (None, {}, (0, 0))
    }
