"""What this room asks of networks: NumPy in, NumPy out.

PyTorch is behind it in :mod:`.torch_networks`; another runtime can be.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import (Any, Dict, Iterable, List, NamedTuple, Optional, Protocol,
                    Sequence, Tuple)

import numpy as np


@dataclass(frozen=True)
class NetworkDemand:
    """What networks take."""
    resident_bytes: int  # of the weights, and of libraries that only they need
    pixel_bytes: float  # for each pixel that they see at once
    divisor: int  # sides of their tiles are multiples of this, in pixels
    largest_tile: int  # larger tiles are of no use, in pixels


class SplitStage(NamedTuple):
    """One stage of what a detector made of a picture, without padding; any
    kind of float."""
    features: np.ndarray  # the encoder's, (C, Hs, Ws)
    prob: np.ndarray  # of 'corrupted', (Hs, Ws)
    centres: np.ndarray  # of the intact and the corrupted side, (2, 0 or C')

    @property
    def mask(self) -> np.ndarray:
        """1 = corrupted, 0 = intact, (Hs, Ws), bool."""
        return self.prob > 0.5


@dataclass(frozen=True)
class Split:
    """How a detector has split a picture, for the verdict."""
    stages: List[SplitStage]  # finest first
    # Rows and columns of the picture for one pixel of the finest stage.
    stride: Tuple[int, int]
    # Logits of 'corrupted' of single pixels, (Hs, Ws), of a detector that has
    # such, and the stage that they are of.
    votes: Optional[np.ndarray] = None
    votes_stage: int = 0
    naming_log_odds: float = 0.  # how sure the detector is which is which


@dataclass(frozen=True)
class Look:
    """What was seen in a picture."""
    probability: np.ndarray  # of 'corrupted', (h, w), float32
    split: Optional[Split] = None  # of a look without a context


class MarkedTile(NamedTuple):
    """Part of a picture, and where its sides are surely known."""
    picture: np.ndarray  # grey or RGB, (h, w, 1 or 3), uint8
    intact: np.ndarray  # (h, w), bool
    corrupted: np.ndarray  # (h, w), bool


class Repairer(Protocol):
    """What repairs the damage that it is told of, in any runtime. Its methods
    raise a MemoryError where the memory, that of a device too, is short."""
    name: str  # of the model or the method
    reach: int  # pixels that it can fill from the edge of the damage inwards
    demand: NetworkDemand

    @property
    def path(self) -> Optional[Path]:
        """Path, optional: Where its weights are; None of a method without."""

    @property
    def sha256(self) -> Optional[str]:
        """str, optional: Of that file, 64 hexadecimal digits; None of what is
        no single file."""

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
    short_side: int  # of the photographs that it was trained on, in pixels

    def look(self,
             pictures: Sequence[np.ndarray],
             context: Any = None) -> List[Look]:
        """Find the damage of pictures of one shape, ``(h, w, 1 or 3)``, uint8;
        with the context of :meth:`learn_sides` closer, and without a split.
        A :class:`ConfigError` if the model finds none."""

    def learn_sides(self, tiles: Iterable[MarkedTile]) -> Optional[Any]:
        """What a closer look at a picture has to know of the whole, from tiles
        of it; None if they show too little of one side."""


def network_values(pixels: np.ndarray) -> np.ndarray:
    """Values of a photograph, uint8 or uint16, as networks take them: float32
    in [-1, 1], of the same shape."""
    half = np.float32(np.iinfo(pixels.dtype).max / 2)
    return pixels.astype(np.float32) / half - 1
