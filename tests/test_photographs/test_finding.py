"""Which photographs paths, folders and patterns mean."""
import os
from pathlib import Path
from typing import Callable, List

import pytest

from hcl_mmagic.photographs import finding
from hcl_mmagic.photographs.finding import Input, find_inputs


@pytest.fixture
def touch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch
          ) -> Callable[..., None]:  # yapf: disable
    """Makes empty files below the current folder."""
    monkeypatch.chdir(tmp_path)

    def touch(*names: str) -> None:
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    return touch


def relatives(found: List[Input]) -> List[str]:
    assert all(item.problem is None for item in found)
    return [item.relative.replace(os.sep, '/') for item in found]


def test_a_folder_gives_its_photographs_only(touch: Callable) -> None:
    touch('in/b.JPG', 'in/a.tiff', 'in/notes.txt', 'in/.hidden.png',
          'in/below/c.png', 'in/.cache/d.png')
    assert relatives(find_inputs(['in'])) == ['a.tiff', 'b.JPG']
    assert relatives(find_inputs(['in'], recursive=True)) == [
        'a.tiff', 'b.JPG', 'below/c.png']  # yapf: disable


def test_files_keep_their_names_and_come_in_their_order(
        touch: Callable) -> None:
    touch('x/b.png', 'y/.a', 'z')
    found = find_inputs(['x/b.png', 'y/.a', 'z'])
    assert relatives(found) == ['b.png', '.a', 'z']
    assert [item.path for item in found] == ['x/b.png', 'y/.a', 'z']


def test_several_folders_keep_their_names(touch: Callable) -> None:
    touch('x/one/a.png', 'two/a.png', 'a.png')
    found = find_inputs(['x/one/', 'two', 'a.png'])
    assert relatives(found) == ['one/a.png', 'two/a.png', 'a.png']


def test_patterns_keep_what_follows_the_first_wildcard(
        touch: Callable) -> None:
    touch('in/1/a.png', 'in/2/b.png', 'in/2/c.txt', 'in/2/sub/d.png')
    assert relatives(find_inputs(['in/*/*.png'])) == ['1/a.png', '2/b.png']
    assert relatives(find_inputs(['in/**/d.png'])) == ['2/sub/d.png']
    assert relatives(find_inputs(['in/2*'])) == ['2/b.png']
    assert relatives(find_inputs(['i*/1'])) == ['in/1/a.png']


def test_what_exists_is_no_pattern(touch: Callable) -> None:
    touch('a[1].png', 'a1.png')
    assert relatives(find_inputs(['a[1].png'])) == ['a[1].png']


def test_each_photograph_is_taken_once(touch: Callable) -> None:
    touch('in/a.png', 'in/b.png')
    found = find_inputs(['in/b.png', 'in', './in/../in', 'in/a*'])
    assert [item.path for item in found] == ['in/b.png', 'in/a.png']


@pytest.mark.parametrize('text', ['nothing.png', 'none/*.png', ''])
def test_what_does_not_exist_is_kept_with_the_reason(touch: Callable,
                                                     text: str) -> None:
    item, = find_inputs([text])
    assert item.path == text
    assert item.problem == 'there is no such file or folder'


def test_folders_of_results_are_left_out(touch: Callable) -> None:
    touch('in/a.png', 'in/restored/a.png', 'in/restored/deep/b.png')
    os.symlink('restored', 'in/link')
    found = find_inputs(['in'], recursive=True, left_out=['in/restored'])
    assert relatives(found) == ['a.png']
    named = find_inputs(['in/restored'], left_out=['in/restored'])
    assert relatives(named) == ['a.png']


def test_loops_of_links_end_and_real_names_win(touch: Callable) -> None:
    touch('in/real/a.png', 'elsewhere/b.png')
    os.symlink('..', 'in/real/up')
    os.symlink('real', 'in/a_link')
    os.symlink('../elsewhere', 'in/away')
    os.symlink('self', 'in/self')
    found = find_inputs(['in'], recursive=True)
    assert relatives(found) == ['away/b.png', 'real/a.png']


def test_links_that_lead_nowhere_are_named(touch: Callable) -> None:
    touch('in/a.png')
    os.symlink('missing.png', 'in/b.png')
    os.symlink('c.png', 'in/c.png')
    assert relatives(find_inputs(['in'])) == ['a.png', 'b.png', 'c.png']


def test_folders_that_cannot_be_listed_are_named(
        touch: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    touch('in/a.png', 'in/locked/b.png')

    def scandir(path: str) -> object:
        if 'locked' in path:
            raise PermissionError(13, 'Permission denied', path)
        return os.scandir(path)

    fake = type('os', (), dict(vars(os), scandir=staticmethod(scandir)))
    monkeypatch.setattr(finding, 'os', fake)
    first, locked = find_inputs(['in'], recursive=True)
    assert first.relative == 'a.png' and first.problem is None
    assert locked.path == os.path.join('in', 'locked')
    assert locked.problem == 'cannot list the folder: Permission denied'
