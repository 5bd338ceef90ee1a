"""Whether exported networks find and repair what the original ones do."""
from dataclasses import dataclass
from typing import Iterator, List, Tuple

import numpy as np

from ...apis.detection import look_at_every_scale
from ...apis.memory import plan_memory
from ...apis.networks import Networks
from ...errors import CheckpointError, PhotographError

# Of the pixels of all masks so many are equal,
MASK_SHARE = 0.9999
# and no probability, and no repaired value in [-1, 1], differs by more.
LARGEST_DIFFERENCE = 1e-4
MEMORY = 3 * 10**9
# Of the pictures, none a multiple of a divisor, one smaller than most.
SHAPES = ((301, 203, 3), (160, 97, 3), (90, 140, 1), (33, 50, 3))


@dataclass
class Parity:
    """How far two runtimes are from each other."""
    num_pixels: int = 0
    num_other: int = 0  # pixels of masks that differ
    probability: float = 0.  # largest difference, in [0, 1]
    repair: float = 0.  # largest difference of values in [-1, 1]

    def check(self) -> 'Parity':
        """This parity; a CheckpointError if it is none."""
        share = 1 - self.num_other / max(self.num_pixels, 1)
        # Not a number is no parity, either.
        if share >= MASK_SHARE and (self.probability <= LARGEST_DIFFERENCE
                                    and self.repair <= LARGEST_DIFFERENCE):
            return self
        raise CheckpointError(
            'the exported graphs differ from the model: '
            f'{1 - share:.2%} of the pixels of the masks, probabilities by '
            f'{self.probability:.1e}, repaired values by {self.repair:.1e}; '
            f'at most {1 - MASK_SHARE:.2%} and {LARGEST_DIFFERENCE:.0e} are '
            'allowed. Nothing was written: report this, with the versions of '
            'torch, onnx and onnxscript')


def compare(exported: Networks, original: Networks) -> Parity:
    """Let both look at a few damaged pictures at every scale, and repair
    masks of several kinds in each."""
    parity = Parity()
    for picture, masks in _damaged_pictures():
        plan = plan_memory(original.demand, MEMORY, picture[..., 0].size, 1)
        found, expected = (
            look_at_every_scale(networks, [picture], plan)[0]
            for networks in (exported, original))
        parity.num_pixels += found.size
        parity.num_other += int(((found > 0.5) != (expected > 0.5)).sum())
        parity.probability = _largest(parity.probability, found, expected)
        for mask in (*masks, (expected > 0.5).astype(np.uint8)):
            repaired, truth = (
                _repair(networks, picture, mask)
                for networks in (exported, original))
            parity.repair = _largest(parity.repair, repaired, truth)
    return parity


def _repair(networks: Networks, picture: np.ndarray,
            mask: np.ndarray) -> np.ndarray:
    """In [-1, 1]; one that is no number where a value is none."""
    try:
        return networks.repair(picture, mask) / 127.5 - 1
    except PhotographError:
        return np.full(picture.shape, np.nan, np.float32)


def _largest(so_far: float, one: np.ndarray, other: np.ndarray) -> float:
    """Not a number if a value is not."""
    return float(np.maximum(so_far, np.abs(one - other).max()))


def _damaged_pictures() -> Iterator[Tuple[np.ndarray, List[np.ndarray]]]:
    """Smooth pictures with noise, a box of one colour and a thin line; with
    the masks of a box, of scattered pixels, of a line, and of everything."""
    rng = np.random.default_rng(0)
    for shape in SHAPES:
        height, width, channels = shape
        rows, columns = np.mgrid[:height, :width]
        waves = [
            127 + 90 * np.sin(rows / (7 + 9 * number) + columns / 23 + number)
            for number in range(channels)
        ]
        picture = np.stack(waves, 2) + rng.normal(0, 12, shape)
        box, line = np.zeros((2, height, width), np.uint8)
        box[height // 4:height // 2, width // 5:width // 2] = 1
        line[np.abs(rows - 2 * columns - 9) < 3] = 1
        picture[box > 0] = np.array([230, 40, 60])[:channels]
        picture[line > 0] = 255
        scattered = (rng.random((height, width)) < 0.2).astype(np.uint8)
        yield (picture.clip(0, 255).astype(np.uint8),
               [box, scattered, line, np.ones_like(box)])
