"""How much of a photograph the networks may see at once."""

import gc
import re
from dataclasses import dataclass, replace
from typing import Callable, Iterator, TypeVar, Union

from ..errors import ConfigError, PhotographError
from .networks import NetworkDemand, Repairer
from .tiles import TileSize

Result = TypeVar('Result')

_UNITS = {'': 1, 'K': 10**3, 'M': 10**6, 'G': 10**9}
# The interpreter and the libraries, without weights.
LIBRARY_BYTES = 700 * 10**6
# Arrays that live at once, per pixel of the photograph and byte of a value:
# the original, the result, two copies on the way, each of up to four channels.
PICTURE_FACTOR = 16
# Confidence, depth and masks, per pixel.
MAP_BYTES = 16
# More context than this many pixels changes little, larger tiles gain
# nothing.
CONTEXT = 64
LARGEST_TILE = 512


def parse_memory(size: Union[str, int]) -> int:
    """Bytes of an amount such as '3GB', '800M' or a number of bytes; units are
    powers of ten. A ConfigError if it is none."""
    match = re.fullmatch(r'(\d+(?:\.\d+)?)\s*([KMG]?)B?',
                         str(size).strip().upper())
    if match is None or not float(match[1]):
        raise ConfigError("The memory must be something like '3GB' or "
                          f"'800MB', got {size!r}.")
    return int(float(match[1]) * _UNITS[match[2]])


@dataclass(frozen=True)
class MemoryPlan:
    """What the networks may see at once."""
    max_pixels: int  # of a picture that they see whole
    divisor: int  # sides of tiles are multiples of this, in pixels
    largest_tile: int = LARGEST_TILE  # larger ones are of no use, in pixels

    @property
    def tile_size(self) -> TileSize:
        """TileSize: The largest tile that is allowed and of use; if there is
        room for no better one, a small one with little context."""
        context = -(-CONTEXT // self.divisor) * self.divisor
        side = min(
            int(self.max_pixels**0.5), max(self.largest_tile,
                                           4 * self.divisor))
        side = side // self.divisor * self.divisor
        if side <= 2 * context:
            return TileSize(3 * self.divisor, self.divisor)
        return TileSize(side, context)

    def and_smaller_ones(self) -> Iterator['MemoryPlan']:
        """This plan, then others that each let the networks see a quarter of
        the pixels, down to the smallest tile."""
        plan = self
        while True:
            yield plan
            side = plan.tile_size.side
            if side == 3 * self.divisor:
                return
            pixels = min(plan.max_pixels, side**2) // 4
            plan = replace(self, max_pixels=pixels)


def plan_memory(demand: NetworkDemand, max_memory: int, num_pixels: int,
                value_bytes: int) -> MemoryPlan:
    """Divide the memory, ``max_memory`` bytes, between a photograph and the
    networks, whose demand includes all that stays beside the photograph; one
    of its values has 1 or 2 bytes.

    The plan depends on nothing but its arguments, so a photograph gets the
    same result whatever ran before. A PhotographError if not even the smallest
    tile fits beside it.
    """
    taken = demand.resident_bytes + num_pixels * (
        PICTURE_FACTOR * value_bytes + MAP_BYTES)
    needed = taken + demand.pixel_bytes * (3 * demand.divisor)**2
    if needed > max_memory:
        raise PhotographError(
            f'a photograph of {num_pixels / 1e6:.1f} megapixels needs '
            f'{needed / 1e9:.1f} GB with this model, more than the '
            f'{max_memory / 1e9:.1f} GB allowed: raise max_memory, or make '
            'the photograph smaller')
    return MemoryPlan(
        int((max_memory - taken) // demand.pixel_bytes), demand.divisor,
        demand.largest_tile)


def work_in_memory(networks: Repairer, plan: MemoryPlan,
                   work: Callable[[MemoryPlan], Result]) -> Result:
    """Let networks work, on less at once if the memory is short: the work may
    be done again from the start, under a smaller plan. A PhotographError if it
    is short even for small tiles."""
    for smaller_plan in plan.and_smaller_ones():
        try:
            return work(smaller_plan)
        except MemoryError:
            pass
        # After the handler, which would keep the arrays alive.
        gc.collect()
        networks.release_memory()
    raise PhotographError(
        'not enough memory for this photograph, not even in tiles of '
        f'{smaller_plan.tile_size.side} pixels: close other programs, or '
        'make the photograph smaller')
