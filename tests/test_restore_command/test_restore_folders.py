"""Folders of other files, shared folders and watched ones."""
import json
import os
from pathlib import Path
from typing import Callable, List

import pytest
from known_inferencer import contents, picture, save

from hcl_mmagic.photographs.finding import Input
from hcl_mmagic.restore_command import command
from hcl_mmagic.restore_command.claims import Claims
from hcl_mmagic.restore_command.main import main
from hcl_mmagic.restore_command.watching import Arrivals

Restore = Callable[..., int]


def read_report(tmp_path: Path) -> dict:
    return json.loads((tmp_path / 'r.json').read_text())


def statuses(tmp_path: Path) -> dict:
    return {Path(row['input']).name: row['status']
            for row in read_report(tmp_path)['photographs']}  # yapf: disable


def test_what_is_passed_over_is_said(tmp_path: Path, restore: Restore,
                                     capsys: pytest.CaptureFixture) -> None:
    save(tmp_path / 'in' / 'a.png', picture())
    for name in ('b.cr2', 'c.CR2', 'd.txt'):
        (tmp_path / 'in' / name).touch()
    assert restore('in', '-o', 'out', '--report', 'r.json') == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        'Passed over: 2 camera raw files (.cr2 2), 1 other file (.txt 1).')
    assert read_report(tmp_path)['passed_over'] == {
        'camera raw files': {
            '.cr2': 2
        },
        'other files': {
            '.txt': 1
        }
    }


def test_a_photograph_without_a_suffix_is_restored(tmp_path: Path,
                                                   restore: Restore) -> None:
    save(tmp_path / 'in' / 'a', picture(), format='PNG')
    assert restore('in', '-o', 'out') == 0
    assert set(contents(tmp_path / 'out')) == {'a.png'}


def test_two_processes_share_a_folder(tmp_path: Path,
                                      restore: Restore) -> None:
    for name in ('a.png', 'b.png'):
        save(tmp_path / 'in' / name, picture())
    (tmp_path / 'out').mkdir()
    other = Claims('out')
    assert other.take('a.png')
    arguments = ['in', '-o', 'out', '--skip-existing', '--report', 'r.json']
    assert restore(*arguments) == 0
    assert statuses(tmp_path) == {'a.png': 'skipped', 'b.png': 'restored'}
    assert 'another process' in read_report(
        tmp_path)['photographs'][0]['reason']
    other.release_all()
    assert restore(*arguments) == 0
    assert statuses(tmp_path) == {'a.png': 'restored', 'b.png': 'skipped'}
    assert set(os.listdir('out')) == {'a.png', 'b.png'}


def test_claims_are_given_back_after_failures(tmp_path: Path,
                                              restore: Restore) -> None:
    (tmp_path / 'a.png').write_bytes(b'no photograph')
    assert restore('a.png', '-o', 'out', '--skip-existing') == 1
    assert os.listdir('out') == []


def test_what_is_still_written_has_not_arrived(tmp_path: Path) -> None:
    path = tmp_path / 'a.png'
    inputs = [Input(str(path), 'a.png')]
    arrivals = Arrivals()
    path.write_bytes(b'')
    assert not arrivals.whole(inputs) and not arrivals.whole(inputs)
    for part in (b'12', b'34'):
        with open(path, 'ab') as file:
            file.write(part)
        assert not arrivals.whole(inputs)
    assert arrivals.whole(inputs) == inputs
    assert not arrivals.whole(inputs)
    path.write_bytes(b'other')
    assert not arrivals.whole(inputs)
    assert arrivals.whole(inputs) == inputs
    path.unlink()
    assert not arrivals.whole(inputs)


def watch(monkeypatch: pytest.MonkeyPatch, restore: Restore,
          steps: List[Callable[[], object]], *arguments: object) -> int:
    """Watch a folder in which one thing happens between two looks."""
    left = iter(steps)

    def sleep(_: float) -> None:
        step = next(left, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr(command.time, 'sleep', sleep)
    return restore(*arguments)


def test_what_arrives_is_restored(tmp_path: Path, restore: Restore,
                                  monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / 'in'
    save(folder / 'a.jpg', picture())

    def nothing() -> None:
        """The next look finds what the last one found."""

    steps = [
        nothing, lambda: save(folder / 'b.png', picture()), nothing,
        lambda: (folder / 'c.png').write_bytes(b'no photograph'), nothing,
        nothing, lambda: save(folder / 'a.png', picture()), nothing
    ]  # yapf: disable
    assert watch(monkeypatch, restore, steps, 'in', '-o', 'out', '--watch',
                 '--report', 'r.json') == 1
    assert statuses(tmp_path)['b.png'] == 'restored'
    assert statuses(tmp_path)['c.png'] == 'failed'
    # a.png came later, when its name was taken by the result of a.jpg.
    assert set(contents(tmp_path / 'out')) >= {'b.png', 'a_2.png'}


def test_a_watched_folder_may_come_later(tmp_path: Path, restore: Restore,
                                         monkeypatch: pytest.MonkeyPatch
                                         ) -> None:  # yapf: disable
    steps = [lambda: save(tmp_path / 'in' / 'a.png', picture()),
             lambda: None]  # yapf: disable
    assert watch(monkeypatch, restore, steps, 'in', '-o', 'out', '--watch',
                 '0.5') == 0
    assert set(contents(tmp_path / 'out')) == {'a.png'}


@pytest.mark.parametrize('arguments, message', [
    (['in', '--in-place', '--watch'], '--watch restores into OUT'),
    (['-o', 'in', '--watch', '1', 'in'], 'an OUT that it does not watch'),
    (['in', '-o', 'out', '--watch', '0'], 'expected seconds from 0.1 on'),
])
def test_what_cannot_be_watched(capsys: pytest.CaptureFixture, arguments: list,
                                message: str) -> None:
    with pytest.raises(SystemExit, match='2'):
        main(arguments)
    assert message in capsys.readouterr().err
