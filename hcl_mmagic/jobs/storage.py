"""Files on this machine, and in whatever storage fsspec reaches."""
import contextlib
import json
import os
import re
import secrets
from functools import lru_cache
from typing import Any, BinaryIO, Iterator, List, Protocol, Tuple, cast

from ..atomic_writing import write_file
from ..errors import ConfigError, DataNotFoundError, HCLError, PhotographError

_ADDRESS = re.compile(r'[A-Za-z][A-Za-z0-9+.-]+(://|::)')
# What packages are called that fsspec needs for a protocol.
_PACKAGES = {'s3': 's3fs', 's3a': 's3fs', 'gs': 'gcsfs', 'gcs': 'gcsfs',
             'http': 'aiohttp', 'https': 'aiohttp', 'abfs': 'adlfs',
             'az': 'adlfs', 'hdfs': 'pyarrow',
             'sftp': 'paramiko'}  # yapf: disable
# Where a file that is being written is not seen before it is whole.
_WHOLE_PUTS = {'s3', 's3a', 'gs', 'gcs', 'abfs', 'az', 'memory'}
# Of what a storage says of a file: what changes with its content.
_MARKS_OF_CONTENT = ('ETag', 'etag', 'md5Hash', 'crc32c', 'generation',
                     'mtime', 'LastModified', 'last_modified', 'created')
INSTALL = 'pip install "hcl-mmagic[storage]"'


class Folder(Protocol):
    """A folder that results are written to; names in it have slashes.

    Attributes:
        path (str): Where it is.
    """

    path: str

    def write(self, name: str, content: bytes) -> str:
        """Write a file, whole or not at all, with the folders that lead to
        it; its path. An OSError or HCLError if that cannot be."""

    def read(self, name: str) -> bytes:
        """Content of a file; a FileNotFoundError if there is none."""

    def size(self, name: str) -> int:
        """Bytes of a file; -1 if there is none."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    def list_below(self, name: str) -> List[str]:
        """Names of all files below a folder of it, sorted, as seen from that
        folder."""


def is_address(path: str) -> bool:
    """Whether fsspec is asked, as for ``s3://bucket/a.jpg``."""
    return _ADDRESS.match(path) is not None and not path.startswith('file://')


def local_path(path: str) -> str:
    """A path of this machine, without a ``file://`` in front."""
    return path.removeprefix('file://')


def open_folder(path: str) -> Folder:
    """The folder of a path or address; it does not have to exist. A
    ConfigError if nothing is installed that reaches the address."""
    if is_address(path):
        return _open_remote(path)
    return LocalFolder(local_path(path))


@lru_cache(maxsize=8)
def _open_remote(address: str) -> 'RemoteFolder':
    return RemoteFolder(*find_file_system(address))


class LocalFolder:
    """A :class:`Folder` of this machine."""

    def __init__(self, path: str) -> None:
        self.path = path

    def write(self, name: str, content: bytes) -> str:
        """See :meth:`Folder.write`."""
        path = os.path.join(self.path, name)
        if os.path.islink(path):
            raise PhotographError(
                f'{path} is a link, and writing would change what it points '
                'to')
        os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
        write_file(path, content)
        return path

    def read(self, name: str) -> bytes:
        """See :meth:`Folder.read`."""
        with open(os.path.join(self.path, name), 'rb') as file:
            return file.read()

    def size(self, name: str) -> int:
        """See :meth:`Folder.size`."""
        try:
            return os.stat(os.path.join(self.path, name)).st_size
        except OSError:
            return -1

    def remove(self, name: str) -> None:
        """See :meth:`Folder.remove`."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(self.path, name))

    def list_below(self, name: str) -> List[str]:
        """See :meth:`Folder.list_below`."""
        top = os.path.join(self.path, name)
        return sorted(
            os.path.relpath(os.path.join(folder, file), top).replace(
                os.sep, '/') for folder, _, files in os.walk(top)
            for file in files)


class RemoteFolder:
    """A :class:`Folder` of a file system of fsspec. Where a put is not in one
    step, a file gets a hidden name first and is then moved."""

    def __init__(self, file_system: Any, path: str) -> None:
        self._files = file_system
        self._root = path.rstrip('/')
        protocols = file_system.protocol
        if isinstance(protocols, str):
            protocols = (protocols, )
        self._puts_whole = bool(_WHOLE_PUTS.intersection(protocols))
        self.path = file_system.unstrip_protocol(self._root)

    def write(self, name: str, content: bytes) -> str:
        """See :meth:`Folder.write`."""
        target = self._at(name)
        address = f'{self.path}/{name}'
        try:
            with explained(address, 'written'):
                self._put(target, content)
        except FileNotFoundError as error:  # no such bucket
            raise HCLError(f'{address} cannot be written: {error}') from None
        return address

    def _put(self, target: str, content: bytes) -> None:
        if self._puts_whole:
            self._files.pipe_file(target, content)
            return
        folder = target.rpartition('/')[0]
        self._files.makedirs(folder, exist_ok=True)
        hidden = f'{folder}/.hcl-{secrets.token_hex(8)}.incomplete'
        self._files.pipe_file(hidden, content)
        self._files.mv(hidden, target)

    def read(self, name: str) -> bytes:
        """See :meth:`Folder.read`."""
        with explained(f'{self.path}/{name}', 'read'):
            return self._files.cat_file(self._at(name))

    def size(self, name: str) -> int:
        """See :meth:`Folder.size`."""
        try:
            with explained(f'{self.path}/{name}', 'looked for'):
                return int(self._files.info(self._at(name))['size'])
        except FileNotFoundError:
            return -1

    def remove(self, name: str) -> None:
        """See :meth:`Folder.remove`."""
        with contextlib.suppress(FileNotFoundError), \
                explained(f'{self.path}/{name}', 'removed'):
            self._files.rm_file(self._at(name))

    def list_below(self, name: str) -> List[str]:
        """See :meth:`Folder.list_below`."""
        top = self._at(name)
        with explained(f'{self.path}/{name}', 'listed'):
            try:
                found = self._files.find(top)
            except FileNotFoundError:
                return []
        start = len(top.rstrip('/')) + 1
        return sorted(path[start:] for path in found)

    def _at(self, name: str) -> str:
        return f'{self._root}/{name}' if name else self._root


def find_file_system(address: str) -> Tuple[Any, str]:
    """The file system of fsspec that an address belongs to, and the path in
    it. A ConfigError if fsspec, or what it needs, is not installed, or if
    nobody knows the protocol."""
    protocol = re.split('://|::', address)[0]
    try:
        import fsspec
    except ImportError:
        raise ConfigError(f'{address} is in a storage that takes fsspec: '
                          f'{INSTALL}{_package(protocol)}.') from None
    try:
        # What another process has written meanwhile has to be seen.
        return fsspec.core.url_to_fs(address, use_listings_cache=False)
    except ImportError:
        raise ConfigError(f'{address} is in a storage that takes another '
                          f'package: {INSTALL}{_package(protocol)}.') from None
    except ValueError as error:
        raise ConfigError(f'{address}: {error}; expected a path or an address '
                          'such as s3://bucket/folder.') from None


def _package(protocol: str) -> str:
    package = _PACKAGES.get(protocol)
    return f' {package}' if package else ''


@contextlib.contextmanager
def explained(address: str, done: str) -> Iterator[None]:
    """Turn what a storage raises into an :class:`HCLError` that says what
    could not be done; that there is no such file stays a
    FileNotFoundError."""
    try:
        yield
    except (HCLError, FileNotFoundError):
        raise
    # Each storage has errors of its own.
    except Exception as error:
        reason = ' '.join(str(error).split()) or type(error).__name__
        raise HCLError(f'{address} cannot be {done}: {reason}; see that the '
                       'storage answers and lets you, then run the same '
                       'command again') from error


def open_file(path: str) -> BinaryIO:
    """A file to read from, of a path or address. A DataNotFoundError if it is
    not there."""
    try:
        if not is_address(path):
            return open(local_path(path), 'rb')
        file_system, inside = find_file_system(path)
        with explained(path, 'read'):
            return cast(BinaryIO, file_system.open(inside, 'rb'))
    except (FileNotFoundError, IsADirectoryError):
        raise DataNotFoundError(f'There is no file {path}.') from None


def read_address(address: str, most_bytes: int) -> bytes:
    """The content of a file at an address. A PhotographError if there is none,
    or if it has more bytes than that; an HCLError if the storage fails."""
    file_system, path = find_file_system(address)
    try:
        with explained(address, 'read'):
            size = file_system.info(path).get('size')
            if size is not None and size > most_bytes:
                raise PhotographError(
                    f'{address} has {size} bytes, more than any photograph '
                    'that can be restored')
            return file_system.cat_file(path)
    except FileNotFoundError:
        raise PhotographError(
            f'{address} is not there; check its name') from None


def state_of_file(path: str) -> str:
    """What is another text whenever the content of a file is another, without
    reading it; '' where its storage does not say so much, or if it is not
    there."""
    if not is_address(path):
        try:
            facts = os.stat(local_path(path))
        except OSError:
            return ''
        return f'{facts.st_size} {facts.st_mtime_ns} {facts.st_ctime_ns}'
    try:
        file_system, inside = find_file_system(path)
        with explained(path, 'looked for'):
            info = file_system.info(inside)
    except (HCLError, FileNotFoundError):
        return ''
    marks = {name: str(info[name]) for name in _MARKS_OF_CONTENT
             if info.get(name)}  # yapf: disable
    return json.dumps(dict(marks, size=info.get('size'))) if marks else ''
