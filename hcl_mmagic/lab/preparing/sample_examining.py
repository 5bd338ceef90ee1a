"""Looking at the pictures of one sample."""
import os
from dataclasses import dataclass, field
from typing import Any, Dict, Optional, Tuple

import numpy as np

from ...errors import PhotographError
from ...photographs.eight_bits import failure_reason, read_image
from .file_listing import Sample


@dataclass(frozen=True, slots=True)
class Finding:
    """What the pictures of a sample are like.

    Args:
        faults (dict[str, str]): Files that cannot be used, and why.
        size (tuple[int, int]): Width and height; (0, 0) if a file cannot be
            decoded.
        white (float, optional): Share of the mask that is white, 0 to 1.
        inside (float, optional): Mean absolute difference of damaged and
            clean picture where the mask is white, 0 to 255.
        outside (float, optional): The same where it is black.
    """

    faults: Dict[str, str] = field(default_factory=dict)
    size: Tuple[int, int] = (0, 0)
    white: Optional[float] = None
    inside: Optional[float] = None
    outside: Optional[float] = None


def examine(root: str, sample: Sample) -> Finding:
    """Decode the pictures of a sample."""
    faults, pictures = {}, {}
    for role in ('damaged', 'clean', 'mask'):
        name = getattr(sample, role)
        if not name:
            continue
        path = os.path.join(root, name)
        try:
            pictures[role] = read_image(path, 'L' if role == 'mask' else 'RGB')
        except PhotographError as error:
            faults[name] = failure_reason(error, path)
    if not faults:
        faults = _compare_sizes(sample, pictures)
    if faults:
        return Finding(faults=faults)
    height, width = next(iter(pictures.values())).shape[:2]
    return Finding(size=(width, height), **_measure_mask(pictures))


def _compare_sizes(sample: Sample,
                   pictures: Dict[str, np.ndarray]) -> Dict[str, str]:
    """Name the files of another size than the first one."""
    first, *others = [(getattr(sample, role), picture.shape[1::-1])
                      for role, picture in pictures.items()]
    return {
        name: '{}x{} pixels, but {} has {}x{}'.format(*size, first[0],
                                                      *first[1])
        for name, size in others if size != first[1]
    }


def _measure_mask(pictures: Dict[str, np.ndarray]) -> Dict[str, Any]:
    """How much of the mask is white, and how much of the damage is there."""
    if 'mask' not in pictures:
        return {}
    # As MaskFromFolder reads them: 0 and 1 count as black and white.
    grey = pictures['mask']
    white = grey > (0 if grey.max() == 1 else 127)
    measures = dict(white=float(white.mean()))
    if 'damaged' in pictures and 0 < measures['white'] < 1:
        difference = np.abs(pictures['damaged'].astype(np.int16) -
                            pictures['clean'])
        measures['inside'] = float(difference[white].mean())
        measures['outside'] = float(difference[~white].mean())
    return measures
