"""Receipts: what says, beside the results, that a photograph is done, with
what, and what came of it."""
import hashlib
import json
import os
import posixpath
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional

from .manifest import RECEIPTS
from .storage import Folder

_ENDING = '.json'
# Of one name, in nearly all file systems; what else is appended to it fits.
_MOST_BYTES = 200
# A photograph that has one of these is not to be done again.
FINISHED = frozenset(['restored', 'clean', 'uncertain', 'not looked at'])
_TEXTS = 'name', 'source', 'input_state', 'status', 'version'


@dataclass(frozen=True)
class Receipt:
    """What became of one photograph.

    Attributes:
        row (dict): A line of the report (see docs/restoring.md), with paths of
            outputs below OUT, and ``name`` (of the photograph in the
            manifest), ``source`` (its path or address wherever one stands) and
            ``input_state``, see :func:`.storage.state_of_file`.
    """

    row: Dict[str, Any]

    @property
    def is_finished(self) -> bool:
        """bool: Whether there is a result; if not it failed."""
        return self.row['status'] in FINISHED

    @property
    def result(self) -> str:
        """str: Name of the restored photograph or copy, '' without one."""
        outputs = self.row['outputs']
        return outputs.get('restored') or outputs.get('copy') or ''

    def is_of(self, recipe: Mapping[str, Any]) -> bool:
        """Whether it was done with these weights, options and version."""
        return all(
            self.row.get(name) == value for name, value in recipe.items())


def write_receipt(folder: Folder, receipt: Receipt) -> None:
    """Write a receipt, after the results; errors of :meth:`Folder.write`."""
    # A name that is no UTF-8 becomes \\udcXX, which JSON reads back.
    text = json.dumps(receipt.row, sort_keys=True) + '\n'
    folder.write(receipt_path(receipt.row['name']), text.encode())


def find_receipt(folder: Folder, name: str) -> Optional[Receipt]:
    """The receipt of the photograph of this name; None if there is none, or
    none that can be read. An HCLError if the storage fails."""
    try:
        return parse_receipt(folder.read(receipt_path(name)))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def parse_receipt(content: bytes) -> Receipt:
    """A receipt of its file's content; a ValueError if it is none."""
    row = json.loads(content)
    if not isinstance(row, dict) or \
            not isinstance(row.get('outputs'), dict) or \
            not all(isinstance(row.get(name), str) for name in _TEXTS):
        raise ValueError('it is no receipt')
    receipt = Receipt(row)
    if receipt.is_finished and not (
            isinstance(row.get('output_sha256'), str)
            and isinstance(row.get('output_bytes'), int)
            and isinstance(row.get('input_sha256'), str) and receipt.result):
        raise ValueError('it is no receipt of a finished photograph')
    return receipt


def receipt_path(name: str) -> str:
    """Where below OUT the receipt of a photograph is."""
    return posixpath.join(RECEIPTS, fitting_name(name) + _ENDING)


def fitting_name(name: str) -> str:
    """A name below OUT of which no part is too long for a file system; other
    names stay other names."""
    parts = name.split('/')
    if max(map(len, parts)) * 4 <= _MOST_BYTES:  # bytes of a character
        return name
    return '/'.join(map(_fit, parts))


def _fit(part: str) -> str:
    content = os.fsencode(part)
    if len(content) <= _MOST_BYTES:
        return part
    ending = os.path.splitext(part)[1][-16:]
    digest = hashlib.sha256(content).hexdigest()[:32]
    kept = part
    while len(os.fsencode(kept)) > _MOST_BYTES - 64:
        kept = kept[:-1]
    return f'{kept}-{digest}{ending}'


def is_finished_with(receipt: Receipt, recipe: Mapping[str, Any],
                     folder: Folder) -> bool:
    """Whether a receipt says that a photograph is finished as it is to be, and
    its result is there; what it looks like now has to be compared by whoever
    asks. An HCLError if the storage fails."""
    return (receipt.is_finished and receipt.is_of(recipe)
            and folder.size(receipt.result) == receipt.row['output_bytes'])
