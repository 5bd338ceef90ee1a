"""What the page does, without the page: plain values in and out."""
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

import numpy as np

from ..apis.mask_editing import MaskOptions
from ..apis.results import RestorationResult, Verdict
from ..errors import ConfigError
from ..photographs.reading import read_photograph
from ..photographs.writing import (encode_mask, encode_photograph,
                                   result_extension)
from .previews import data_uri, mask_layer, outline_changes, preview_photograph
from .session import (Session, current_mask, show_mask, start_session,
                      take_strokes, without_strokes)

# What Gradio's editor takes and gives: 'background', 'layers', 'composite'.
EditorValue = Dict[str, Any]
# The session, the editor's value, and what was found and marked, in words.
Shown = Tuple[Session, EditorValue, str]


@dataclass(frozen=True)
class Comparison:
    """A restored photograph for the page."""
    before: str  # preview of the original, as a data URI
    after: str  # preview of the restored photograph, likewise
    restored_file: str  # path
    mask_file: str  # path of the mask: white = changed
    text: str  # what was done


@dataclass(frozen=True)
class Handlers:
    """The page's buttons. Its inferencer may be anything that can ``detect``
    and ``restore`` as HCLInferencer does; it is called by one handler at a
    time. Files for downloading are put into the folder; photographs of more
    than ``max_pixels`` are refused."""

    inferencer: Any
    folder: str
    max_pixels: int

    def open(self, path: str, threshold: float, dilate: float,
             feather: float) -> Shown:
        """Read an uploaded photograph and find its damage, for a new session.
        ``threshold`` is of the confidence, in [0, 1]; ``dilate`` and
        ``feather`` are in pixels of the photograph. An HCLError if it is no
        photograph, or too large."""
        photograph = read_photograph(path, max_pixels=self.max_pixels)
        detection = self.inferencer.detect(photograph)
        session = start_session(Path(path).stem, photograph, detection)
        return _show(session,
                     MaskOptions(threshold, dilate=dilate, feather=feather))

    def adjust(self, session: Optional[Session], editor: EditorValue,
               threshold: float, dilate: float, feather: float) -> Shown:
        """Show the mask, with the strokes that the editor holds, for other
        settings; the detector does not run. A ConfigError if no photograph is
        open, or a setting is out of range."""
        options = MaskOptions(threshold, dilate=dilate, feather=feather)
        return _show(_with_strokes(session, editor), options)

    def forget_strokes(self, session: Optional[Session], threshold: float,
                       dilate: float, feather: float) -> Shown:
        """Show the detected mask again; arguments and values as of
        :meth:`adjust`."""
        options = MaskOptions(threshold, dilate=dilate, feather=feather)
        return _show(without_strokes(_opened(session)), options)

    def restore(self, session: Optional[Session], editor: EditorValue,
                threshold: float, dilate: float,
                feather: float) -> Tuple[Shown, Comparison]:
        """Restore what is marked on the page. An HCLError as of
        :meth:`adjust`, or if the restoration failed."""
        options = MaskOptions(threshold, dilate=dilate, feather=feather)
        session = _with_strokes(session, editor)
        result = self.inferencer.restore(
            session.photograph,
            mask=current_mask(session, options),
            mask_mode='replace',
            mask_options=options)
        return _show(session, options), self._compare(session, result)

    def _compare(self, session: Session,
                 result: RestorationResult) -> Comparison:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        restored = folder / (f'{session.stem}_restored'
                             f'{result_extension(result.restored)}')
        restored.write_bytes(encode_photograph(result.restored))
        mask = folder / f'{session.stem}_mask.png'
        mask.write_bytes(encode_mask(result.mask))
        share, seconds = result.mask.mean(), sum(result.timings.values())
        return Comparison(
            before=data_uri(session.preview),
            after=data_uri(preview_photograph(result.restored)),
            restored_file=str(restored),
            mask_file=str(mask),
            text=f'{share:.1%} of the photograph was changed, in '
            f'{seconds:.1f} s. Everything else is as it was, bit by bit.')


def describe(session: Session, mask: np.ndarray) -> str:
    """What was found and what is marked, 1 = corrupted, in words
    (Markdown)."""
    height, width = mask.shape
    return (f'**{verdict_in_words(session.detection.verdict)}**\n\n'
            f'{width} × {height} pixels, {mask.mean():.1%} marked as damaged.')


def verdict_in_words(verdict: Verdict) -> str:
    """A sentence or two for people."""
    sentence = {
        'clean': 'Nothing seems to be damaged{}. Restore only if you see '
        'damage where it is marked.',
        'uncertain': 'This may be damaged{}. Look at the mask first.',
        'damaged': 'Damage was found{}.',
        'not looked at': f'This was not judged: {verdict.reason}.',
    }[verdict.label]
    if verdict.probability is None:
        return sentence.format('')
    return sentence.format(
        f' (probability of damage {verdict.probability:.0%})')


def _show(session: Session, options: MaskOptions) -> Shown:
    mask = current_mask(session, options)
    session = show_mask(session, mask)
    editor = dict(
        background=outline_changes(session.preview, session.shown, options,
                                   session.scale),
        layers=[mask_layer(session.shown)],
        composite=None)
    return session, editor, describe(session, mask)


def _opened(session: Optional[Session]) -> Session:
    if session is None:
        raise ConfigError('No photograph is open: drop one first.')
    return session


def _with_strokes(session: Optional[Session], editor: EditorValue) -> Session:
    layers = (editor or {}).get('layers')
    return take_strokes(_opened(session), layers[0] if layers else None)
