"""Running networks on a photograph in bounded memory."""

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Callable, Iterator, TypeVar

import torch

from ..errors import PhotographError
from ..photographs.photograph import Photograph
from .memory import MemoryPlan, NetworkDemand, is_out_of_memory, plan_memory

Result = TypeVar('Result')


@dataclass(frozen=True)
class NetworkRunner:
    """Lets networks see as much of a photograph at once as the memory allows.

    Args:
        device (torch.device): Where they are.
        dtype (torch.dtype): What they run in: under autocast, unless it is
            float32.
        max_memory (int): Bytes that the process may use in all.
    """
    device: torch.device
    dtype: torch.dtype
    max_memory: int

    def run(self, demand: NetworkDemand, photograph: Photograph,
            work: Callable[[MemoryPlan], Result]) -> Result:
        """Let networks work, on less at once if the memory is short.

        Args:
            demand (NetworkDemand): What these networks take.
            photograph (Photograph): What they work on.
            work (Callable): The work, given what they may see at once; it
                may be done again from the start.

        Returns:
            Result: Of the work.

        Raises:
            PhotographError: If the memory is short even for small tiles.
        """
        plan = plan_memory(demand, self.max_memory,
                           photograph.height * photograph.width,
                           photograph.pixels.itemsize)
        for smaller_plan in plan.and_smaller_ones():
            try:
                with self._networks():
                    return work(smaller_plan)
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
            # After the handler, which would keep the tensors alive.
            gc.collect()
            if self.device.type == 'cuda':
                torch.cuda.empty_cache()
        raise PhotographError(
            'not enough memory for this photograph, not even in tiles of '
            f'{smaller_plan.tile_size.side} pixels: close other programs, or '
            'make the photograph smaller')

    @contextmanager
    def _networks(self) -> Iterator[None]:
        """Networks run without gradients, in the precision asked for."""
        with torch.inference_mode(), torch.autocast(
                self.device.type, self.dtype, enabled=self.dtype
                != torch.float32):
            yield
