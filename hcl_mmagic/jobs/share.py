"""Shares of a list; imports nothing heavy."""
from dataclasses import dataclass
from itertools import islice
from typing import Iterable, Iterator


@dataclass(frozen=True)
class Share:
    """The ``number``-th, from 1 on, of ``count`` shares of a list."""

    number: int = 1
    count: int = 1

    def of(self, items: Iterable) -> Iterator:
        """Every ``count``-th item."""
        return islice(items, self.number - 1, None, self.count)
