"""What became of each photograph."""
import csv
import io
import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..atomic_writing import write_file
from ..errors import HCLError, one_line
from ..process_resources import peak_memory
from ..version import __version__
from .argument_types import EXTRAS, as_typed

STATUSES = ('restored', 'clean', 'uncertain', 'not looked at', 'skipped',
            'failed', 'not reached')


@dataclass
class Entry:
    """One line of the report."""
    input: str  # path of the photograph
    status: str = 'not reached'  # one of STATUSES
    reason: Optional[str] = None  # why it failed or was left as it was
    verdict: Optional[str] = None  # 'clean', 'damaged' or 'uncertain'
    probability: Optional[float] = None  # that it is damaged, in [0, 1]
    # What is, or may be, damaged, the surest first, each with 'box' (x, y,
    # width, height in pixels of the upright photograph), 'area',
    # 'probability' and 'label'.
    regions: List[Dict[str, Any]] = field(default_factory=list)
    # Of the pixels: the mask lets them change.
    changed_share: Optional[float] = None
    given_mask: Optional[str] = None  # path of the mask that was given
    # Parts of a common mark that were taken away, each with 'box', 'opacity'
    # and 'colour' (RGB, 0 to 255).
    mark: List[Dict[str, Any]] = field(default_factory=list)
    note: Optional[str] = None  # what the result has not of the original
    # Paths of 'restored' (or 'copy', of a photograph that needed no change),
    # and kinds of EXTRAS.
    outputs: Dict[str, str] = field(default_factory=dict)
    # SHA-256 of the file, and of the restored one or the copy.
    input_sha256: Optional[str] = None
    output_sha256: Optional[str] = None
    output_bytes: Optional[int] = None  # of the restored one or the copy
    weights: Optional[str] = None  # names and SHA-256 of the networks
    version: str = __version__
    # By the names of arguments, as far as they are not the defaults.
    options: Dict[str, Any] = field(default_factory=dict)
    seconds: Optional[float] = None  # reading, restoring and writing
    # Of a file of several: 'page', counted from 1, and what else is said of a
    # photograph.
    pages: List[Dict[str, Any]] = field(default_factory=list)

    def fail(self, error: BaseException) -> None:
        """Say why the photograph could not be restored."""
        self.status = 'failed'
        self.reason = reason_of(error)


def reason_of(error: BaseException) -> str:
    """An error as one line for people; of what should not happen with its
    class."""
    message = as_typed(one_line(error))
    if isinstance(error, HCLError):
        return message
    if isinstance(error, OSError):
        return error.strerror or message
    if isinstance(error, MemoryError):
        return 'not enough memory'
    return f'unexpected {type(error).__name__}: {message}'


def write_report(path: str,
                 entries: Sequence[Entry],
                 seconds: float,
                 networks: Optional[Mapping[str, Any]] = None,
                 passed_over: Optional[Mapping[str, Any]] = None) -> None:
    """Write the list of all inputs, in their order and in one step, as JSON or
    CSV, whichever the path ends with.

    JSON also says whether every input was reached, how many ended how, the
    seconds of the whole run, which weights did it, see
    :meth:`hcl_mmagic.apis.HCLInferencer.describe_networks` (None if none were
    needed), and how many files of folders were passed over, see
    :func:`~hcl_mmagic.photographs.other_files.by_kind`.
    """
    if path.lower().endswith('.csv'):
        text = _as_csv(entries)
    else:
        text = json.dumps(
            dict(
                version=__version__,
                networks=networks,
                complete=all(entry.status != 'not reached'
                             for entry in entries),
                counts=count(entries),
                passed_over=passed_over or {},
                seconds=round(seconds, 3),
                peak_memory_bytes=peak_memory(),
                photographs=[asdict(entry) for entry in entries]),
            ensure_ascii=False,
            indent=2) + '\n'
    # A name that is no UTF-8 becomes \\udcXX, which JSON reads back.
    write_file(path, text.encode('utf-8', 'backslashreplace'))


def _as_csv(entries: Sequence[Entry]) -> str:
    columns = [
        item.name for item in fields(Entry)
        if item.name not in ('outputs', 'pages')
    ]
    kinds = ['restored', 'copy', *EXTRAS]
    stream = io.StringIO(newline='')
    writer = csv.DictWriter(stream, columns + kinds, extrasaction='ignore')
    writer.writeheader()
    for entry in entries:
        row = asdict(entry)
        for name in ('regions', 'mark', 'options'):
            row[name] = json.dumps(row[name], ensure_ascii=False)
        writer.writerow({**row, **entry.outputs})
    return stream.getvalue()


def count(entries: Sequence[Entry]) -> Dict[str, int]:
    """Number of photographs by status."""
    found = Counter(entry.status for entry in entries)
    return {status: found[status] for status in STATUSES}


def counts_in_words(counts: Mapping[str, int]) -> str:
    """Such as '3 photographs: 2 restored, 1 failed'."""
    total = sum(counts.values())
    parts = [f'{counts[status]} {status}' for status in STATUSES
             if counts.get(status)]  # yapf: disable
    return (f'{total} photograph{"" if total == 1 else "s"}'
            f'{": " if parts else ""}{", ".join(parts)}')


def summary(counts: Mapping[str, int], seconds: float) -> str:
    """The last line of a run, such as '3 photographs: 2 restored, 1 failed;
    4.2 s', of the numbers of photographs by status."""
    peak = peak_memory()
    memory = '' if peak is None else f'; peak memory {peak / 1e9:.2f} GB'
    return f'{counts_in_words(counts)}; {seconds:.1f} s{memory}'


def doubtful(entries: Sequence[Entry], most: int = 20) -> List[str]:
    """A line for each uncertain photograph, with what was found in it; what is
    beyond ``most`` is counted."""
    found = [entry for entry in entries if entry.status == 'uncertain']
    lines = [f'Uncertain: {printable(entry.input)}{_doubts(entry)}'
             for entry in found[:most]]  # yapf: disable
    if len(found) > most:
        lines.append(f'Uncertain: {len(found) - most} more')
    return lines


def _doubts(entry: Entry) -> str:
    parts = []
    if entry.probability is not None:
        parts.append(f'probability of damage {entry.probability:.2f}')
    for region in entry.regions:
        x, y, width, height = region['box']
        share = region['probability']
        parts.append(f'{width} x {height} pixels at {x},{y}' +
                     ('' if share is None else f' ({share:.2f})'))
    pages = [str(row['page']) for row in entry.pages
             if row['status'] == 'uncertain']  # yapf: disable
    if pages:
        parts.append(f'page {", ".join(pages)}')
    return f': {"; ".join(parts)}' if parts else ''


def weights_in_words(networks: Mapping[str, Any]) -> str:
    """Names and SHA-256 of the networks that were used."""
    return ', '.join(f'{item["name"]} {item["sha256"]}'
                     for item in networks.values() if item)


def warn(message: str) -> None:
    """Tell something that is no error."""
    print(f'Note: {message}.', file=sys.stderr)


def printable(text: str) -> str:
    """Text, such as a path, that any terminal can show: control characters and
    bytes that are no UTF-8 are escaped."""
    shown = ''.join(
        character if character.isprintable() else ascii(character)[1:-1]
        for character in text)
    encoding = sys.stderr.encoding or 'ascii'
    return shown.encode(encoding, 'backslashreplace').decode(encoding)
