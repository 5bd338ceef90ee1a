"""Writing files so that a killed process never leaves half of one."""
import contextlib
import os
import os.path as osp
from pathlib import Path
from typing import Union

import mmengine
from mmengine.fileio import LocalBackend, register_backend

ATOMIC_BACKEND = 'hcl_atomic'
INCOMPLETE_SUFFIX = '.incomplete'


@register_backend(ATOMIC_BACKEND)
class AtomicLocalBackend(LocalBackend):
    """Local files that appear under their name only when they are whole.

    The content goes to ``<name>.incomplete`` in the same folder, is flushed
    to the disk and then renamed, so a reader finds the old file or the new
    one. Choose it with ``backend_args=dict(backend='hcl_atomic')``.
    """

    def put(self, obj: bytes, filepath: Union[str, Path]) -> None:
        """Write bytes to a file, replacing it in one step.

        Args:
            obj (bytes): The content.
            filepath (str or Path): Path of the file; its folder is made if
                needed.
        """
        folder = osp.dirname(filepath) or '.'
        mmengine.mkdir_or_exist(folder)
        incomplete = str(filepath) + INCOMPLETE_SUFFIX
        with open(incomplete, 'wb') as file:
            file.write(obj)
            file.flush()
            os.fsync(file.fileno())
        os.replace(incomplete, filepath)
        _flush_folder(folder)

    def put_text(self,
                 obj: str,
                 filepath: Union[str, Path],
                 encoding: str = 'utf-8') -> None:
        """Write text to a file, replacing it in one step.

        Args:
            obj (str): The content.
            filepath (str or Path): Path of the file; its folder is made if
                needed.
            encoding (str): Encoding of the text.
        """
        self.put(obj.encode(encoding), filepath)


def remove_incomplete_files(folder: Union[str, Path]) -> None:
    """Remove what killed writers of :class:`AtomicLocalBackend` left behind.

    Args:
        folder (str or Path): Folder to clean, without its subfolders; nothing
            happens if it does not exist.
    """
    for path in Path(folder).glob('*' + INCOMPLETE_SUFFIX):
        path.unlink()


def _flush_folder(folder: str) -> None:
    """Make a rename survive a power cut, where the file system can."""
    # Some network file systems, and Windows, cannot open or sync a folder.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
