"""How much of a photograph the networks may see at once."""

import re
from dataclasses import dataclass, replace
from itertools import chain
from typing import Callable, Iterator, Tuple, Union

import torch
from torch import Tensor, nn

from ..errors import ConfigError, PhotographError
from .tiles import TileSize

_UNITS = {'': 1, 'K': 10**3, 'M': 10**6, 'G': 10**9}
# The interpreter and the libraries, without weights.
LIBRARY_BYTES = 700 * 10**6
# MMagic's own models and what they import, beside that.
MMAGIC_BYTES = 150 * 10**6
# Arrays that live at once, per pixel of the photograph and byte of a value:
# the original, the result, two copies on the way, each of up to four channels.
PICTURE_FACTOR = 16
# Confidence, depth and masks, per pixel.
MAP_BYTES = 16
# Tensors that live at once, in sizes of what the largest layer reads and
# writes. Measured with the recipes of 16, 32 and 64 channels: 2 to 5.5.
LAYER_FACTOR = 6
# The same of MMagic's five inpainting models at 256 and 512 px: 2 to 11.5.
# Contextual attention at 512 px takes most.
INPAINTOR_LAYER_FACTOR = 12
# More context than this many pixels changes little, larger tiles gain
# nothing.
CONTEXT = 64
LARGEST_TILE = 512
# Inpainting models see as much at once as in training, but not less than this.
SMALLEST_TILE = 256


def parse_memory(size: Union[str, int]) -> int:
    """Read an amount of memory.

    Args:
        size (str or int): Such as '3GB', '800M' or a number of bytes; units
            are powers of ten.

    Returns:
        int: Bytes.

    Raises:
        ConfigError: If it is no amount of memory.
    """
    match = re.fullmatch(r'(\d+(?:\.\d+)?)\s*([KMG]?)B?',
                         str(size).strip().upper())
    if match is None or not float(match[1]):
        raise ConfigError("The memory must be something like '3GB' or "
                          f"'800MB', got {size!r}.")
    return int(float(match[1]) * _UNITS[match[2]])


@dataclass(frozen=True)
class NetworkDemand:
    """What networks take.

    Args:
        resident_bytes (int): Memory of the libraries and of all weights.
        pixel_bytes (float): Memory for each pixel that they see at once.
        divisor (int): Sides of their tiles are multiples of this, in pixels.
        largest_tile (int): Larger tiles are of no use, in pixels.
    """
    resident_bytes: int
    pixel_bytes: float
    divisor: int
    largest_tile: int = LARGEST_TILE


@dataclass(frozen=True)
class MemoryPlan:
    """What the networks may see at once.

    Args:
        max_pixels (int): Pixels of a picture that they see whole.
        divisor (int): Sides of tiles are multiples of this, in pixels.
        largest_tile (int): Larger tiles are of no use, in pixels.
    """
    max_pixels: int
    divisor: int
    largest_tile: int = LARGEST_TILE

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
    """Divide the memory between a photograph and the networks.

    The plan depends on nothing but its arguments, so a photograph gets the
    same result whatever ran before.

    Args:
        demand (NetworkDemand): What the networks take.
        max_memory (int): Bytes that the process may use in all.
        num_pixels (int): Pixels of the photograph.
        value_bytes (int): Bytes of one of its values, 1 or 2.

    Returns:
        MemoryPlan: For this photograph.

    Raises:
        PhotographError: If not even the smallest tile fits beside it.
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


def weight_bytes(model: nn.Module) -> int:
    """Memory that the weights of networks take, with their buffers.

    Args:
        model (nn.Module): The networks.

    Returns:
        int: Bytes.
    """
    tensors = chain(model.parameters(), model.buffers())
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def largest_layer_bytes(model: nn.Module, look: Callable[[Tensor, Tensor],
                                                         object],
                        side: int) -> float:
    """Bytes that the largest layer reads and writes, per pixel of a picture.

    Args:
        model (nn.Module): The networks, seen at work on one small picture.
        look (Callable): Lets them work on a picture ``(1, 3, H, W)`` with a
            mask ``(1, 1, H, W)``, 1 = corrupted.
        side (int): Height and width of the picture in pixels.

    Returns:
        float: Bytes per pixel, in float32.
    """
    largest = 0

    def measure(layer: nn.Module, inputs: Tuple, output: object) -> None:
        nonlocal largest
        tensors = [t for t in (*inputs, output) if isinstance(t, Tensor)]
        largest = max(largest,
                      sum(t.numel() * t.element_size() for t in tensors))

    hooks = [
        layer.register_forward_hook(measure) for layer in model.modules()
        if not list(layer.children())
    ]
    try:
        with torch.inference_mode():
            like = next(model.parameters())
            # All of it damaged, so that every network has to work.
            look(
                like.new_zeros(1, 3, side, side),
                like.new_ones(1, 1, side, side))
    finally:
        for hook in hooks:
            hook.remove()
    return largest / side**2


def is_out_of_memory(error: BaseException) -> bool:
    """Whether torch, numpy or Python ran out of memory.

    Args:
        error (BaseException): What was raised.

    Returns:
        bool: True for a lack of memory of the device or of the machine.
    """
    if isinstance(error, (MemoryError, torch.cuda.OutOfMemoryError)):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and ("can't allocate memory" in text
                                                or 'out of memory' in text
                                                or 'not enough memory' in text)
