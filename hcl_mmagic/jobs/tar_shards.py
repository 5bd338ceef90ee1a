"""Photographs in tar files, in the layout of WebDataset: what stands before
the first dot of a name says which sample a file belongs to, what follows it
is its kind."""
import os
import posixpath
import tarfile
import tempfile
import threading
from functools import lru_cache
from typing import Dict, List, Tuple

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
    return [name for name in open_tar(tar).places if _is_photograph(name)]


def read_member(address: str, most_bytes: int) -> bytes:
    """The content of a member; a PhotographError if there is none, or if it
    has more bytes."""
    tar, member = split_member_address(address)
    opened = open_tar(tar)
    if member not in opened.places:
        raise PhotographError(f'{member} is not in {tar}')
    if opened.places[member][1] > most_bytes:
        raise PhotographError(
            f'{member} has {opened.places[member][1]} bytes, more than any '
            'photograph that can be restored')
    return opened.read(member)


# The next one is opened while photographs of the last one are still read.
@lru_cache(maxsize=2)
def _open_tar(tar: str) -> 'OpenTar':
    return OpenTar(tar)


_OPENING = threading.Lock()


def open_tar(tar: str) -> 'OpenTar':
    """A tar file, opened once for all threads."""
    with _OPENING:
        return _open_tar(tar)


class OpenTar:
    """A tar file and where its members are. One of another machine is copied
    to a nameless file first, which goes with the process.

    Attributes:
        places (dict[str, tuple[int, int]]): First byte and number of bytes of
            each file in it; of two of one name the last.
    """

    def __init__(self, tar: str) -> None:
        self._lock = threading.Lock()
        if is_address(tar):
            self._file = tempfile.TemporaryFile()
            with open_file(tar) as source:
                while chunk := source.read(_CHUNK):
                    self._file.write(chunk)
            self._file.seek(0)
        else:
            self._file = open_file(local_path(tar))
        self.places: Dict[str, Tuple[int, int]] = {}
        try:
            with tarfile.open(fileobj=self._file, mode='r:') as archive:
                for item in archive:
                    archive.members = []  # it would keep them all
                    if item.isfile():
                        self.places[item.name.removeprefix('./')] = (
                            item.offset_data, item.size)
        except tarfile.TarError as error:
            self._file.close()
            raise ConfigError(f'{tar} cannot be read as a tar file without '
                              f'compression: {error}.') from None

    def read(self, member: str) -> bytes:
        """The content of a file in it."""
        start, size = self.places[member]
        with self._lock:
            self._file.seek(start)
            content = self._file.read(size)
        if len(content) < size:
            raise PhotographError(f'{member} is cut off: the tar file ends '
                                  'within it')
        return content


def _is_photograph(member: str) -> bool:
    folder, name = posixpath.split(member)
    if name.startswith('.') or '/.' in f'/{folder}':
        return False
    return os.extsep + name.partition('.')[2].lower() in PHOTOGRAPH_ENDINGS
