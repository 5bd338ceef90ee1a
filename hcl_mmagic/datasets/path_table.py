"""Millions of samples of a data set in little memory."""
from collections.abc import Sequence
from typing import Any, Union

import numpy as np

from hcl_mmagic.photographs.path_list import PathList


class PathTable(Sequence):
    """The samples ``dict(gt_path=path)`` of paths. MMEngine would keep each
    one pickled, which takes minutes and gigabytes for millions."""

    def __init__(self, paths: PathList) -> None:
        self._paths = paths

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, index: Union[int, slice]) -> Any:
        if isinstance(index, slice):
            return PathTable(self._paths[index])
        return dict(gt_path=self._paths[index])

    def __deepcopy__(self, memo: dict) -> 'PathTable':
        return self  # nothing changes it

    def take(self, rows: Union[Sequence[int], np.ndarray]) -> 'PathTable':
        """The samples of these rows, in their order."""
        return PathTable(self._paths.take(np.asarray(rows, np.int64)))
