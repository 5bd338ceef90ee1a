"""Claims of processes that live, end, or are killed."""
import signal
import subprocess
import sys
from pathlib import Path

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
