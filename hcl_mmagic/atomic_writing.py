"""Files that are the old one or the new one, never half of one."""
import contextlib
import errno
import os
import secrets
import stat
import sys
import time
from pathlib import Path
from typing import Iterator, Optional, Union

INCOMPLETE_SUFFIX = '.incomplete'
# Hidden, of a length that fits wherever the file's own name does.
_INCOMPLETE_NAME = '.hcl-{}' + INCOMPLETE_SUFFIX
_DIGITS = 16
# On Windows a file that somebody reads, a scanner of viruses for instance,
# cannot be replaced for a moment: seconds between tries.
_PATIENCE = (0.05, 0.2, 1.) if sys.platform == 'win32' else ()


def write_file(path: Union[str, Path], content: bytes) -> None:
    """Write a file so that a reader, or a killed process, finds the old one or
    the new one, whole.

    The content goes to a hidden file of the same folder, which has to exist,
    is flushed to the disk, and is then renamed. A process that is killed in
    between leaves the hidden file, ``.hcl-<16 hexadecimals>.incomplete``,
    which :func:`remove_incomplete_files` removes. A file that was there keeps
    its permissions; of a symbolic link the target is replaced.

    Raises:
        OSError: The file cannot be written; the old one is as it was.
    """
    # A circle of links resolves to one of them, which is refused.
    target = os.path.realpath(path)
    mode = _mode_of_regular_file(target)
    incomplete = _write_incomplete(target, content, mode)
    with _removed_on_failure(incomplete):
        _replace(incomplete, target)
    _flush_folder(os.path.dirname(target))


def write_new_file(path: Union[str, Path], content: bytes) -> None:
    """Write a file as :func:`write_file` does, but only where there is nothing
    of that name: a FileExistsError otherwise."""
    target = os.path.abspath(path)
    incomplete = _write_incomplete(target, content, None)
    with _removed_on_failure(incomplete):
        _rename_to_new(incomplete, target)
    _flush_folder(os.path.dirname(target))


def _write_incomplete(target: str, content: bytes, mode: Optional[int]) -> str:
    """A hidden file beside the target."""
    folder = os.path.dirname(target)
    incomplete = os.path.join(
        folder, _INCOMPLETE_NAME.format(secrets.token_hex(_DIGITS // 2)))
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, 'O_BINARY', 0)
    # The process's own mask reduces these permissions, as for any new file.
    descriptor = os.open(incomplete, flags, 0o666)
    with _removed_on_failure(incomplete):
        with open(descriptor, 'wb') as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(incomplete, mode)
    return incomplete


@contextlib.contextmanager
def _removed_on_failure(path: str) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(path)
        raise


def _replace(source: str, target: str) -> None:
    for seconds in _PATIENCE:
        try:
            os.replace(source, target)
            return
        except PermissionError:
            time.sleep(seconds)
    os.replace(source, target)


def _rename_to_new(source: str, target: str) -> None:
    if sys.platform == 'win32':
        os.rename(source, target)  # which refuses to replace there
        return
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # the file system has no second names
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, 'exists', target) from None
        os.rename(source, target)
    else:
        os.unlink(source)


def remove_incomplete_files(folder: Union[str, Path]) -> None:
    """Remove what killed processes left behind in a folder, without its
    subfolders, if it exists. Call it only while nobody writes into it."""
    for path in Path(folder).glob(
            _INCOMPLETE_NAME.format('[0-9a-f]' * _DIGITS)):
        path.unlink()


def _mode_of_regular_file(path: str) -> Optional[int]:
    """Its permissions; None if there is no file yet."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, 'not a regular file, so not replaced',
                      path)
    return stat.S_IMODE(mode)


def _flush_folder(folder: str) -> None:
    """Make a rename survive a power cut, where the file system can."""
    # Some network file systems, and Windows, cannot open or sync a folder.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
