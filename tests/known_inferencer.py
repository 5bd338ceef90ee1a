"""An inferencer whose findings are known beforehand, and its pictures."""
from pathlib import Path
from typing import Any, List, Optional, Sequence, Tuple

import numpy as np
from PIL import Image

from hcl_mmagic.apis.mask_editing import (SURE, UNSURE, MaskOptions,
                                          combine_masks, find_mask,
                                          fitting_weights)
from hcl_mmagic.apis.results import (Detection, JudgedRegion,
                                     RestorationResult, Verdict)
from hcl_mmagic.photographs.conversion import as_photograph

DAMAGE = 255
FILLING = 100


class KnownInferencer:
    """Nearly white is damage; up to 4 pixels of it leave it uncertain.

    Damage becomes middle grey. A photograph of 13 rows cannot be restored.
    """

    # None, or what has thresholds.
    known_calibration: Any = None
    at_once = 1

    def __init__(self,
                 checkpoint: Optional[str] = None,
                 *,
                 mask_options: MaskOptions = MaskOptions(),
                 **settings: Any) -> None:
        self.settings = dict(settings, checkpoint=checkpoint)
        self.mask_options = mask_options
        self.calibration = KnownInferencer.known_calibration
        self.batches: List[int] = []
        KnownInferencer.latest = self

    def describe_networks(self) -> dict:
        return dict(hcl=None, inpaintor=None)

    def count_at_once(self, pixels: np.ndarray) -> int:
        return self.at_once

    def restore(self,
                source: Any,
                mask: Optional[np.ndarray] = None,
                mask_mode: str = 'replace',
                mask_options: Optional[MaskOptions] = None,
                detection: Optional[Detection] = None) -> RestorationResult:
        self.batches.append(1)
        if mask_options is not None:
            self.mask_options = mask_options
        return self._restore(source, mask, mask_mode, detection)

    def detect(self, source: Any) -> Detection:
        found = self._restore(source)
        level = dict(
            damaged=SURE, uncertain=UNSURE).get(found.verdict.label, 0)
        certainty = np.full(found.mask.shape, level, np.uint8)
        return Detection(found.confidence, certainty, found.mask,
                         found.verdict, {})

    def __call__(self, inputs: Sequence[Any],
                 batch_size: int) -> List[RestorationResult]:
        assert len(inputs) <= batch_size
        assert len({source.pixels.shape for source in inputs}) == 1
        self.batches.append(len(inputs))
        return [self._restore(source) for source in inputs]

    def _restore(self,
                 source: Any,
                 mask: Optional[np.ndarray] = None,
                 mask_mode: str = 'replace',
                 detection: Optional[Detection] = None) -> RestorationResult:
        photograph = as_photograph(source)
        if photograph.height == 13:
            raise RuntimeError('thirteen rows')
        full = np.iinfo(photograph.pixels.dtype).max
        white = (photograph.pixels > 0.97 * full).all(axis=2)
        confidence = white.astype(np.float32)
        verdict = self._verdict(int(white.sum()))
        if detection is not None:
            confidence, verdict = detection.confidence, detection.verdict
        level = dict(damaged=SURE, uncertain=UNSURE).get(verdict.label, 0)
        detected = find_mask(
            confidence,
            self.mask_options,
            certainty=np.full(white.shape, level, np.uint8))
        if mask is not None:
            detected = combine_masks(detected, mask, mask_mode)
        weights = fitting_weights(detected, self.mask_options)
        pixels = photograph.pixels.copy()
        pixels[weights > 0] = FILLING
        return RestorationResult(None, photograph,
                                 photograph.with_pixels(pixels),
                                 (weights > 0).astype(np.uint8), confidence,
                                 verdict, {})

    @staticmethod
    def _verdict(num_corrupted: int) -> Verdict:
        if num_corrupted == 0:
            return Verdict('clean', 0.0)
        label, probability = ('uncertain',
                              0.5) if num_corrupted <= 4 else ('damaged', 1.0)
        # The damage lies in the first row of its pictures.
        region = JudgedRegion((0, 0, num_corrupted, 1), num_corrupted,
                              probability, label)
        return Verdict(label, probability, (region, ))


def picture(num_damaged: int = 9,
            size: Tuple[int, int] = (12, 16),
            seed: int = 0) -> np.ndarray:
    """RGB noise with white pixels in its first row."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 200, (*size, 3), dtype=np.uint8)
    pixels[0, :num_damaged] = DAMAGE
    return pixels


def save(path: Path, pixels: np.ndarray, **options: Any) -> Path:
    """Write a picture, and the folders that lead to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)
    return path


def contents(folder: Path) -> dict:
    """Content of each file below a folder, by relative path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob('*') if path.is_file()
    }


def pixels_of(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.array(image)
