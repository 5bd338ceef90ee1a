"""Folders of this machine and of fsspec behave the same."""
import sys
from pathlib import Path
from typing import Iterator

import pytest

from hcl_mmagic.errors import ConfigError, DataNotFoundError, HCLError
from hcl_mmagic.jobs.storage import (Folder, RemoteFolder, open_file,
                                     open_folder, read_address, state_of_file)

fsspec = pytest.importorskip('fsspec')


@pytest.fixture(params=['local', 'memory', 'moved'])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Folder]:
    """'moved' is a storage that cannot put in one step."""
    if request.param == 'local':
        yield open_folder(str(tmp_path / 'out'))
    elif request.param == 'moved':
        yield RemoteFolder(fsspec.filesystem('local'), str(tmp_path / 'out'))
    else:
        yield open_folder('memory://out')
        fsspec.filesystem('memory').store.clear()


def test_what_is_written_is_there(folder: Folder) -> None:
    path = folder.write('a/b.png', b'one')
    assert path == f'{folder.path}/a/b.png'
    assert folder.read('a/b.png') == b'one'
    assert folder.size('a/b.png') == 3
    folder.write('a/b.png', b'other')
    assert folder.read('a/b.png') == b'other'


def test_what_is_not_there_is_told(folder: Folder) -> None:
    assert folder.size('a.png') == -1
    assert folder.list_below('a') == []
    with pytest.raises(FileNotFoundError):
        folder.read('a.png')
    folder.remove('a.png')


def test_a_removed_file_is_gone(folder: Folder) -> None:
    folder.write('a.png', b'')
    folder.remove('a.png')
    assert folder.size('a.png') == -1


def test_all_files_below_are_listed(folder: Folder) -> None:
    for name in ('.r/b/c.json', '.r/a.json', 'x.png'):
        folder.write(name, b'')
    assert folder.list_below('.r') == ['a.json', 'b/c.json']


def test_a_failed_put_leaves_the_old_file(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = fsspec.filesystem('local', skip_instance_cache=True)
    folder = RemoteFolder(files, str(tmp_path))
    folder.write('a.png', b'old')

    def break_off(path: str, content: bytes) -> None:
        Path(path).write_bytes(content[:1])
        raise RuntimeError('connection lost')

    monkeypatch.setattr(files, 'pipe_file', break_off)
    with pytest.raises(HCLError, match='a.png cannot be written: connection'):
        folder.write('a.png', b'new')
    assert folder.read('a.png') == b'old'


def test_the_state_of_an_object_changes_with_it() -> None:
    files = fsspec.filesystem('memory')
    files.pipe_file('/s.png', b'one')
    before = state_of_file('memory://s.png')
    assert before == state_of_file('memory://s.png') != ''
    files.pipe_file('/s.png', b'two')
    assert state_of_file('memory://s.png') != before
    assert state_of_file('memory://none.png') == ''


def test_an_object_is_read_unless_it_is_too_large() -> None:
    fsspec.filesystem('memory').pipe_file('/s.png', b'four')
    assert read_address('memory://s.png', 4) == b'four'
    with pytest.raises(HCLError, match='has 4 bytes, more than'):
        read_address('memory://s.png', 3)
    with pytest.raises(HCLError, match='is not there'):
        read_address('memory://none.png', 4)
    with pytest.raises(DataNotFoundError, match='There is no file memory'):
        open_file('memory://none.png')


def test_a_missing_package_is_told_with_how_to_install_it(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 's3fs', None)
    with pytest.raises(
            ConfigError, match=r'pip install "hcl-mmagic\[storage\]" s3fs'):
        open_folder('s3://bucket/out')
    with pytest.raises(ConfigError, match='expected a path or an address'):
        open_folder('nonsense://bucket/out')
    monkeypatch.setitem(sys.modules, 'fsspec', None)
    with pytest.raises(ConfigError, match='takes fsspec: pip install'):
        open_folder('gs://bucket/out')
