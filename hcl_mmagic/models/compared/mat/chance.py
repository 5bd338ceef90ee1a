"""What MAT leaves to chance, and how a test repeats it."""

from dataclasses import dataclass
from typing import Optional

import torch
from torch import Tensor


@dataclass
class Chance:
    """Random numbers for one pass of a batch.

    In training each picture has its own, from torch's generator; at test all
    have the same, from a generator of their own, so that a repair does not
    depend on what ran before or what else is in the batch.

    Args:
        count (int): Pictures N of the batch.
        like (Tensor): Any tensor of the type and on the device that is asked
            for.
        seed (int, optional): Of a test; None in training.
    """
    count: int
    like: Tensor
    seed: Optional[int] = None

    def __post_init__(self) -> None:
        self._generator = None if self.seed is None else torch.Generator(
        ).manual_seed(self.seed)

    def normal(self, *shape: int) -> Tensor:
        """From N(0, 1): ``(N, *shape)``."""
        if self._generator is None:
            return torch.randn(
                self.count,
                *shape,
                dtype=self.like.dtype,
                device=self.like.device)
        drawn = torch.randn(1, *shape, generator=self._generator)
        return drawn.to(self.like).expand(self.count, *shape)

    def coins(self, *shape: int) -> Tensor:
        """0 or 1, each for half of the values: ``(N, *shape)``."""
        return (self.normal(*shape) > 0).to(self.like)
