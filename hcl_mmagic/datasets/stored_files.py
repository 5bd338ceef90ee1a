"""Photographs for training that are no files of this machine."""
import re
from typing import Union

from mmengine import fileio

# Registered by hcl_mmagic.engine.
STORAGE_BACKEND = 'hcl_storage'
_STORED = re.compile(r'[A-Za-z][A-Za-z0-9+.-]+://|.*\.tar/')


def fetch(path: str) -> Union[str, bytes]:
    """The path of a file as it is; of what is in a tar file
    (``shards/00.tar/a.jpg``) or at an address (``s3://bucket/a.jpg``) the
    content, by MMEngine's file backend 'hcl_storage'. An HCLError if it cannot
    be read."""
    if not is_stored(path):
        return path
    return fileio.get(path, backend_args=dict(backend=STORAGE_BACKEND))


def is_stored(path: str) -> bool:
    """Whether a path leads into a tar file or another storage."""
    return _STORED.match(path) is not None
