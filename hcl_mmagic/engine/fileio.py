"""MMEngine's backends of files that are never left half written, and of files
in tar shards and other storage."""
import os.path as osp
from pathlib import Path
from typing import Union

import mmengine
from mmengine.fileio import BaseStorageBackend, LocalBackend, register_backend

from ..atomic_writing import write_file
from ..datasets.stored_files import STORAGE_BACKEND
from ..jobs.manifest import read_source
from ..jobs.tar_shards import member_address
from ..photographs.finding import Input
from ..photographs.reading import MAX_PIXELS

ATOMIC_BACKEND = 'hcl_atomic'


@register_backend(ATOMIC_BACKEND)
class AtomicLocalBackend(LocalBackend):
    """Local files that appear under their name only when they are whole.

    They are written by :func:`hcl_mmagic.atomic_writing.write_file`. Choose
    this backend with ``backend_args=dict(backend='hcl_atomic')``.
    """

    def put(self, obj: bytes, filepath: Union[str, Path]) -> None:
        """Write bytes to a file, replacing it in one step; its folder is made
        if needed."""
        mmengine.mkdir_or_exist(osp.dirname(filepath) or '.')
        write_file(filepath, obj)

    def put_text(self,
                 obj: str,
                 filepath: Union[str, Path],
                 encoding: str = 'utf-8') -> None:
        """Write text to a file, as :meth:`put` does."""
        self.put(obj.encode(encoding), filepath)


@register_backend(STORAGE_BACKEND)
class StorageBackend(BaseStorageBackend):
    """Reads what fsspec reaches, ``s3://bucket/a.jpg``, and members of tar
    files, which look like folders: ``shards/00.tar/a.jpg``."""

    def get(self, filepath: Union[str, Path]) -> bytes:
        """Content of a file; an HCLError if it is not there or too large, or
        if its storage fails."""
        path = str(filepath)
        tar, between, member = path.partition('.tar/')
        if between:
            path = member_address(f'{tar}.tar', member)
        return read_source(Input(path, path), MAX_PIXELS)

    def get_text(self,
                 filepath: Union[str, Path],
                 encoding: str = 'utf-8') -> str:
        """Text of a file, as :meth:`get`."""
        return self.get(filepath).decode(encoding)
