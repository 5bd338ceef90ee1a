"""Which photographs paths, folders and patterns mean."""
import os
from collections import Counter
from pathlib import Path
from typing import Callable, List

import pytest

from hcl_mmagic.errors import DataNotFoundError
from hcl_mmagic.photographs import finding
from hcl_mmagic.photographs.finding import (Input, find_images, find_inputs,
                                            read_image_list)


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


def test_images_are_found_in_nested_folders_by_name(tmp_path):
    (tmp_path / 'b' / 'c').mkdir(parents=True)
    for name in ('b/c/2.PNG', 'b/1.jpeg', 'a.webp', 'notes.txt', '._a.png'):
        (tmp_path / name).touch()
    names = ['a.webp', 'b/1.jpeg', 'b/c/2.PNG']
    assert find_images(str(tmp_path)) == [str(tmp_path / n) for n in names]


@pytest.mark.parametrize('slash', ['', '/'])
def test_a_split_without_a_folder_is_a_list(tmp_path, slash):
    (tmp_path / 'annotations').mkdir()
    (tmp_path / 'annotations/train.txt').write_text('b/2.png\na/1.png\n')
    (tmp_path / 'val').mkdir()
    (tmp_path / 'val/3.png').touch()
    assert find_images([f'{tmp_path}/train{slash}',
                        str(tmp_path / 'val')]) == [
                            str(tmp_path / name)
                            for name in ('b/2.png', 'a/1.png', 'val/3.png')
                        ]


def test_a_folder_counts_before_a_list_of_its_name(tmp_path):
    for name in ('annotations', 'train'):
        (tmp_path / name).mkdir()
    (tmp_path / 'annotations/train.txt').write_text('1.png\n')
    (tmp_path / 'train/2.png').touch()
    assert find_images(str(tmp_path /
                           'train')) == [str(tmp_path / 'train/2.png')]


def test_neither_folder_nor_list_is_named(tmp_path):
    with pytest.raises(
            DataNotFoundError,
            match='data/train does not exist, nor does the list '
            'data/annotations/train.txt'):
        find_images('data/train')


def test_list_lines_may_carry_labels_and_names_may_hold_spaces(tmp_path):
    listing = tmp_path / 'list.txt'
    listing.write_text('/a/my photo.jpg 12\nb.PNG\n')
    assert read_image_list(str(listing),
                           'root') == ['root/a/my photo.jpg', 'root/b.PNG']
    assert read_image_list(str(listing)) == ['/a/my photo.jpg', 'b.PNG']


def test_a_list_line_without_an_image_is_named(tmp_path):
    listing = tmp_path / 'list.txt'
    listing.write_text('a.png\nlabels\n')
    with pytest.raises(ValueError, match="line 2: .* got 'labels'"):
        read_image_list(str(listing))


@pytest.mark.parametrize('text, message', [(None, 'does not exist'),
                                           ('\n', 'No image named')])
def test_a_missing_or_empty_list_is_refused(tmp_path, text, message):
    if text is not None:
        (tmp_path / 'list.txt').write_text(text)
    with pytest.raises(DataNotFoundError, match=message):
        read_image_list(str(tmp_path / 'list.txt'))


def test_what_is_passed_over_is_counted(touch: Callable) -> None:
    touch('in/a.png', 'in/b.CR2', 'in/c.cr2', 'in/below/d.psd', 'in/notes',
          'in/.hidden', 'e.txt')
    others = Counter[str]()
    found = find_inputs(['in', 'e.txt'], recursive=True, passed_over=others)
    assert relatives(found) == ['a.png', 'e.txt']
    assert others == {'.cr2': 2, '.psd': 1, '': 1}


@pytest.mark.parametrize('name', ['a.mpo', 'a.TGA', 'a.jfif', 'a.pjpeg'])
def test_rarer_suffixes_are_photographs(touch: Callable, name: str) -> None:
    touch(f'in/{name}')
    assert relatives(find_inputs(['in'])) == [name]


def test_content_decides_where_there_is_no_suffix(touch: Callable,
                                                  tmp_path: Path) -> None:
    touch('in/b', 'in/c.bin')
    for name in ('a', 'c.bin', '1999. Summer'):
        (tmp_path / 'in' / name).write_bytes(b'\xff\xd8\xff\xe0')
    assert relatives(find_inputs(['in'])) == ['a']
    with pytest.raises(DataNotFoundError, match='No image found'):
        find_images('in')


@pytest.mark.skipif(not hasattr(os, 'mkfifo'), reason='no pipes')
def test_pipes_without_a_suffix_do_not_hang(touch: Callable) -> None:
    touch('in/a.png')
    os.mkfifo('in/pipe')
    os.symlink('/dev/zero', 'in/endless')
    assert relatives(find_inputs(['in'])) == ['a.png']
