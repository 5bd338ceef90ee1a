"""What results are called, so that no two photographs share a name."""
import itertools
import os
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import Dict, Iterator, List, Sequence, Set

from ..jobs.receipts import fitting_name
from .argument_types import EXTRAS

# Of one name, in nearly all file systems.
_MAX_BYTES = 255


@dataclass(frozen=True)
class ResultNames:
    """Paths below OUT that belong to one photograph."""
    own: str  # in its own format, also the copy of a clean one
    png: str  # the same as ``own`` for a PNG file
    extras: Dict[str, str]  # by the kinds of EXTRAS

    def of_page(self, number: int) -> 'ResultNames':
        """Names of what belongs to one page of a file, counted from 1."""
        extras = {
            kind: _join(self.own, f'_page{number}{ending}')
            for kind, ending in EXTRAS.items()
        }
        return ResultNames(self.own, self.png, extras)


def choose_names(relatives: Sequence[str]) -> List[ResultNames]:
    """Names for the results of photographs of these paths below OUT, in their
    order; they depend on nothing else.

    A result keeps the name of its photograph. ``a.jpg`` becomes ``a.png``, or
    ``a.jpg.png`` where ``a.png`` is a photograph, too; its mask is called
    after it: ``a_mask.png`` or ``a.jpg_mask.png``. What collides even then is
    numbered. Names that differ in case or Unicode form only collide, as they
    do in some file systems. Names that would grow too long are cut.
    """
    return NameChooser().choose(relatives)


def names_of_one(name: str) -> ResultNames:
    """Names for the result of a photograph that depend on nothing but its own
    name, and that no photograph of another name gets.

    ``a.png`` stays ``a.png``; restored, ``a.jpg`` becomes ``a.jpg.png``, so
    ``a.jpg.png`` becomes ``a.jpg.png.png``, and ``a`` becomes ``a.png.png``.
    Masks are called after them: ``a.jpg_mask.png``.
    """
    own = fitting_name(name)
    stem, ending = os.path.splitext(own)
    if ending.lower() != '.png':
        png = own + ('.png' if ending else '.png.png')
    else:
        if os.path.splitext(stem)[1]:
            own += '.png'
        png = own
    base = own if ending else png
    return ResultNames(own, png,
                       {kind: base + end for kind, end in EXTRAS.items()})


class NameChooser:
    """Names for the results of photographs that come one after the other: what
    an earlier one was given no later one gets."""

    def __init__(self) -> None:
        self._claims = _Claims()

    def choose(self, relatives: Sequence[str]) -> List[ResultNames]:
        """Names as of :func:`choose_names`."""
        for folder in {os.path.dirname(relative) for relative in relatives}:
            self._claims.take_folders(folder)
        own_names = [self._claims.take_own(relative) for relative in relatives]
        return [self._claims.take_results(own) for own in own_names]


class _Claims:
    """The names that are taken."""

    def __init__(self) -> None:
        self._taken: Set[str] = set()
        self._numbers: Dict[str, Iterator[int]] = defaultdict(
            lambda: itertools.count(2))

    def take_folders(self, folder: str) -> None:
        while folder:
            self._take(folder)
            folder = os.path.dirname(folder)

    def take_own(self, relative: str) -> str:
        stem, ending = os.path.splitext(relative)
        for candidate in itertools.chain([''], self._numbered(relative)):
            own = _join(stem, candidate + ending)
            if self._take(own):
                break
        return own

    def take_results(self, own: str) -> ResultNames:
        stem, ending = os.path.splitext(own)
        is_png = ending.lower() == '.png'
        bases = [(stem, ''), (own, '')]
        numbered = ((own, number) for number in self._numbered(own))
        for base, number in itertools.chain(bases, numbered):
            png = own if is_png else _join(base, number + '.png')
            extras = {
                kind: _join(base, f'{number}{ending}')
                for kind, ending in EXTRAS.items()
            }
            if self._take(*extras.values(), *([] if is_png else [png])):
                break
        return ResultNames(own, png, extras)

    def _numbered(self, name: str) -> Iterator[str]:
        return (f'_{number}' for number in self._numbers[_key(name)])

    def _take(self, *names: str) -> bool:
        """Take all names, or none if one of them is taken."""
        keys = set(map(_key, names))
        if keys & self._taken:
            return False
        self._taken |= keys
        return True


def _key(name: str) -> str:
    """The same for names that some file system takes for the same."""
    return unicodedata.normalize('NFD',
                                 unicodedata.normalize('NFD', name).casefold())


def _join(path: str, ending: str) -> str:
    """Append to a path; its last part is cut if it would be too long."""
    folder, name = os.path.split(path)
    while len(os.fsencode(name + ending)) > _MAX_BYTES:
        name = name[:-1]
    return os.path.join(folder, name + ending)
