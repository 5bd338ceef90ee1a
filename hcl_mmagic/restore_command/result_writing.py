"""Writing what was made of photographs."""
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Optional, Sequence

import numpy as np

from ..apis.results import RestorationResult
from ..atomic_writing import write_file
from ..errors import PhotographError
from ..photographs.photograph import Photograph
from ..photographs.writing import (encode_photograph, keep_format_changes,
                                   result_extension)
from .input_reading import LoadedInput, format_of
from .names import ResultNames
from .photograph_panel import draw_panel
from .report import Entry


@dataclass(frozen=True)
class ResultWriter:
    """Writes results, below the folder ``out`` or over the originals.

    ``save`` names what to write beside each result, below ``save_to`` or
    ``out``: 'mask', 'confidence', 'panel'. ``keep_format`` encodes results in
    the original's format even where that is lossy; originals are always
    replaced in theirs, uncertain ones only with ``restore_uncertain``.
    """

    out: Optional[str]
    save: Sequence[str] = ()
    save_to: Optional[str] = None
    keep_format: bool = False
    restore_uncertain: bool = False

    def write(self, path: str, names: ResultNames, loaded: LoadedInput,
              result: RestorationResult, entry: Entry) -> None:
        """Write one result and note in the report what was done. An HCLError
        if it cannot be written as asked, an OSError if the file system
        refuses."""
        outputs = self._write_extras(names, result)
        if self.out is None:
            if self._may_replace(result, entry):
                _replace(path, loaded.state,
                         encode_photograph(result.restored, keep_format=True))
                outputs['restored'] = path
        elif result.mask.any():
            name = self._result_name(names, result.restored)
            outputs['restored'] = _write(
                os.path.join(self.out, name),
                encode_photograph(result.restored, self.keep_format))
        else:
            outputs['copy'] = _write(
                os.path.join(self.out, names.own),
                Path(path).read_bytes())
        if self.keep_format and 'restored' in outputs:
            entry.note = keep_format_changes(result.restored)
        entry.outputs = outputs

    def _write_extras(self, names: ResultNames,
                      result: RestorationResult) -> Dict[str, str]:
        """They come first: whoever sees a result finds them, too."""
        outputs = {}
        for kind in self.save:
            folder = self.save_to or self.out
            assert folder is not None
            outputs[kind] = _write(
                os.path.join(folder, names.extras[kind]),
                encode_photograph(_draw(kind, result)))
        return outputs

    def _may_replace(self, result: RestorationResult, entry: Entry) -> bool:
        if result.status == 'uncertain' and not self.restore_uncertain:
            entry.reason = ('left as it was; --restore-uncertain restores '
                            'uncertain originals, too')
            return False
        return bool(result.mask.any())

    def _result_name(self, names: ResultNames, restored: Photograph) -> str:
        ending = result_extension(restored, self.keep_format)
        if self.keep_format or format_of(ending) == format_of(names.own):
            return names.own
        if ending == '.png':
            return names.png
        raise PhotographError(f'its name should end with {ending}, which is '
                              'what it holds: rename it')


def _draw(kind: str, result: RestorationResult) -> Photograph:
    if kind == 'mask':
        return Photograph(255 * result.mask[..., None])
    if kind == 'confidence':
        levels = np.rint(65535 * result.confidence).astype(np.uint16)
        return Photograph(levels[..., None])
    return Photograph(draw_panel(result))


def _replace(path: str, state: os.stat_result, content: bytes) -> None:
    """Replace an original, unless somebody else has changed it meanwhile."""
    now = os.stat(path)
    if (now.st_mtime_ns, now.st_size) != (state.st_mtime_ns, state.st_size):
        raise PhotographError('another program has changed it meanwhile')
    if not os.access(path, os.W_OK):
        raise PhotographError('it is write-protected')
    write_file(path, content)


def _write(path: str, content: bytes) -> str:
    if os.path.islink(path):
        raise PhotographError(
            f'{path} is a link, and writing would change what it points to')
    os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
    write_file(path, content)
    return path
