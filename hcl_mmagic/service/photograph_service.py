"""What a service does with one photograph: content in, content out."""
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Dict, Optional

import numpy as np

from ..apis.mask_editing import find_mask
from ..apis.results import RestorationResult
from ..errors import DataMismatchError, PhotographError
from ..photographs.kinds import format_of_content
from ..photographs.photograph import Photograph
from ..photographs.reading import explain_failures
from ..photographs.tiff_pages import decode_first
from ..photographs.writing import encode_mask
from ..restore_command.input_reading import (LoadedInput, check_size,
                                             read_mask, why_not_looked_at)
from ..restore_command.names import ResultNames, choose_names
from ..restore_command.page_restoring import restore_loaded
from ..restore_command.report import Entry
from ..restore_command.result_writing import (ResultWriter, costs_of,
                                              encode_result, note_result,
                                              regions_of)
from .replies import Detected, Restored
from .uploads import DetectOptions, RestoreOptions

_MEDIA_TYPES = {
    'PNG': 'image/png',
    'TIFF': 'image/tiff',
    'JPEG': 'image/jpeg',
    'WEBP': 'image/webp',
    'BMP': 'image/bmp',
    'GIF': 'image/gif',
    'PPM': 'image/x-portable-anymap',
    'TGA': 'image/x-tga',
    'AVIF': 'image/avif',
    'HEIF': 'image/heic',
    'JXL': 'image/jxl'
}
# The names of results matter to nobody here.
_NAMES, = choose_names(['photograph'])


@dataclass(frozen=True)
class PhotographService:
    """Restores photographs as ``hcl-restore`` does, and tells of them in the
    words of its report. Its inferencer may be anything that can ``detect`` and
    ``restore`` as HCLInferencer does; it is called by one thread at a time.
    Photographs, and pages, of more than ``max_pixels`` are refused."""
    inferencer: Any
    max_pixels: int

    def restore(self, content: bytes, mask: Optional[bytes],
                options: RestoreOptions) -> Restored:
        """Restore a photograph, where ``mask``, the content of a picture as
        of ``--mask``, says or is found. An HCLError if it cannot be used, or
        the mask does not fit it."""
        start = time.perf_counter()
        loaded = self._load(content, mask)
        mask_options = options.mask_options
        result_mask: Optional[np.ndarray] = None

        def restore(photograph: Photograph, given: Optional[np.ndarray],
                    names: ResultNames) -> RestorationResult:
            nonlocal result_mask
            result = self.inferencer.restore(
                photograph,
                mask=given,
                mask_mode=options.mask_mode,
                mask_options=mask_options)
            result_mask = result.mask
            return result

        # It writes nothing, as there is nothing to save beside the result.
        writer = ResultWriter('')
        result = restore_loaded(loaded, _NAMES, restore, writer, mask_options)
        keeps = options.format == 'keep'
        changed = encode_result(result, keeps)
        entry = Entry('', result.status)
        note_result(entry, result)
        if changed is not None:
            content = changed
            entry.note = costs_of(loaded.photograph, keeps)
        png = None
        if result_mask is not None and not loaded.pages:
            png = encode_mask(result_mask)
        return Restored(
            **_told(entry),
            changed_share=entry.changed_share or 0.,
            seconds=round(time.perf_counter() - start, 3),
            restored=content,
            media_type=_MEDIA_TYPES[format_of_content(content) or 'PNG'],
            mask=png)

    def detect(self, content: bytes, options: DetectOptions) -> Detected:
        """Find the damage of a photograph. An HCLError if it cannot be used,
        or has several pages."""
        start = time.perf_counter()
        loaded = self._load(content, None)
        if loaded.pages:
            raise PhotographError(
                f'it has {len(loaded.pages)} pages: ask /restore, which looks '
                'at each, or send them as files of their own')
        photograph = loaded.photograph
        if loaded.not_looked_at:
            mask = np.zeros(photograph.pixels.shape[:2], np.uint8)
            facts: Dict[str, Any] = dict(
                verdict='not looked at', reason=loaded.not_looked_at)
        else:
            found = self.inferencer.detect(photograph)
            mask = find_mask(found.confidence, options.mask_options,
                             photograph.alpha, found.certainty)
            facts = dict(
                verdict=found.verdict.label,
                reason=found.verdict.reason or None,
                probability=found.verdict.probability,
                regions=regions_of(found))
        return Detected(
            **facts,
            marked_share=float(mask.mean()),
            seconds=round(time.perf_counter() - start, 3),
            mask=encode_mask(mask))

    def _load(self, content: bytes, mask_content: Optional[bytes]
              ) -> LoadedInput:  # yapf: disable
        start = time.perf_counter()
        with explain_failures('the photograph'):
            photograph, pages = decode_first(content, self.max_pixels)
        mask = None
        if mask_content is not None:
            if pages:
                raise DataMismatchError(
                    f'it has {len(pages)} pages, and a mask is for a single '
                    'picture: send its pages as files of their own')
            mask = read_mask(mask_content)
            check_size(mask, 'that came', photograph)
        return LoadedInput(
            photograph, None, mask, None,
            sha256(content).hexdigest(),
            time.perf_counter() - start, pages,
            why_not_looked_at(photograph) if mask is None else None)


def _told(entry: Entry) -> Dict[str, Any]:
    names = ('status', 'reason', 'verdict', 'probability', 'regions', 'note',
             'pages')
    return {name: getattr(entry, name) for name in names}
