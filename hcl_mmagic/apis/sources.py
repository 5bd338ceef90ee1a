"""What an inferencer accepts as a photograph, or as many."""

import os
from typing import (Any, Iterable, Iterator, List, Optional, Sequence, Tuple,
                    Union)

from ..errors import PhotographError
from ..photographs.conversion import as_photograph
from ..photographs.finding import find_inputs
from ..photographs.photograph import Photograph

# A path, the content of a file, a PIL image, an array, a tensor or a
# Photograph.
Source = Any


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
    """Load photographs from :func:`open_sources`; up to ``batch_size``
    neighbours of one shape and dtype come together. What cannot be used is a
    :class:`PhotographError`."""
    batch: List[Tuple[Source, Photograph]] = []
    for source in sources:
        photograph = as_photograph(source)
        if batch and not _are_alike(batch[0][1], photograph):
            yield batch
            batch = []
        batch.append((source, photograph))
        if len(batch) >= batch_size:
            yield batch
            batch = []
    if batch:
        yield batch


def _are_alike(one: Photograph, other: Photograph) -> bool:
    return (one.pixels.shape, one.pixels.dtype) == (other.pixels.shape,
                                                    other.pixels.dtype)
