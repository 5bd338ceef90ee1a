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
    """What networks take.

    Args:
        resident_bytes (int): Memory of the weights and of libraries that only
            these networks need.
        pixel_bytes (float): Memory for each pixel that they see at once.
        divisor (int): Sides of their tiles are multiples of this, in pixels.
        largest_tile (int): Larger tiles are of no use, in pixels.
    """
    resident_bytes: int
    pixel_bytes: float
    divisor: int
    largest_tile: int


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
    """How a detector has split a picture, for the verdict.

    Args:
        stages (list[SplitStage]): Finest first.
        stride (tuple[int, int]): Rows and columns of the picture for one
            pixel of the finest stage.
        votes (np.ndarray, optional): Logits of 'corrupted' of single pixels,
            ``(Hs, Ws)``, of a detector that has such.
        votes_stage (int): The stage that they are of.
        naming_log_odds (float): How sure the detector is which side is which,
            0 where it does not tell.
    """
    stages: List[SplitStage]
    stride: Tuple[int, int]
    votes: Optional[np.ndarray] = None
    votes_stage: int = 0
    naming_log_odds: float = 0.


@dataclass(frozen=True)
class Look:
    """What was seen in a picture.

    Args:
        probability (np.ndarray): Of 'corrupted', ``(h, w)``, float32.
        split (Split, optional): Of a look without a context.
    """
    probability: np.ndarray
    split: Optional[Split] = None


class MarkedTile(NamedTuple):
    """Part of a picture, and where its sides are known.

    Args:
        picture (np.ndarray): Grey or RGB, ``(h, w, 1 or 3)``, uint8.
        intact (np.ndarray): Surely intact pixels, ``(h, w)``, bool.
        corrupted (np.ndarray): Surely corrupted pixels, ``(h, w)``, bool.
    """
    picture: np.ndarray
    intact: np.ndarray
    corrupted: np.ndarray


class Networks(Protocol):
    """A model that finds damage, repairs it, or both, in any runtime.

    All its methods raise a MemoryError where the memory, that of a device
    too, is short.

    Attributes:
        name (str): Of the model.
        path (Path): File of its weights.
        sha256 (str): Hash of that file, 64 hexadecimal digits.
        calibration (dict, optional): Plain values of the verdict.
        short_side (int): Shorter side, in pixels, of the photographs that it
            was trained on.
        reach (int): Pixels that it can fill from the edge of the damage
            inwards.
        demand (NetworkDemand): What it takes of the memory.
    """
    name: str
    path: Path
    sha256: str
    calibration: Optional[Dict[str, Any]]
    short_side: int
    reach: int
    demand: NetworkDemand

    def look(self,
             pictures: Sequence[np.ndarray],
             context: Any = None) -> List[Look]:
        """Find the damage of pictures of one shape, ``(h, w, 1 or 3)``, uint8;
        with the context of :meth:`learn_sides` closer, and without a split.
        A :class:`ConfigError` if the model finds none."""

    def learn_sides(self, tiles: Iterable[MarkedTile]) -> Optional[Any]:
        """What a closer look at a picture has to know of the whole, from tiles
        of it; None if they show too little of one side."""

    def repair(self, picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Fill the masked pixels of a picture of any size up to a tile's.

        Args:
            picture (np.ndarray): ``(h, w, 1 or 3)``, uint8 or uint16.
            mask (np.ndarray): 1 = corrupted, 0 = intact, ``(h, w)``, uint8.

        Returns:
            np.ndarray: The whole picture as the networks see it, of the same
            shape and range, float32, not rounded.
        """

    def release_memory(self) -> None:
        """Give back what was taken beside the weights."""


def network_values(pixels: np.ndarray) -> np.ndarray:
    """Values of a photograph, uint8 or uint16, as networks take them: float32
    in [-1, 1], of the same shape."""
    half = np.float32(np.iinfo(pixels.dtype).max / 2)
    return pixels.astype(np.float32) / half - 1


def as_eight_bits(pixels: np.ndarray) -> np.ndarray:
    """The upper 8 bits of each value, uint8; the same array if it has no
    more."""
    if pixels.dtype == np.uint8:
        return pixels
    return (pixels >> 8).astype(np.uint8)
