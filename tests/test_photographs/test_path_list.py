"""Compact lists of paths are lists of paths."""
import tracemalloc
from typing import List

import numpy as np
import pytest

from hcl_mmagic.photographs.path_list import PathList, lines_of, whole_names

PATHS = ['a/x.jpg', '/b.png', 'caf\udce9.png', 'ü/日本.tif', 'a b.png']


def test_it_is_what_it_was_made_of() -> None:
    found = PathList.of(PATHS)
    assert list(found) == PATHS and found == PATHS and len(found) == 5
    assert found[1:4] == PATHS[1:4] and found[::-2] == PATHS[::-2]
    assert found[-1] == PATHS[-1]
    assert found.take(np.array([3, 0, 3])) == [PATHS[3], PATHS[0], PATHS[3]]
    assert found != PATHS[:4] and found != PATHS[::-1]
    with pytest.raises(IndexError):
        found[5]


def test_below_a_folder_no_path_leads_out_of_it() -> None:
    found = PathList.of(['a.png', '/b.png', '//c/d.png', ''])
    assert found.below('root') == [
        'root/a.png', 'root/b.png', 'root/c/d.png', 'root/']  # yapf: disable
    assert found.below('root/')[0] == 'root/a.png'
    assert found[1] == '/b.png'


@pytest.mark.parametrize('text', [
    b'', b'\n', b'a', b'a\n', b'a\n\nbc\r\nd', b'\r\n\r\n', b'a\n' * 5])
def test_lines_are_those_of_the_text(text: bytes) -> None:  # yapf: disable
    starts, lengths = lines_of(text)
    found = [text[start:start + length]
             for start, length in zip(starts, lengths)]  # yapf: disable
    expected = text.split(b'\n')
    if expected[-1] == b'':
        expected.pop()
    assert found == [line.removesuffix(b'\r') for line in expected]


@pytest.mark.parametrize('line, is_name', [
    ('a.jpg', True), ('a.JpG', True), ('.jpg', False), ('a.jpg 12', False),
    ('a b.jpg', False), ('a\t.jpg', False), ('a.txt', False), ('', False),
    ('日本.png', True), ('a.png.', False)])
def test_plain_names_are_told(line: str, is_name: bool) -> None:
    text = f'x.png\r\n{line}\ny.jpg\n'.encode()
    found = whole_names(text, *lines_of(text), ('.jpg', '.png'))
    assert found.tolist() == [True, is_name, True]


def test_a_path_takes_little_more_than_its_bytes() -> None:
    paths: List[str] = [f'a/{index:07}.jpg' for index in range(50_000)]
    text = '\n'.join(paths).encode()
    tracemalloc.start()
    found = PathList(text, *lines_of(text))
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert list(found) == paths
    assert kept < 6 * len(paths)  # beside the text itself
