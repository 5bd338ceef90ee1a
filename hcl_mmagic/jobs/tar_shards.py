"""Photographs in tar files, in the layout of WebDataset: what stands before
the first dot of a name says which sample a file belongs to, what follows it
is its kind."""
import hashlib
import os
import posixpath
import tarfile
import tempfile
import threading
from functools import lru_cache
from typing import BinaryIO, Iterator, List, Optional, Tuple, cast

import numpy as np

from ..errors import ConfigError, PhotographError
from ..photographs.finding import PHOTOGRAPH_ENDINGS
from .storage import is_address, local_path, open_file

# A member, as fsspec writes it: tar://MEMBER::TAR.
_START, _BETWEEN = 'tar://', '::'
_CHUNK = 2**22


def member_address(tar: str, member: str) -> str:
    """The address of a file in a tar file."""
    return f'{_START}{member}{_BETWEEN}{tar}'


def is_member(address: str) -> bool:
    """Whether an address is that of a file in a tar file."""
    return bool(split_member_address(address)[0])


def split_member_address(address: str) -> Tuple[str, str]:
    """Tar file and member that an address names; two empty texts if it is
    none of a member."""
    member, between, tar = address.removeprefix(_START).partition(_BETWEEN)
    if not address.startswith(_START) or not between:
        return '', ''
    return tar, member


def photographs_of(tar: str) -> List[str]:
    """Members of a tar file that are photographs by their kind, in its order;
    a ConfigError if it is no plain tar file, a DataNotFoundError if there is
    none."""
    return list(filter(_is_photograph, open_tar(tar).names()))


def read_member(address: str, most_bytes: int) -> bytes:
    """The content of a member; a PhotographError if there is none, or if it
    has more bytes."""
    tar, member = split_member_address(address)
    opened = open_tar(tar)
    size = opened.size(member)
    if size is None:
        raise PhotographError(f'{member} is not in {tar}')
    if size > most_bytes:
        raise PhotographError(f'{member} has {size} bytes, more than any '
                              'photograph that can be restored')
    return opened.read(member)


# Training reads from all of them at random.
@lru_cache(maxsize=1024)
def _open_tar(tar: str) -> 'OpenTar':
    return OpenTar(tar)


_OPENING = threading.Lock()


def open_tar(tar: str) -> 'OpenTar':
    """A tar file, opened once for all threads."""
    with _OPENING:
        return _open_tar(tar)


class OpenTar:
    """A tar file and where its members are, in 24 bytes for each. One of
    another machine is copied to a nameless file first, which goes with the
    process. A ConfigError if it is no plain tar file."""

    def __init__(self, tar: str) -> None:
        self._path = tar
        self._lock = threading.Lock()
        self._file: BinaryIO
        if is_address(tar):
            self._file = cast(BinaryIO, tempfile.TemporaryFile())
            with open_file(tar) as source:
                while chunk := source.read(_CHUNK):
                    self._file.write(chunk)
            self._file.flush()
        else:
            self._file = open_file(local_path(tar))
        places = {_mark(name): (start, size)
                  for name, start, size in self._scan()}  # yapf: disable
        marks = np.array(list(places), np.uint64)
        order = marks.argsort()
        self._marks = marks[order]
        self._places = np.array(list(places.values()),
                                np.uint64).reshape(-1, 2)[order]

    def names(self) -> List[str]:
        """Names of the files in it, in their order; of one that is there twice
        the last counts."""
        return list(dict.fromkeys(name for name, _, _ in self._scan()))

    def size(self, member: str) -> Optional[int]:
        """Bytes of a file in it; None if there is none."""
        place = self._place(member)
        return None if place is None else place[1]

    def read(self, member: str) -> bytes:
        """The content of a file in it, which has to be there."""
        place = self._place(member)
        assert place is not None
        start, size = place
        if hasattr(os, 'pread'):  # also for processes that have forked
            content = os.pread(self._file.fileno(), size, start)
        else:
            with self._lock:
                self._file.seek(start)
                content = self._file.read(size)
        if len(content) < size:
            raise PhotographError(f'{member} is cut off: the tar file ends '
                                  'within it')
        return content

    def _place(self, member: str) -> Optional[Tuple[int, int]]:
        row = int(np.searchsorted(self._marks, np.uint64(_mark(member))))
        if row == len(self._marks) or self._marks[row] != _mark(member):
            return None
        start, size = self._places[row].tolist()
        return start, size

    def _scan(self) -> Iterator[Tuple[str, int, int]]:
        """Name, first byte and number of bytes of each file."""
        self._file.seek(0)
        try:
            with tarfile.open(fileobj=self._file, mode='r:') as archive:
                for item in archive:
                    # It would keep them all.
                    archive.members = []  # type: ignore[attr-defined]
                    if item.isfile():
                        yield (item.name.removeprefix('./'), item.offset_data,
                               item.size)
        except tarfile.TarError as error:
            raise ConfigError(f'{self._path} cannot be read as a tar file '
                              f'without compression: {error}.') from None


def _mark(name: str) -> int:
    digest = hashlib.blake2b(os.fsencode(name), digest_size=8).digest()
    return int.from_bytes(digest, 'little')


def _is_photograph(member: str) -> bool:
    folder, name = posixpath.split(member)
    if name.startswith('.') or '/.' in f'/{folder}':
        return False
    return os.extsep + name.partition('.')[2].lower() in PHOTOGRAPH_ENDINGS
