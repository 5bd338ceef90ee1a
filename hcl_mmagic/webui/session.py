"""One photograph on the page, and what was drawn on it."""
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from ..apis.mask_editing import MaskOptions, combine_masks, find_mask
from ..apis.results import Detection
from ..photographs.photograph import Photograph
from .previews import drawn_mask, enlarge_mask, preview_photograph, shrink_mask


@dataclass(frozen=True)
class Session:
    """What the server remembers of an open page. Drawings have the preview's
    size, ``(h, w)``, bool."""
    stem: str  # name of the uploaded file without its ending
    photograph: Photograph  # as it was uploaded
    detection: Detection  # what the detector found, once
    preview: np.ndarray  # RGB, (h, w, 3), uint8
    added: np.ndarray  # where the brush marked intact pixels
    erased: np.ndarray  # where the eraser unmarked corrupted pixels
    # The mask that the page shows, before the strokes that came since; True =
    # corrupted.
    shown: np.ndarray

    @property
    def scale(self) -> float:
        """float: Pixels of the preview per pixel of the photograph."""
        return self.preview.shape[1] / self.photograph.width


def start_session(stem: str, photograph: Photograph,
                  detection: Detection) -> Session:
    """A session in which nothing has been drawn or shown yet."""
    preview = preview_photograph(photograph)
    nothing = np.zeros(preview.shape[:2], dtype=bool)
    return Session(stem, photograph, detection, preview, nothing, nothing,
                   nothing)


def without_strokes(session: Session) -> Session:
    """The session with all that was drawn forgotten."""
    nothing = np.zeros_like(session.shown)
    return replace(session, added=nothing, erased=nothing)


def take_strokes(session: Session, layer: Optional[np.ndarray]) -> Session:
    """Learn what was drawn since the mask was last shown, from its layer as
    the page has it now, RGBA, ``(h, w, 4)``, uint8; None if nothing is left of
    it."""
    if layer is None:
        drawn = np.zeros_like(session.shown)
    else:
        drawn = drawn_mask(layer, *session.shown.shape)
    added = (session.added | drawn & ~session.shown) & drawn
    erased = (session.erased | session.shown & ~drawn) & ~drawn
    return replace(session, added=added, erased=erased, shown=drawn)


def current_mask(session: Session, options: MaskOptions) -> np.ndarray:
    """The mask of the whole photograph at its full resolution, from detection
    and drawings: 1 = corrupted, 0 = intact, ``(H, W)``, uint8."""
    mask = find_mask(session.detection.confidence, options,
                     session.photograph.alpha)
    if session.added.any():
        mask = combine_masks(mask, enlarge_mask(session.added, *mask.shape),
                             'add')
    if session.erased.any():
        mask = combine_masks(mask, enlarge_mask(session.erased, *mask.shape),
                             'subtract')
    return mask


def show_mask(session: Session, mask: np.ndarray) -> Session:
    """The session after the page has been given a mask, ``(H, W)``, to
    show."""
    return replace(session, shown=shrink_mask(mask, *session.shown.shape))
