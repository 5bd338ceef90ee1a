"""What an inferencer accepts as a photograph, or as many."""

import os
from typing import (Any, Callable, Iterable, Iterator, List, Optional,
                    Sequence, Tuple, TypeVar, Union)

from ..errors import PhotographError
from ..photographs.conversion import as_photograph
from ..photographs.finding import find_inputs
from ..photographs.photograph import Photograph

# A path, the content of a file, a PIL image, an array, a tensor or a
# Photograph.
Source = Any
Item = TypeVar('Item')


def open_sources(inputs: Union[Source, Sequence[Source]]) -> Iterator[Source]:
    """Name the single photographs of whatever was given, one at a time.

    One photograph is the path of a file, the content of a file as bytes, a PIL
    image, an array ``(H, W)`` or ``(H, W, C)``, a tensor ``(C, H, W)`` or a
    Photograph. Many are a folder, whose subfolders count, too, a glob pattern,
    an array or a tensor with one more axis in front, or a list or tuple of any
    of these. A PhotographError if a path leads nowhere.
    """
    if isinstance(inputs, (list, tuple)):
        for item in inputs:
            yield from open_sources(item)
    elif isinstance(inputs, (str, os.PathLike)):
        for found in find_inputs([os.fspath(inputs)], recursive=True):
            if found.problem is not None:
                raise PhotographError(f'{found.path}: {found.problem}')
            yield found.path
    elif getattr(inputs, 'ndim', 0) == 4:
        yield from inputs
    else:
        yield inputs


def path_of(source: Source) -> Optional[str]:
    """The path of a photograph that is a file, None for what is none."""
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    return None


def equal_batches(
        sources: Iterable[Source],
        batch_size: int) -> Iterator[List[Tuple[Source, Photograph]]]:
    """Load photographs from :func:`open_sources`; neighbours of one shape and
    dtype come together. What cannot be used is a :class:`PhotographError`."""
    loaded = ((source, as_photograph(source)) for source in sources)
    return batches(loaded, batch_size, _are_alike)


def batches(
        items: Iterable[Item], size: int,
        fit_together: Callable[[Item, Item], bool]) -> Iterator[List[Item]]:
    """Up to so many neighbours that fit together, in order."""
    batch: List[Item] = []
    for item in items:
        if batch and not fit_together(batch[0], item):
            yield batch
            batch = []
        batch.append(item)
        del item  # it may be large
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _are_alike(one: Tuple[Source, Photograph],
               other: Tuple[Source, Photograph]) -> bool:
    first, second = one[1].pixels, other[1].pixels
    return (first.shape, first.dtype) == (second.shape, second.dtype)
