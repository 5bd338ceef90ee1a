"""Work that several processes share: each takes photographs that no other one
has taken."""
import contextlib
import hashlib
import os
import sys
from typing import Dict

if sys.platform == 'win32':
    import msvcrt

    def _try_to_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_to_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_REMOVES_OPEN_FILES = sys.platform != 'win32'
_DIGITS = 16


class Claims:
    """Claims on photographs, by the names of their results in a folder.

    A claim is a hidden file, ``.hcl-<16 hexadecimals>.claim``, that is locked
    as long as its process lives: the claims of a process that was killed are
    free at once. Where files cannot be locked every claim is granted, so that
    two processes do the same work, as they would without.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._held: Dict[str, int] = {}

    def take(self, name: str) -> bool:
        """Claim a name; False if another process has it."""
        while True:
            try:
                descriptor = os.open(
                    self._path(name), os.O_RDWR | os.O_CREAT, 0o666)
            except OSError:  # writing the result will say why
                return True
            try:
                _lock(descriptor)
            except BlockingIOError:
                os.close(descriptor)
                return False
            if self._is_current(name, descriptor):
                self._held[name] = descriptor
                return True
            os.close(descriptor)  # its owner has removed it meanwhile

    def release(self, name: str) -> None:
        """Give a name back, if it is held."""
        descriptor = self._held.pop(name, None)
        if descriptor is not None:
            # Before it is closed, where that can be: nobody else has it then.
            if not _REMOVES_OPEN_FILES:
                os.close(descriptor)
            with contextlib.suppress(OSError):
                os.unlink(self._path(name))
            if _REMOVES_OPEN_FILES:
                os.close(descriptor)

    def release_all(self) -> None:
        """Give all names back."""
        for name in list(self._held):
            self.release(name)

    def _is_current(self, name: str, descriptor: int) -> bool:
        try:
            there = os.stat(self._path(name))
        except OSError:
            return False
        return os.path.samestat(there, os.fstat(descriptor))

    def _path(self, name: str) -> str:
        digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:_DIGITS]
        return os.path.join(self._folder, f'.hcl-{digest}.claim')


def _lock(descriptor: int) -> None:
    """A BlockingIOError if another process holds the lock."""
    try:
        _try_to_lock(descriptor)
    except (BlockingIOError, PermissionError) as error:
        raise BlockingIOError(*error.args) from None
    except OSError:  # the file system has no locks
        pass
