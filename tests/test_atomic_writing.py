"""Tests of files that are the old one or the new one."""
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import hcl_mmagic
from hcl_mmagic import atomic_writing
from hcl_mmagic.atomic_writing import (remove_incomplete_files, write_file,
                                       write_new_file)


def test_content_arrives_and_nothing_else(tmp_path):
    path = tmp_path / 'a.png'
    write_file(path, b'old')
    write_file(str(path), b'new')
    assert path.read_bytes() == b'new'
    assert os.listdir(tmp_path) == ['a.png']


def test_file_in_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_file('a.png', b'new')
    assert (tmp_path / 'a.png').read_bytes() == b'new'


@pytest.mark.parametrize('mode', [0o600, 0o640, 0o664])
def test_permissions_of_an_old_file_stay(tmp_path, mode):
    path = tmp_path / 'a.png'
    path.touch()
    path.chmod(mode)
    write_file(path, b'new')
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_new_file_has_the_permissions_of_any_new_file(tmp_path):
    write_file(tmp_path / 'a.png', b'new')
    (tmp_path / 'b.png').write_bytes(b'new')
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_target_of_a_link_is_replaced(tmp_path):
    (tmp_path / 'far').mkdir()
    target, link = tmp_path / 'far' / 'a.png', tmp_path / 'link.png'
    target.write_bytes(b'old')
    link.symlink_to(target)
    write_file(link, b'new')
    assert link.is_symlink() and target.read_bytes() == b'new'
    assert os.listdir(tmp_path / 'far') == ['a.png']


def test_name_as_long_as_a_file_system_allows(tmp_path):
    path = tmp_path / ('ä' * 125 + '.png')
    write_file(path, b'new')
    assert path.read_bytes() == b'new'


@pytest.mark.parametrize('make', [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_not_replaced(tmp_path, make):
    path = tmp_path / 'a.png'
    make(path)
    kind = path.stat().st_mode
    with pytest.raises(OSError, match='not a regular file.*a.png'):
        write_file(path, b'new')
    assert path.stat().st_mode == kind
    assert os.listdir(tmp_path) == ['a.png']


def test_circle_of_links_is_not_replaced(tmp_path):
    one, other = tmp_path / 'one.png', tmp_path / 'other.png'
    one.symlink_to(other)
    other.symlink_to(one)
    with pytest.raises(OSError, match='not a regular file'):
        write_file(one, b'new')
    assert one.is_symlink() and other.is_symlink()


@pytest.mark.parametrize('step', ['fsync', 'replace'])
def test_failed_write_keeps_the_old_file_only(tmp_path, monkeypatch, step):
    path = tmp_path / 'a.png'
    path.write_bytes(b'old')

    def full_disk(*args: object) -> None:
        raise OSError('no space left')

    monkeypatch.setattr(os, step, full_disk)
    with pytest.raises(OSError, match='no space left'):
        write_file(path, b'new')
    assert path.read_bytes() == b'old'
    assert os.listdir(tmp_path) == ['a.png']


def test_killed_process_leaves_a_whole_file(tmp_path):
    path = tmp_path / 'a.bin'
    contents = [bytes([value]) * 3_000_000 for value in (1, 2)]
    path.write_bytes(contents[0])
    script = ('import sys; sys.path.insert(0, sys.argv[2])\n'
              'from atomic_writing import write_file\n'
              'print(flush=True)\n'
              'while True:\n'
              '    for value in (1, 2):\n'
              '        write_file(sys.argv[1], bytes([value]) * 3_000_000)\n')

    for milliseconds in range(0, 50, 5):
        process = subprocess.Popen([
            sys.executable, '-c', script, path,
            str(Path(hcl_mmagic.__file__).parent)
        ],
                                   stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(milliseconds / 1000)
        process.kill()
        process.wait()
        process.stdout.close()
        assert path.read_bytes() in contents
    remove_incomplete_files(tmp_path)
    assert os.listdir(tmp_path) == ['a.bin']


def test_only_leftovers_are_removed(tmp_path):
    for name in ('a.png', 'a.png.incomplete', '.hcl-notes.incomplete',
                 '.hcl-0123456789abcdef.incomplete'):
        (tmp_path / name).touch()
    remove_incomplete_files(tmp_path)
    assert sorted(os.listdir(tmp_path)) == [
        '.hcl-notes.incomplete', 'a.png', 'a.png.incomplete'
    ]


def test_missing_folder_needs_no_cleaning(tmp_path):
    remove_incomplete_files(tmp_path / 'missing')


def test_a_new_file_takes_nobodys_place(tmp_path, monkeypatch):
    path = tmp_path / 'a.pth'
    write_new_file(path, b'first')
    for link in (os.link, _no_links):
        monkeypatch.setattr(os, 'link', link)
        with pytest.raises(FileExistsError):
            write_new_file(path, b'second')
        write_new_file(tmp_path / link.__name__, b'other')
    assert path.read_bytes() == b'first'
    assert len(os.listdir(tmp_path)) == 3


def _no_links(*names):
    raise PermissionError(1, 'Operation not permitted')


def test_a_file_that_is_read_for_a_moment_is_replaced(tmp_path, monkeypatch):
    replace, tries = os.replace, []

    def refuse_once(source, target):
        tries.append(source)
        if len(tries) == 1:
            raise PermissionError(13, 'used by another process')
        replace(source, target)

    monkeypatch.setattr(os, 'replace', refuse_once)
    monkeypatch.setattr(atomic_writing, '_PATIENCE', (0.001, ))  # Windows
    write_file(tmp_path / 'a.png', b'new')
    assert (tmp_path / 'a.png').read_bytes() == b'new' and len(tries) == 2
