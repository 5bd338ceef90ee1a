"""What an inferencer finds and makes, as typed results."""

from dataclasses import dataclass
from typing import Dict, Optional

import numpy as np

from .photographs import Photograph


@dataclass(frozen=True)
class Verdict:
    """Whether a photograph is damaged at all.

    Args:
        label (str): 'clean', 'damaged', or 'uncertain': a person should look.
        probability (float, optional): Probability that the photograph is
            damaged, in [0, 1]; None where nobody estimated it, as for a mask
            that was given.
    """
    label: str
    probability: Optional[float]


@dataclass(frozen=True)
class Detection:
    """What was found in one photograph.

    Args:
        confidence (np.ndarray): Probability that a pixel is corrupted, in
            [0, 1], ``(H, W)``, float32, of the upright photograph.
        mask (np.ndarray): 1 = corrupted, 0 = intact, ``(H, W)``, uint8: the
            confidence above the threshold, edited as the options say, before
            dilation and feathering.
        verdict (Verdict): Whether the photograph is damaged at all. The mask
            is there whatever the verdict.
        timings (dict[str, float]): Seconds of each step.
    """
    confidence: np.ndarray
    mask: np.ndarray
    verdict: Verdict
    timings: Dict[str, float]


@dataclass(frozen=True)
class RestorationResult:
    """What was made of one photograph.

    Args:
        source (str, optional): Path of the photograph, None for one that came
            as bytes or as an array.
        original (Photograph): As it came, upright.
        restored (Photograph): Of the same size, bits, channels and metadata;
            outside of ``mask`` every value is the original's.
        mask (np.ndarray): 1 = changed, 0 = untouched, ``(H, W)``, uint8:
            after dilation and feathering.
        confidence (np.ndarray): As in :class:`Detection`; the given mask
            where one replaced the detected one.
        verdict (Verdict): As in :class:`Detection`.
        timings (dict[str, float]): Seconds of each step.
    """
    source: Optional[str]
    original: Photograph
    restored: Photograph
    mask: np.ndarray
    confidence: np.ndarray
    verdict: Verdict
    timings: Dict[str, float]

    @property
    def status(self) -> str:
        """str: 'clean' (nothing was changed), 'restored', or 'uncertain'
        (restored, but a person should look)."""
        if self.verdict.label == 'uncertain':
            return 'uncertain'
        return 'restored' if self.mask.any() else 'clean'

    @property
    def image(self) -> np.ndarray:
        """np.ndarray: The restored pixels, ``(H, W, C)``, uint8 or uint16, RGB
        or grey, without alpha."""
        return self.restored.pixels
