"""What was read, restored: a photograph, or one page after the other."""
from typing import Any, Callable, Dict, List, Optional

import numpy as np

from ..apis.mask_editing import MaskOptions
from ..apis.results import RestorationResult
from ..errors import PhotographError
from ..photographs.photograph import Photograph
from ..photographs.tag_directories import TiffPage
from ..photographs.tiff import encode_page
from .input_reading import LoadedInput, why_not_looked_at
from .names import ResultNames
from .result_writing import (RestoredPages, Result, ResultWriter, Untouched,
                             regions_of)

# The status of a file is the first of these that one of its pages has.
_ATTENTION = 'uncertain', 'restored', 'clean', 'not looked at'
# Restores a photograph, with a mask that was given and the names of what
# belongs to it.
Restore = Callable[[Photograph, Optional[np.ndarray], ResultNames],
                   RestorationResult]


def restore_loaded(loaded: LoadedInput, names: ResultNames, restore: Restore,
                   writer: ResultWriter, options: MaskOptions) -> Result:
    """Restore a photograph, or all pages of a file; what nobody looks at stays
    as it is, unless the options say where the damage is."""
    if loaded.pages:
        return restore_pages(loaded, names, restore, writer)
    if loaded.not_looked_at and options.threshold is None and \
            not options.include:
        return Untouched('not looked at', loaded.not_looked_at)
    return restore(loaded.photograph, loaded.mask, names)


def restore_pages(loaded: LoadedInput, names: ResultNames, restore: Restore,
                  writer: ResultWriter) -> RestoredPages:
    """Restore the pages of a file. One at a time is held in memory, beside
    those that were restored, which are compressed; pages that are not changed,
    that nobody looks at, and infrared, stay as they are stored. A
    PhotographError that names the page if one cannot be read."""
    pages = loaded.pages
    assert pages is not None
    rows: List[Dict[str, Any]] = []
    written: List[Optional[TiffPage]] = []
    for number in range(len(pages)):
        row: Dict[str, Any] = dict(
            page=number + 1,
            status='not looked at',
            reason=None,
            verdict=None,
            probability=None,
            regions=[],
            changed_share=0.,
            outputs={})
        rows.append(row)
        written.append(None)
        if number == 1 and pages.has_infrared:
            row['reason'] = 'it is the infrared of the first page'
            continue
        try:
            photograph = pages.read(number)
        except Exception as error:
            raise PhotographError(f'page {number + 1}: {error}') from error
        mask = loaded.mask if number == 0 else None
        if loaded.mask_of_page:
            mask = loaded.mask_of_page(number, photograph)
        row['reason'] = why_not_looked_at(photograph)
        if loaded.needs_mask:
            row['reason'] = 'no mask was given for it'
        if row['reason'] and mask is None:
            continue
        own_names = names.of_page(number + 1)
        result = restore(photograph, mask, own_names)
        row.update(
            status=result.status,
            reason=None,
            verdict=result.verdict.label,
            probability=result.verdict.probability,
            regions=regions_of(result),
            changed_share=float(result.mask.mean()),
            outputs=writer.write_extras(own_names, result, loaded.sha256))
        if writer.may_change(result):
            restored = result.restored
            assert restored.origin is not None
            written[-1] = encode_page(restored, restored.origin)
    statuses = {row['status'] for row in rows}
    changed = any(page is not None for page in written)
    return RestoredPages(
        next(status for status in _ATTENTION if status in statuses), rows,
        pages.write(written) if changed else None, loaded.photograph)
