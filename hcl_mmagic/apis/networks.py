"""What this room asks of networks: NumPy in, NumPy out.

ONNX Runtime is behind it in :mod:`.onnx_networks`, PyTorch in
:mod:`.torch_networks`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Protocol, Sequence, Tuple

import numpy as np


@dataclass(frozen=True)
class NetworkDemand:
    """What networks take."""
    resident_bytes: int  # of the weights, and of libraries that only they need
    pixel_bytes: float  # for each pixel that they see at once
    divisor: int  # sides of their tiles are multiples of this, in pixels
    largest_tile: int  # larger tiles are of no use, in pixels


@dataclass(frozen=True)
class Look:
    """What was seen in a picture, and what a closer look takes from it."""
    probability: np.ndarray  # of 'corrupted', (h, w), float32
    # Maps of the picture, padded to a multiple of the divisor, at 1/2, 1/4,
    # 1/8 ... of its size, (C, h / 2, w / 2) ..., float32.
    features: Tuple[np.ndarray, ...] = ()
    # What holds of all of it: mean vectors of the intact and of the corrupted
    # side, (2, C), float32.
    centres: Optional[np.ndarray] = None

    def part(self, rows: slice, columns: slice, divisor: int) -> 'Look':
        """What was seen in a part of the picture. Maps include the padding
        that a closer look at twice the size has, with sides that are
        multiples of ``divisor``; so is twice the start of the part."""
        step = divisor // 2
        top, bottom, left, right = (
            edge for side in (rows, columns)
            for edge in (side.start, -(-side.stop // step) * step))
        return Look(
            self.probability[rows, columns],
            tuple(feature[:, top >> number:bottom >> number,
                          left >> number:right >> number]
                  for number, feature in enumerate(self.features, 1)),
            self.centres)


class Repairer(Protocol):
    """What repairs the damage that it is told of, in any runtime. Its methods
    raise a MemoryError where the memory, that of a device too, is short."""
    name: str  # of the model or the method
    reach: int  # pixels that it can fill from the edge of the damage inwards
    demand: NetworkDemand

    @property
    def at_once(self) -> int:
        """int: Threads that may use it at the same time, with profit."""

    @property
    def path(self) -> Optional[Path]:
        """Path, optional: Where its weights are; None of a method without."""

    @property
    def sha256(self) -> Optional[str]:
        """str, optional: Of that file, 64 hexadecimal digits; None of what is
        no single file."""

    @property
    def runs_on(self) -> str:
        """str: The device and the runtime, for people."""

    def repair(self, picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Fill the masked pixels (1 = corrupted, ``(h, w)``, uint8) of a
        picture of any size up to a tile's, ``(h, w, 1 or 3)``, uint8 or
        uint16: the whole picture as it sees it, in the same range, float32,
        not rounded."""

    def release_memory(self) -> None:
        """Give back what was taken beside the weights."""


class Networks(Repairer, Protocol):
    """A model that finds damage, repairs it, or both."""
    calibration: Optional[Dict[str, Any]]  # plain values of the verdict
    short_side: int  # of the picture of the first look, in pixels

    @property
    def carries(self) -> bool:
        """bool: Whether a closer look knows what the coarser one has seen in
        each place. If not, it counts only where the coarser one is in doubt.
        """

    def look(self,
             pictures: Sequence[np.ndarray],
             coarser: Optional[Sequence[Look]] = None) -> List[Look]:
        """Find the damage of pictures of one shape, ``(h, w, 1 or 3)``, uint8,
        closer with the looks at the same pictures at half their size. A
        :class:`ConfigError` if the model finds none."""


def network_values(pixels: np.ndarray) -> np.ndarray:
    """Values of a photograph, uint8 or uint16, as networks take them: float32
    in [-1, 1], of the same shape."""
    half = np.float32(np.iinfo(pixels.dtype).max / 2)
    return pixels.astype(np.float32) / half - 1


def photograph_values(image: np.ndarray, like: np.ndarray) -> np.ndarray:
    """What networks give, RGB in [-1, 1], ``(h, w, 3)``, float32, as values of
    a photograph: in the range and number of channels of the photograph
    ``like``, clipped but not rounded; grey is the mean of the three."""
    half = np.float32(np.iinfo(like.dtype).max / 2)
    values = (np.clip(image, -1, 1) + 1) * half
    return values.mean(2, keepdims=True) if like.shape[2] == 1 else values
