"""Tests of writing files in one step."""
import os

import pytest
from mmengine.fileio import get_file_backend

from hcl_mmagic.engine.fileio import ATOMIC_BACKEND, AtomicLocalBackend


def test_content_arrives_and_nothing_else(tmp_path):
    backend = get_file_backend(backend_args=dict(backend=ATOMIC_BACKEND))
    assert isinstance(backend, AtomicLocalBackend)
    backend.put(b'weights', tmp_path / 'new' / 'a.pth')
    backend.put_text('a.pth', tmp_path / 'new' / 'last')
    assert (tmp_path / 'new' / 'a.pth').read_bytes() == b'weights'
    assert (tmp_path / 'new' / 'last').read_text() == 'a.pth'
    assert len(os.listdir(tmp_path / 'new')) == 2


def test_file_in_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    AtomicLocalBackend().put(b'weights', 'a.pth')
    assert (tmp_path / 'a.pth').read_bytes() == b'weights'


def test_failed_write_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / 'a.pth'
    path.write_bytes(b'old')

    def full_disk(descriptor: int) -> None:
        raise OSError('no space left')

    monkeypatch.setattr(os, 'fsync', full_disk)
    with pytest.raises(OSError, match='no space left'):
        AtomicLocalBackend().put(b'new', path)
    assert path.read_bytes() == b'old'
