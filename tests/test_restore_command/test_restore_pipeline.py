"""Reading ahead and writing behind change neither results nor memory."""
import threading
import time
from pathlib import Path
from typing import Callable, List

import pytest
from known_inferencer import KnownInferencer, contents, picture, save

from hcl_mmagic.photographs.finding import Input
from hcl_mmagic.restore_command.input_reading import InputReader
from hcl_mmagic.restore_command.names import choose_names
from hcl_mmagic.restore_command.pipeline import Job, Pipeline
from hcl_mmagic.restore_command.report import Entry
from hcl_mmagic.restore_command.result_writing import ResultWriter

Restore = Callable[..., int]


@pytest.fixture
def mixed_folder(tmp_path: Path) -> Path:
    for index in range(24):
        size = (13, 16) if index == 5 else (12 + index // 8, 16)
        save(tmp_path / 'in' / f'{index:02}.png',
             picture(index % 12, size, seed=index))
    (tmp_path / 'in' / '10.png').write_bytes(b'broken')
    return tmp_path


@pytest.mark.parametrize('workers, batch_size, at_once', [(1, 5, 1), (2, 1, 1),
                                                          (7, 8, 3),
                                                          (1, 1, 2)])
def test_results_do_not_depend_on_how_they_are_made(
        mixed_folder: Path, restore: Restore, workers: int, batch_size: int,
        at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    extras = ('--save', 'mask,confidence,panel')
    assert restore('in', '-o', 'plain', *extras) == 1
    monkeypatch.setattr(KnownInferencer, 'at_once', at_once)
    assert restore('in', '-o', 'other', *extras, '--workers', workers,
                   '--batch-size', batch_size) == 1
    plain = contents(mixed_folder / 'plain')
    # One is broken, and nothing restores 13 rows: 05 and 08 to 15.
    assert len(plain) == 4 * (24 - 9)
    assert contents(mixed_folder / 'other') == plain


def test_several_photographs_are_restored_at_once(
        tmp_path: Path, restore: Restore,
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waits for another one, so one after the other would never end."""
    for name in 'abcd':
        save(tmp_path / 'in' / f'{name}.png', picture())
    pair = threading.Barrier(2, timeout=20)
    restore_really = KnownInferencer.restore

    def meet(self: KnownInferencer, *args: object,
             **options: object) -> object:
        pair.wait()
        return restore_really(self, *args, **options)

    monkeypatch.setattr(KnownInferencer, 'restore', meet)
    monkeypatch.setattr(KnownInferencer, 'at_once', 2)
    assert restore('in', '-o', 'out') == 0
    assert len(contents(tmp_path / 'out')) == 4


def test_photographs_of_equal_size_are_restored_together(
        mixed_folder: Path, restore: Restore) -> None:
    restore('in/0[0-4].png', 'in/1[6-9].png', 'in/06.png', '-o', 'out',
            '--batch-size', 3)
    assert KnownInferencer.latest.batches == [3, 2, 3, 1, 1]


def test_a_batch_that_fails_is_tried_one_by_one(
        tmp_path: Path, restore: Restore,
        monkeypatch: pytest.MonkeyPatch) -> None:
    for name in 'abc':
        save(tmp_path / 'in' / f'{name}.png', picture())

    def run_out(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(KnownInferencer, '__call__', run_out)
    assert restore('in', '-o', 'out', '--batch-size', 3) == 0
    assert len(contents(tmp_path / 'out')) == 3


@pytest.mark.parametrize('workers', [1, 3])
def test_a_few_photographs_are_in_memory(tmp_path: Path, workers: int) -> None:
    """A slow network does not let the readers run ahead, nor do slow
    writers let results pile up."""
    held, most = set(), [0]
    lock = threading.Lock()

    class CountingReader(InputReader):

        def read(self, item: Input) -> object:
            with lock:
                held.add(item.path)
                most[0] = max(most[0], len(held))
            return super().read(item)

    class SlowWriter(ResultWriter):

        def write(self, path: str, *args: object) -> None:
            time.sleep(0.005)
            super().write(path, *args)
            with lock:
                held.discard(path)

    path = save(tmp_path / 'a.png', picture(size=(64, 64)))
    names = choose_names([f'{index}.png' for index in range(40)])
    jobs = []
    for index, own_names in enumerate(names):
        link = tmp_path / f'{index}.png'
        link.symlink_to(path)
        jobs.append(
            Job(Input(str(link), link.name), own_names, Entry(str(link))))
    done: List[Entry] = []
    Pipeline(
        CountingReader(),
        KnownInferencer(),
        SlowWriter(str(tmp_path / 'out')),
        mask_mode='replace',
        batch_size=1,
        workers=workers,
        on_done=done.append).run(jobs)
    assert done == [job.entry for job in jobs]
    assert {entry.status for entry in done} == {'restored'}
    # Read ahead, in the network, waiting to be written.
    assert most[0] <= 2 * workers + 2


def test_unexpected_errors_do_not_stop_the_others(
        mixed_folder: Path, restore: Restore,
        capsys: pytest.CaptureFixture) -> None:
    assert restore('in/0[4-6].png', '-o', 'out') == 1
    assert ('05.png: unexpected RuntimeError: thirteen rows'
            in capsys.readouterr().err)
    assert set(contents(mixed_folder / 'out')) == {'04.png', '06.png'}


def test_a_full_disk_is_named(mixed_folder: Path, restore: Restore,
                              monkeypatch: pytest.MonkeyPatch,
                              capsys: pytest.CaptureFixture) -> None:

    def refuse(*_: object) -> None:
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr('hcl_mmagic.jobs.storage.write_file', refuse)
    assert restore('in/04.png', '-o', 'out') == 1
    assert '04.png: No space left on device' in capsys.readouterr().err
