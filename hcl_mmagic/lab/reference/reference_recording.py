"""Recorded arrays, and one line of the table about each of them."""
import re
import zipfile
from math import isfinite
from typing import Dict, List, NamedTuple, Optional, Set

import numpy as np
import torch
from torch import Tensor

from ...errors import DataNotFoundError

TOLERANCE = 1e-4  # of a tensor, absolute
UNEQUAL_PIXELS = 1e-3  # of a mask, as a share


class Comparison(NamedTuple):
    """One line of the table.

    Args:
        tensor (str): Name of the recorded tensor.
        difference (float, optional): Largest absolute difference, or the
            share of unequal pixels of a mask. None if it was not computed.
        tolerance (float, optional): Its limit, None without a verdict.
        ok (bool, optional): The verdict.
        is_mask (bool): Whether it is a mask.
        note (str): Why there is no number.
    """
    tensor: str
    difference: Optional[float]
    tolerance: Optional[float]
    ok: Optional[bool]
    is_mask: bool = False
    note: str = ''


class MissingArray(Exception):
    """An input of a part that was not recorded."""


class Recording:
    """Recorded arrays by name; remembers which of them were looked at."""

    def __init__(self, arrays: Dict[str, Tensor]) -> None:
        self._arrays = arrays
        self._used: Set[str] = set()

    @classmethod
    def load(cls, path: str) -> 'Recording':
        """Read an ``.npz`` file of plain arrays."""
        try:
            with np.load(path, allow_pickle=False) as file:
                return cls({n: torch.from_numpy(file[n]) for n in file.files})
        except (AttributeError, OSError, TypeError, ValueError,
                zipfile.BadZipFile) as error:
            raise DataNotFoundError(
                f'{path} is no .npz file of numbers: {error}') from error

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def __getitem__(self, name: str) -> Tensor:
        if name not in self._arrays:
            raise MissingArray(f'the recording has no {name}')
        self._used.add(name)
        return self._arrays[name]

    def stages(self, name: str) -> List[Tensor]:
        """Arrays ``name0``, ``name1``, ... of all stages, finest first."""
        found = [self[f'{name}0']]
        while f'{name}{len(found)}' in self:
            found.append(self[f'{name}{len(found)}'])
        return found

    def matching(self, pattern: str) -> List[re.Match]:
        """Matches of a regular expression among the names."""
        matches = (re.fullmatch(pattern, name) for name in self._arrays)
        return [match for match in matches if match]

    def unused(self) -> List[str]:
        """Names of the arrays that nothing looked at."""
        return sorted(set(self._arrays) - self._used)


def judge(name: str, found: Tensor, expected: Tensor) -> Comparison:
    """Compare what a part made with what was recorded; a bool one is a mask.
    """
    is_mask = expected.dtype == torch.bool
    tolerance = UNEQUAL_PIXELS if is_mask else TOLERANCE
    if found.shape != expected.shape:
        return Comparison(
            name,
            None,
            tolerance,
            False,
            is_mask,
            note=f'the model made {tuple(found.shape)}, recorded are '
            f'{tuple(expected.shape)}')
    if is_mask:
        difference = (found.bool() != expected).float().mean().item()
    else:
        difference = (found.double() - expected.double()).abs().max().item()
    if not isfinite(difference):
        return Comparison(
            name, None, tolerance, False, is_mask, note='not finite')
    return Comparison(name, difference, tolerance, difference <= tolerance,
                      is_mask)
