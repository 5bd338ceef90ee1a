"""Seeds that make any transform a function of its sample."""
import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

_WORD = 0xFFFFFFFF


def mix_seed(*integers: int) -> int:
    """Hash integers, such as a run seed and a sample index, into one seed in
    [0, 2**63), the same on every machine and run.

    Nearby inputs give unrelated seeds, and the order of the integers counts;
    only the lowest 64 bits of each do.
    """
    # Two words per integer and their number in front: numpy's SeedSequence
    # alone cannot tell (1,) from (1, 0) or (2**32,) from (0, 1).
    words = [len(integers)]
    for integer in integers:
        words += [int(integer) & _WORD, (int(integer) >> 32) & _WORD]
    state = np.random.SeedSequence(words).generate_state(1, np.uint64)
    return int(state[0]) >> 1


class SeededIndex(int):
    """A sample index that carries the seed of this one draw, in [0, 2**63).

    A sampler yields it in place of a plain ``int``; it survives pickling, so
    it reaches the worker processes of a ``DataLoader``.
    """

    seed: int

    def __new__(cls, index: int, seed: int) -> 'SeededIndex':
        instance = super().__new__(cls, index)
        instance.seed = int(seed)
        return instance

    def __reduce__(self) -> tuple:
        return SeededIndex, (int(self), self.seed)

    def __repr__(self) -> str:
        return f'SeededIndex({int(self)}, seed={self.seed})'


@contextmanager
def seeded_rng(seed: int) -> Iterator[None]:
    """Seed the global random number generators with a seed in [0, 2**63), then
    put them back.

    Covers ``random``, ``numpy.random`` and torch's CPU generator, which is all
    that image transforms draw from; CUDA generators are left alone.
    """
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    random.seed(seed)
    np.random.seed([seed & _WORD, seed >> 32])
    # not torch.manual_seed, which would also reseed every CUDA device
    torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        torch.set_rng_state(states[2])
