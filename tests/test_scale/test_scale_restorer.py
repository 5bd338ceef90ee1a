"""What a process of an engine does, without an engine."""
from pathlib import Path
from typing import Any, Dict, List, Sequence

import pytest
from known_inferencer import KnownInferencer, contents, picture, save

from hcl_mmagic import apis
from hcl_mmagic.restore_command import input_reading
from hcl_mmagic.restore_command.main import main
from hcl_mmagic.scale.ray_job import parse_job
from hcl_mmagic.scale.restorer import Restorer, Tries


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Current folder, with six pictures in 'in'."""
    monkeypatch.setattr(apis, 'HCLInferencer', KnownInferencer)
    monkeypatch.setattr(input_reading, 'why_not_judged', lambda pixels: None)
    monkeypatch.chdir(tmp_path)
    for index in range(6):
        save(tmp_path / f'in/{index}.png', picture(9, seed=index))
    return tmp_path


@pytest.fixture
def tries() -> Tries:
    return Tries()


@pytest.fixture
def restorer(work: Path, tries: Tries) -> Restorer:
    return Restorer(parse_job(['in', 'out'])[1], tries, 3)


def batch(*names: str, problem: str = '') -> Dict[str, Sequence[str]]:
    return dict(
        source=[f'in/{name}' for name in names], name=names,
        problem=[problem] * len(names))  # yapf: disable


def names_of(number: int) -> List[str]:
    return [f'{index}.png' for index in range(number)]


def test_results_are_those_of_the_command(work: Path,
                                          restorer: Restorer) -> None:
    rows = restorer(batch(*names_of(4)))
    rows = restorer(batch(*names_of(6)))
    assert rows['name'] == names_of(6)
    assert rows['status'] == ['skipped'] * 4 + ['restored'] * 2
    assert main(['--manifest', 'in', '-o', 'core']) == 0

    def pictures(folder: Path) -> Dict[str, bytes]:
        return {name: content for name, content in contents(folder).items()
                if name.endswith('.png')}  # yapf: disable

    assert pictures(work / 'out') == pictures(work / 'core')
    assert main(['receipts', 'out', '--manifest', 'in', '--contents']) == 0


def test_one_that_fails_is_tried_again_alone(
        work: Path, restorer: Restorer,
        monkeypatch: pytest.MonkeyPatch) -> None:
    restore_really = KnownInferencer.restore
    failures = iter([True, False])

    def fail_once(self: Any, source: Any, **options: Any) -> object:
        if source.pixels[1, 0].tolist() == picture(seed=1)[1, 0].tolist() \
                and next(failures, False):
            raise RuntimeError('lost the connection')
        return restore_really(self, source, **options)

    monkeypatch.setattr(KnownInferencer, 'restore', fail_once)
    rows = restorer(batch(*names_of(3)))
    assert rows['status'] == ['restored'] * 3 and rows['reason'] == [''] * 3
    assert next(failures, None) is None


def test_one_that_always_fails_is_told_and_the_others_are_done(
        work: Path, restorer: Restorer) -> None:
    (work / 'in/1.png').write_bytes(b'broken')
    rows = restorer(batch(*names_of(3)))
    assert rows['status'] == ['restored', 'failed', 'restored']
    assert 'in/1.png' in rows['reason'][1]


def test_one_that_ends_its_process_is_given_up(
        work: Path, tries: Tries, restorer: Restorer,
        monkeypatch: pytest.MonkeyPatch) -> None:

    class Killed(BaseException):
        """Stands for the end of a process."""

    restore_really = KnownInferencer.restore

    def die(self: Any, source: Any, **options: Any) -> object:
        if source.pixels[1, 0].tolist() == picture(seed=2)[1, 0].tolist():
            raise Killed
        return restore_really(self, source, **options)

    monkeypatch.setattr(KnownInferencer, 'restore', die)
    for _ in range(3):
        with pytest.raises(Killed):
            restorer(batch(*names_of(5)))
    rows = restorer(batch(*names_of(5)))
    assert rows['status'].count('failed') == 1
    assert rows['status'][2] == 'failed'
    assert 'ended 3 times' in rows['reason'][2]
    assert rows['status'][:2] == ['skipped'] * 2
    assert main(['receipts', 'out', '--manifest', 'in']) == 1


def test_a_line_that_cannot_be_restored_is_not_tried_again(
        restorer: Restorer) -> None:
    rows = restorer(batch('0.png', problem='no good name'))
    assert rows == dict(
        name=['0.png'], status=['failed'], reason=['in/0.png: no good name'])


def test_what_is_done_is_forgotten(tries: Tries) -> None:
    assert tries.so_far(['a', 'b']) == [0, 0]
    assert tries.begin('a') == 2
    assert tries.so_far(['a', 'b']) == [2, 1]
    tries.forget(['a'])
    assert tries.so_far(['a', 'b']) == [0, 1]


@pytest.mark.parametrize('arguments, reason', [
    (['in'], 'OUT'),
    (['in', 'out', '--actors', '0'], 'whole number from 1'),
    (['in', 'out', '--nonsense'], 'unrecognized arguments: --nonsense'),
    (['in', 'out', '--in-place'], 'say either -o OUT or --in-place'),
])
def test_misuse_is_told(arguments: List[str], reason: str,
                        capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as left:
        parse_job(arguments)
    assert left.value.code == 2
    assert reason in ' '.join(capsys.readouterr().err.split())


def test_without_ray_one_sentence_says_what_to_install(
        work: Path, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture) -> None:
    import sys

    from hcl_mmagic.scale.ray_job import main as run
    monkeypatch.setitem(sys.modules, 'ray', None)
    with pytest.raises(SystemExit):
        run(['in', 'out'])
    assert 'pip install "hcl-mmagic[ray]"' in capsys.readouterr().err
