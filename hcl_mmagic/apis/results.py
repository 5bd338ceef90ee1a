"""What an inferencer finds and makes, as typed results."""

from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Optional, Tuple, Union

import numpy as np
from PIL import Image

from ..atomic_writing import write_file
from ..errors import PhotographError
from ..photographs.photograph import Photograph
from ..photographs.writing import encode_photograph, result_extension


@dataclass(frozen=True)
class JudgedRegion:
    """Connected pixels that a detector has marked."""
    box: Tuple[int, int, int, int]  # x, y, width, height in pixels
    area: int  # of its pixels above a confidence of one half
    probability: float  # that it is damage, in [0, 1]
    # 'damaged'; 'uncertain': left as it is unless one asks for it; 'clean'.
    label: str


@dataclass(frozen=True)
class Verdict:
    """Whether a photograph is damaged at all."""
    # 'clean'; 'damaged', if a region of it is; 'uncertain', if one may be: a
    # person should look; 'not looked at': it is no photograph, or too small.
    label: str
    # That the photograph is damaged, in [0, 1]: that of the surest region;
    # None where nobody estimated it, as for a mask that was given.
    probability: Optional[float]
    regions: Tuple[JudgedRegion, ...] = ()  # the surest first
    reason: str = ''  # why it was not looked at, in words


@dataclass(frozen=True)
class Detection:
    """What was found in one upright photograph."""
    # Probability that a pixel is corrupted, in [0, 1], ``(H, W)``, float32.
    confidence: np.ndarray
    # Of the region that a pixel belongs to, ``(H, W)``, uint8: 2 = it is
    # damaged, 1 = it may be, 0 = it is not.
    certainty: np.ndarray
    # 1 = corrupted, 0 = intact, ``(H, W)``, uint8: what would be repaired, as
    # the options say, before dilation and feathering.
    mask: np.ndarray
    verdict: Verdict
    timings: Dict[str, float]  # seconds of each step


@dataclass(frozen=True)
class RestorationResult:
    """What was made of one photograph."""
    source: Optional[str]  # path; None for what came as bytes or as an array
    original: Photograph  # as it came, upright
    # Of the same size, bits, channels and metadata; outside of ``mask`` every
    # value is the original's.
    restored: Photograph
    # 1 = changed, 0 = untouched, ``(H, W)``, uint8: after dilation and
    # feathering.
    mask: np.ndarray
    # As in :class:`Detection`; the given mask where one replaced the detected
    # one.
    confidence: np.ndarray
    verdict: Verdict
    timings: Dict[str, float]  # seconds of each step

    @property
    def status(self) -> str:
        """str: 'restored'; or nothing was changed, and it is 'clean',
        'uncertain' (a person should look) or 'not looked at'. Without a
        calibrated verdict 'uncertain' is restored, too."""
        label = self.verdict.label
        uncalibrated = label == 'uncertain' and not self.verdict.regions
        if self.mask.any() and not uncalibrated:
            return 'restored'
        return label if label in ('uncertain', 'not looked at') else 'clean'

    @property
    def image(self) -> np.ndarray:
        """np.ndarray: The restored pixels, ``(H, W, C)``, uint8 or uint16, RGB
        or grey, without alpha."""
        return self.restored.pixels

    def save(self, path: Union[str, Path], keep_format: bool = False) -> None:
        """Write the restored photograph to a file, in one step; one that is
        there is replaced.

        ``keep_format`` encodes it in the original's format, see
        :func:`~hcl_mmagic.photographs.writing.encode_photograph`. Otherwise
        nothing is lost: TIFF stays TIFF, all others become PNG. A
        PhotographError if the name does not end as such files do, or the
        format cannot hold it; an OSError if the file cannot be written.
        """
        extension = result_extension(self.restored, keep_format)
        formats = Image.registered_extensions()
        if formats.get(Path(path).suffix.lower()) != formats[extension]:
            raise PhotographError(
                f'this photograph is saved as a {extension} file, but the '
                f'name is {path}: change the name' +
                ('' if keep_format else ', or set keep_format=True'))
        write_file(path, encode_photograph(self.restored, keep_format))
