"""An inferencer that a page can be tested with: it takes one colour for the
damage and fills it in with OpenCV. It counts its calls."""
from typing import Any

import cv2
import numpy as np

from hcl_mmagic.apis.mask_editing import MaskOptions, blend_weights, find_mask
from hcl_mmagic.apis.photographs import Photograph
from hcl_mmagic.apis.results import Detection, RestorationResult, Verdict

DAMAGE = (0, 255, 0)


class ColourInferencer:
    """Confidence 0.9 where a pixel is green, 0.4 in the column left of such a
    pixel, else 0.1."""

    def __init__(self) -> None:
        self.detections = 0
        self.restorations = 0

    def detect(self, photograph: Photograph) -> Detection:
        self.detections += 1
        return detect_colour(photograph)

    def restore(self, photograph: Photograph, mask: np.ndarray,
                mask_mode: str, mask_options: MaskOptions) -> Any:
        assert mask_mode == 'replace'
        self.restorations += 1
        weights = blend_weights(mask, mask_options)
        changed = (weights > 0).view(np.uint8)
        filled = cv2.inpaint(photograph.pixels, changed, 3, cv2.INPAINT_TELEA)
        return RestorationResult(
            source=None,
            original=photograph,
            restored=photograph.with_pixels(
                filled.reshape(photograph.pixels.shape)),
            mask=changed,
            confidence=mask.astype(np.float32),
            verdict=Verdict('damaged', None),
            timings=dict(restore=0.1))


def detect_colour(photograph: Photograph) -> Detection:
    """See :class:`ColourInferencer`."""
    damaged = (photograph.pixels == DAMAGE).all(axis=2)
    confidence = np.full(damaged.shape, 0.1, np.float32)
    confidence[:, :-1][damaged[:, 1:]] = 0.4
    confidence[damaged] = 0.9
    label = 'damaged' if damaged.any() else 'clean'
    return Detection(
        confidence=confidence,
        mask=find_mask(confidence, MaskOptions()),
        verdict=Verdict(label, 0.97 if damaged.any() else 0.03),
        timings=dict(detect=0.1))
