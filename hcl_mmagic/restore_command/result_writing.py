"""Writing what was made of photographs."""
import os
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np

from ..apis.kept_detections import encode_detection
from ..apis.results import Detection, RestorationResult
from ..atomic_writing import write_file
from ..errors import PhotographError
from ..jobs.storage import Folder, LocalFolder
from ..photographs.open_raster import encode_layers
from ..photographs.photograph import Photograph
from ..photographs.writing import (can_keep_format, encode_mask,
                                   encode_photograph, keep_format_changes,
                                   result_extension)
from .input_reading import LoadedInput, format_of
from .names import ResultNames
from .photograph_panel import draw_panel
from .report import Entry


@dataclass(frozen=True)
class Untouched:
    """A photograph that stays as it is, whatever it shows."""
    status: str
    reason: str


@dataclass(frozen=True)
class RestoredPages:
    """What was made of a file of several pages."""
    status: str  # of the page that needs most attention
    rows: List[Dict[str, Any]]  # of the report, one for each page
    content: Optional[bytes]  # of the file; None if no page was changed
    example: Photograph  # the first page


Result = Union[RestorationResult, RestoredPages, Untouched]


def note_result(entry: Entry, result: Result) -> None:
    """Note in the report what was found and changed."""
    if isinstance(result, Untouched):
        entry.reason = result.reason
    elif isinstance(result, RestoredPages):
        entry.pages = result.rows
        if result.status == 'not looked at':
            entry.reason = result.rows[0]['reason']
        probabilities = [row['probability'] for row in result.rows
                         if row['probability'] is not None]  # yapf: disable
        entry.probability = max(probabilities, default=None)
        entry.changed_share = sum(row['changed_share']
                                  for row in result.rows) / len(result.rows)
    else:
        entry.verdict = result.verdict.label
        entry.reason = result.verdict.reason or None
        entry.probability = result.verdict.probability
        entry.regions = regions_of(result)
        entry.changed_share = float(result.mask.mean())


def regions_of(
        result: Union[RestorationResult, Detection]) -> List[Dict[str, Any]]:
    """What is, or may be, damaged, for the report."""
    return [
        asdict(region) for region in result.verdict.regions
        if region.label != 'clean'
    ]


@dataclass(frozen=True)
class ResultWriter:
    """Writes results, below the folder ``out`` or over the originals.

    ``save`` names what to write beside each result, below ``save_to`` or
    ``out``: kinds of EXTRAS. ``keep_format`` encodes results in
    the original's format even where that is lossy; originals are always
    replaced in theirs, uncertain ones only with ``restore_uncertain``.
    ``open_folder`` gives what writes below ``out`` and ``save_to``.
    """

    out: Optional[str]
    save: Sequence[str] = ()
    save_to: Optional[str] = None
    keep_format: bool = False
    restore_uncertain: bool = False
    open_folder: Callable[[str], Folder] = LocalFolder

    def write(self, path: str, names: ResultNames, loaded: LoadedInput,
              result: Result, entry: Entry) -> None:
        """Write one result and note in the report what was done. An HCLError
        if it cannot be written as asked, an OSError if the file system
        refuses."""
        outputs = {}
        if isinstance(result, RestorationResult):
            outputs = self.write_extras(names, result, loaded.sha256)
        if self.out is None:
            content = self._content_in_place(result, entry)
            if content is not None:
                assert loaded.state is not None
                _replace(path, loaded.state, content)
                outputs['restored'] = path
        else:
            kind, name, content = self._to_write(names, loaded, result)
            outputs[kind] = self.open_folder(self.out).write(name, content)
        if content is not None:
            entry.output_sha256 = sha256(content).hexdigest()
            entry.output_bytes = len(content)
        if 'restored' in outputs:
            entry.note = costs_of(loaded.photograph, self.keep_format)
        entry.outputs = outputs

    def write_extras(self, names: ResultNames, result: RestorationResult,
                     sha256_of_input: str) -> Dict[str, str]:
        """Write the masks and so on of one photograph, which come first:
        whoever sees a result finds them, too. Their paths, by their kinds;
        errors as of :meth:`write`."""
        outputs = {}
        for kind in self.save:
            folder = self.save_to or self.out
            assert folder is not None
            outputs[kind] = self.open_folder(folder).write(
                names.extras[kind],
                _encode_extra(kind, result, sha256_of_input))
        return outputs

    def may_change(self, result: RestorationResult) -> bool:
        """Whether the photograph is to be replaced."""
        is_left = (
            self.out is None and result.status == 'uncertain'
            and not self.restore_uncertain)
        return not is_left and bool(result.mask.any())

    def _content_in_place(self, result: Result,
                          entry: Entry) -> Optional[bytes]:
        if result.status == 'uncertain' and not self.restore_uncertain:
            entry.reason = ('left as it was; --restore-uncertain restores '
                            'uncertain originals, too')
        if isinstance(result, RestoredPages):
            if result.content is not None:
                refuse_to_lose(result.example)
            return result.content
        if isinstance(result, RestorationResult) and self.may_change(result):
            refuse_to_lose(result.original)
            return encode_photograph(result.restored, keep_format=True)
        return None

    def _to_write(self, names: ResultNames, loaded: LoadedInput,
                  result: Result) -> Tuple[str, str, bytes]:
        """Kind, name below OUT and content of the file to be written."""
        content = encode_result(result, self.keep_format)
        if content is None or isinstance(result, Untouched):
            assert loaded.read_again is not None
            return 'copy', names.own, loaded.read_again()
        example = result.example if isinstance(
            result, RestoredPages) else result.restored
        return 'restored', self._result_name(names, example), content

    def _result_name(self, names: ResultNames, restored: Photograph) -> str:
        ending = result_extension(restored, self.keep_format)
        if self.keep_format or format_of(ending) == format_of(names.own):
            return names.own
        if ending == '.png':
            return names.png
        raise PhotographError(f'its name should end with {ending}, which is '
                              'what it holds: rename it')


def encode_result(result: Result, keep_format: bool) -> Optional[bytes]:
    """Content of the restored file; None if nothing was changed, so that the
    original is the result."""
    if isinstance(result, RestoredPages):
        return result.content
    if isinstance(result, RestorationResult) and result.mask.any():
        return encode_photograph(result.restored, keep_format)
    return None


def costs_of(original: Photograph, keep_format: bool) -> Optional[str]:
    """What a result has not of its original, for the user."""
    lost = original.origin.lost.values() if original.origin else ()
    parts = [f'Not in the result: {", ".join(lost)}.'] if lost else []
    if keep_format:
        parts.append(keep_format_changes(original) or '')
    return ' '.join(parts).strip() or None


def _encode_extra(kind: str, result: RestorationResult,
                  sha256_of_input: str) -> bytes:
    if kind == 'detection':
        return encode_detection(
            result.confidence, result.verdict, input_sha256=sha256_of_input)
    if kind == 'layers':
        return encode_layers(result.original, result.restored, result.mask)
    if kind == 'mask':
        return encode_mask(result.mask)
    return encode_photograph(_draw(kind, result))


def _draw(kind: str, result: RestorationResult) -> Photograph:
    if kind == 'confidence':
        levels = np.rint(65535 * result.confidence).astype(np.uint16)
        return Photograph(levels[..., None])
    return Photograph(draw_panel(result))


def refuse_to_lose(original: Photograph) -> None:
    """Leave alone, with a PhotographError, what cannot be replaced in place
    without losing more than pixels."""
    lost = original.origin.lost.values() if original.origin else ()
    if lost:
        raise PhotographError(
            f'restored in place it would lose {", ".join(lost)}; write the '
            'result to a folder, with -o OUT')
    if not can_keep_format(original):
        raise PhotographError(
            'files of its format cannot be written, so not be restored in '
            'place; write the result to a folder, with -o OUT')


def _replace(path: str, state: os.stat_result, content: bytes) -> None:
    """Replace an original, unless somebody else has changed it meanwhile."""
    now = os.stat(path)
    if (now.st_mtime_ns, now.st_size) != (state.st_mtime_ns, state.st_size):
        raise PhotographError('another program has changed it meanwhile')
    if not os.access(path, os.W_OK):
        raise PhotographError('it is write-protected')
    write_file(path, content)
