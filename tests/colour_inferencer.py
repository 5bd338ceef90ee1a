"""An inferencer that a page can be tested with: it takes one colour for the
damage and replaces it with the mean of the rest. It counts its calls."""
import numpy as np

from hcl_mmagic.apis.mask_editing import MaskOptions, blend_weights, find_mask
from hcl_mmagic.apis.results import Detection, RestorationResult, Verdict
from hcl_mmagic.photographs.photograph import Photograph

DAMAGE = (0, 255, 0)  # of 255, at any depth


class ColourInferencer:
    """Confidence 0.9 where a pixel is green, 0.4 in the column left of such a
    pixel, else 0.1."""

    def __init__(self) -> None:
        self.detections = 0
        self.restorations = 0

    def detect(self, photograph: Photograph) -> Detection:
        self.detections += 1
        return detect_colour(photograph)

    def restore(self, photograph: Photograph, mask: np.ndarray, mask_mode: str,
                mask_options: MaskOptions) -> RestorationResult:
        assert mask_mode == 'replace'
        self.restorations += 1
        changed = blend_weights(mask, mask_options) > 0
        restored = photograph.pixels.copy()
        restored[changed] = restored[~changed].mean(axis=0)
        return RestorationResult(
            source=None,
            original=photograph,
            restored=photograph.with_pixels(restored),
            mask=changed.view(np.uint8),
            confidence=mask.astype(np.float32),
            verdict=Verdict('damaged', None),
            timings=dict(restore=0.1))


def detect_colour(photograph: Photograph) -> Detection:
    """See :class:`ColourInferencer`."""
    white = np.iinfo(photograph.pixels.dtype).max
    damaged = (photograph.pixels == np.array(DAMAGE) * (white // 255)).all(2)
    confidence = np.full(damaged.shape, 0.1, np.float32)
    confidence[:, :-1][damaged[:, 1:]] = 0.4
    confidence[damaged] = 0.9
    label = 'damaged' if damaged.any() else 'clean'
    return Detection(
        confidence=confidence,
        certainty=np.full(damaged.shape, 2 * damaged.any(), np.uint8),
        mask=find_mask(confidence, MaskOptions()),
        verdict=Verdict(label, 0.97 if damaged.any() else 0.03),
        timings=dict(detect=0.1))
