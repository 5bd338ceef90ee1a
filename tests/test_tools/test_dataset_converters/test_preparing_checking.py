"""Examining in parallel: order, memory of earlier runs, interruptions."""
import multiprocessing
import os
import signal
import time
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from hcl_mmagic.errors import HCLError

CHANGES = dict(
    touched=lambda path: os.utime(path, ns=(1, 1)),
    rewritten=lambda path: path.write_text('no image'))


@pytest.fixture
def samples(save):
    from hcl_mmagic.lab.preparing.file_listing import Sample
    for number in range(5):
        save(f'{number}.png')
    return [Sample(clean=f'{number}.png') for number in range(5)]


@pytest.fixture
def check(root, samples):
    """Examine the samples with two processes."""
    from hcl_mmagic.lab.preparing.sample_checking import check_samples

    def check():
        return check_samples(
            str(root), samples, str(root / 'annotations/checked.jsonl'), 2)

    return check


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr('hcl_mmagic.lab.preparing.sample_checking.BATCH_SIZE',
                        1)


def test_findings_come_in_the_order_of_the_samples(check, samples,
                                                   small_batches):
    findings = check()
    assert list(findings) == samples
    assert {finding.size for finding in findings.values()} == {(12, 10)}


@pytest.mark.timeout(60)
def test_processes_start_after_opencv_has_used_its_threads(check, samples):
    num_threads = cv2.getNumThreads()
    cv2.setNumThreads(4)
    try:
        cv2.GaussianBlur(np.zeros((2000, 2000, 3), np.uint8), (31, 31), 5)
        assert list(check()) == samples
        assert cv2.getNumThreads() == 4
    finally:
        cv2.setNumThreads(num_threads)


def test_a_second_run_decodes_nothing(check, monkeypatch, capsys):
    first = check()
    # The processes are forks of this one and so inherit the change.
    monkeypatch.setattr('hcl_mmagic.lab.preparing.sample_checking.examine',
                        pytest.fail)
    capsys.readouterr()
    assert check() == first
    assert '0 samples examined, 5 known' in capsys.readouterr().out


@pytest.mark.parametrize('change', CHANGES)
def test_a_file_that_changed_is_examined_again(check, root, capsys, change):
    check()
    CHANGES[change](root / '3.png')
    capsys.readouterr()
    findings = list(check().values())
    assert '1 samples examined, 4 known' in capsys.readouterr().out
    assert bool(findings[3].faults) == (change == 'rewritten')


def test_a_killed_run_goes_on_where_it_stopped(check, small_batches,
                                               monkeypatch, capsys):
    from hcl_mmagic.lab.preparing.journal import Journal

    def add_or_die(journal, entries, add=Journal.add):
        add(journal, entries)
        if '2.png' in next(iter(entries)):
            os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, 'add', add_or_die)
        process = multiprocessing.get_context('fork').Process(target=check)
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
    capsys.readouterr()
    assert len(check()) == 5
    assert '2 samples examined, 3 known' in capsys.readouterr().out


def test_an_interrupted_run_says_how_to_go_on(check, monkeypatch):

    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr('hcl_mmagic.lab.preparing.journal.Journal.add',
                        interrupt)
    with pytest.raises(HCLError, match='the same command goes on from here'):
        check()


def test_a_killed_worker_does_not_hang_the_run(check, monkeypatch):
    monkeypatch.setattr('hcl_mmagic.lab.preparing.sample_checking.examine',
                        lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(HCLError, match='was killed.*fewer --workers'):
        check()


def _leave_workers_alone(path: Path) -> None:
    """Start workers, write down their numbers, and get killed."""
    from hcl_mmagic.lab.worker_processes import work_in_processes
    with work_in_processes(_own_number, range(20), 2, 1) as batches:
        numbers = {number for batch in islice(batches, 10) for number in batch}
        path.write_text(' '.join(map(str, numbers)))
        os.kill(os.getpid(), signal.SIGKILL)


def _own_number(_: int) -> int:
    time.sleep(0.01)
    return os.getpid()


def _is_running(number: str) -> bool:
    status = Path(f'/proc/{number}/status')
    return status.is_file() and '\nState:\tZ' not in status.read_text()


@pytest.mark.skipif(not Path('/proc/self').exists(), reason='needs /proc')
def test_workers_leave_when_their_parent_is_killed(tmp_path):
    process = multiprocessing.get_context('fork').Process(
        target=_leave_workers_alone, args=(tmp_path / 'numbers', ))
    process.start()
    process.join()
    numbers = (tmp_path / 'numbers').read_text().split()
    deadline = time.monotonic() + 10
    while any(map(_is_running, numbers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_is_running, numbers))
