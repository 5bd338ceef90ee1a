"""MMEngine's backend of files that are never left half written."""
import os.path as osp
from pathlib import Path
from typing import Union

import mmengine
from mmengine.fileio import LocalBackend, register_backend

from ..atomic_writing import write_file

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
