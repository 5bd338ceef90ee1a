"""Claims of processes that live, end, or are killed."""
import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from hcl_mmagic.restore_command.claims import Claims

pytest.importorskip('fcntl')
OTHER = """
import sys, time
from hcl_mmagic.restore_command.claims import Claims
print(Claims(sys.argv[1]).take('a.png'), flush=True)
time.sleep(60)
"""


@pytest.fixture
def other(tmp_path: Path) -> subprocess.Popen:
    """Another process, which has claimed a.png."""
    with subprocess.Popen([sys.executable, '-c', OTHER, tmp_path],
                          stdout=subprocess.PIPE,
                          text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == 'True\n'
        yield process
        process.kill()


def test_what_another_process_has_is_refused(tmp_path: Path,
                                             other: subprocess.Popen) -> None:
    claims = Claims(str(tmp_path))
    assert not claims.take('a.png')
    assert claims.take('b.png')


def test_claims_die_with_their_owner(tmp_path: Path,
                                     other: subprocess.Popen) -> None:
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert list(tmp_path.iterdir())  # what the killed one has left
    claims = Claims(str(tmp_path))
    assert claims.take('a.png')
    claims.release('a.png')
    assert not list(tmp_path.iterdir())


def test_what_is_given_back_can_be_taken(tmp_path: Path) -> None:
    first, second = Claims(str(tmp_path)), Claims(str(tmp_path))
    assert first.take('a') and first.take('b') and not second.take('a')
    first.release('a')
    assert second.take('a') and not second.take('b')
    first.release_all()
    second.release_all()
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_hinders_nobody(tmp_path: Path) -> None:
    assert Claims(str(tmp_path / 'none')).take('a')


def test_files_are_locked_on_windows_too(tmp_path: Path,
                                         monkeypatch: pytest.MonkeyPatch
                                         ) -> None:  # yapf: disable
    locked, unlink = {}, os.unlink

    def locking(descriptor: int, mode: int, number: int) -> None:
        place = os.fstat(descriptor).st_ino
        holder = locked.get(place, descriptor)
        if holder != descriptor and _is_open(holder):
            raise PermissionError(13, 'Permission denied')
        locked[place] = descriptor

    def unlink_closed(path: str) -> None:
        if _is_open(locked[os.stat(path).st_ino]):
            raise PermissionError(13, 'used by another process')
        unlink(path)

    monkeypatch.setitem(sys.modules, 'msvcrt',
                        SimpleNamespace(locking=locking, LK_NBLCK=2))
    monkeypatch.setattr(os, 'unlink', unlink_closed)
    spec = importlib.util.find_spec('hcl_mmagic.restore_command.claims')
    module = importlib.util.module_from_spec(spec)
    with monkeypatch.context() as patch:
        patch.setattr(sys, 'platform', 'win32')
        spec.loader.exec_module(module)
    first, second = (module.Claims(str(tmp_path)) for _ in range(2))
    assert first.take('a') and not second.take('a')
    first.release('a')
    assert second.take('a')
    second.release_all()
    assert not list(tmp_path.iterdir())


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
