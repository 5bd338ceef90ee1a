"""Millions of paths in little memory."""
import copy
import os
from collections.abc import Sequence
from typing import Iterable, Iterator, Tuple, Union, overload

import numpy as np

_NEW_LINE, _RETURN, _SPACE = 10, 13, 32
_CHUNK = 2**24


class PathList(Sequence):
    """Paths, which a list of as many texts would need five times the memory
    for, and the processes that share it would copy one by one.

    Args:
        names (bytes): One after the other, as file systems hold them.
        starts (np.ndarray): First byte of each, ``(N, )``, whole numbers.
        lengths (np.ndarray): Number of bytes of each, likewise.
        folder (str): What stands in front of all of them, with a slash.
    """

    def __init__(self,
                 names: bytes,
                 starts: np.ndarray,
                 lengths: np.ndarray,
                 folder: str = '') -> None:
        self._names = np.frombuffer(names, np.uint8)
        # Whole numbers of no more bytes than they need.
        self._starts = starts.astype(np.min_scalar_type(len(names)))
        self._lengths = lengths.astype(
            np.min_scalar_type(int(lengths.max(initial=0))))
        self._folder = folder

    @classmethod
    def of(cls, paths: Iterable[str]) -> 'PathList':
        """The same as these paths."""
        encoded = [os.fsencode(path) for path in paths]
        lengths = np.array([len(path) for path in encoded], np.uint16)
        ends = np.cumsum(lengths, dtype=np.int64)
        return cls(b''.join(encoded), ends - lengths, lengths)

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> str:
        ...

    @overload
    def __getitem__(self, index: slice) -> 'PathList':
        ...

    def __getitem__(self, index: Union[int, slice]) -> Union[str, 'PathList']:
        if isinstance(index, slice):
            return self.take(np.arange(len(self))[index])
        start = int(self._starts[index])
        name = self._names[start:start + int(self._lengths[index])]
        return self._folder + os.fsdecode(name.tobytes())

    def __iter__(self) -> Iterator[str]:
        return (self[index] for index in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (list, PathList)) and \
            len(self) == len(other) and \
            all(path == that for path, that in zip(self, other))

    def below(self, folder: str) -> 'PathList':
        """The same below a folder, whether they begin with slashes or not."""
        starts, lengths = self._starts.copy(), self._lengths.copy()
        while True:
            rows = np.flatnonzero(lengths)
            rows = rows[self._names[starts[rows]] == ord('/')]
            if not len(rows):
                break
            starts[rows] += 1
            lengths[rows] -= 1
        other = copy.copy(self)
        other._starts, other._lengths = starts, lengths
        other._folder = os.path.join(folder, '')
        return other

    def take(self, rows: np.ndarray) -> 'PathList':
        """Those of these rows, whole numbers, in their order."""
        other = copy.copy(self)
        other._starts, other._lengths = self._starts[rows], self._lengths[rows]
        return other


def lines_of(content: bytes) -> Tuple[np.ndarray, np.ndarray]:
    """First byte and number of bytes of each line of a text, without what ends
    it; int64 and int64, ``(N, )``."""
    buffer = np.frombuffer(content, np.uint8)
    breaks = np.concatenate([
        np.flatnonzero(buffer[start:start + _CHUNK] == _NEW_LINE) + start
        for start in range(0, max(len(buffer), 1), _CHUNK)
    ])
    if content and not content.endswith(b'\n'):
        breaks = np.append(breaks, len(buffer))
    starts = np.append(0, breaks[:-1] + 1)[:len(breaks)]
    lengths = breaks - starts
    carriage = np.zeros(len(breaks), bool)
    filled = lengths > 0
    carriage[filled] = buffer[breaks[filled] - 1] == _RETURN
    return starts, lengths - carriage


def whole_names(content: bytes, starts: np.ndarray, lengths: np.ndarray,
                endings: Sequence[str]) -> np.ndarray:
    """Which lines are a name that ends with one of these ASCII texts, in any
    case, and nothing else, as they hold no white space; bool, ``(N, )``."""
    buffer = np.frombuffer(content, np.uint8)
    found = np.zeros(len(starts), bool)
    ends = starts + lengths
    for ending in endings:
        rows = np.flatnonzero(lengths > len(ending))
        for offset, letter in enumerate(reversed(ending)):
            seen = buffer[ends[rows] - 1 - offset]
            rows = rows[(seen == ord(letter)) | (seen == ord(letter.upper()))]
        found[rows] = True
    for start in range(0, len(buffer), _CHUNK):
        chunk = buffer[start:start + _CHUNK]
        spaces = np.flatnonzero((chunk <= _SPACE) & (chunk != _NEW_LINE)
                                & (chunk != _RETURN)) + start  # yapf: disable
        found[np.searchsorted(starts, spaces, 'right') - 1] = False
    return found
