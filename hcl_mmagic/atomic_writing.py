"""Files that are the old one or the new one, never half of one."""
import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import Union

INCOMPLETE_SUFFIX = '.incomplete'


def write_file(path: Union[str, Path], content: bytes) -> None:
    """Write a file, replacing an old one in one step."""
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    incomplete = os.path.join(
        folder, f'.hcl-{secrets.token_hex(8)}{INCOMPLETE_SUFFIX}')
    descriptor = os.open(
        incomplete,
        os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, 'O_BINARY', 0),
        0o666)
    try:
        with open(descriptor, 'wb') as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            os.chmod(incomplete, stat.S_IMODE(os.stat(target).st_mode))
        os.replace(incomplete, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(incomplete)
        raise
