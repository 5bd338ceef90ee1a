"""Files that are the old one or the new one, never half of one."""
import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path
from typing import Optional, Union

INCOMPLETE_SUFFIX = '.incomplete'
# Hidden, of a length that fits wherever the file's own name does.
_INCOMPLETE_NAME = '.hcl-{}' + INCOMPLETE_SUFFIX
_DIGITS = 16


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
    folder = os.path.dirname(target)
    incomplete = os.path.join(
        folder, _INCOMPLETE_NAME.format(secrets.token_hex(_DIGITS // 2)))
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, 'O_BINARY', 0)
    # The process's own mask reduces these permissions, as for any new file.
    descriptor = os.open(incomplete, flags, 0o666)
    try:
        with open(descriptor, 'wb') as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(incomplete, mode)
        os.replace(incomplete, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(incomplete)
        raise
    _flush_folder(folder)


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
