"""Receipts of photographs, and what they say of a whole job."""
import json
from pathlib import Path
from typing import Any

import pytest

from hcl_mmagic.jobs.manifest import RECEIPTS, read_manifest
from hcl_mmagic.jobs.receipt_checking import check_manifest, check_receipts
from hcl_mmagic.jobs.receipts import (Receipt, find_receipt, fitting_name,
                                      is_finished_with, parse_receipt,
                                      receipt_path, write_receipt)
from hcl_mmagic.jobs.storage import Folder, open_folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return open_folder(str(tmp_path / 'out'))


def receipt(name: str, **changes: Any) -> Receipt:
    row = dict(
        name=name, source=f'/in/{name}', input_state='1', status='clean',
        version='1', weights='w 0', options={}, outputs=dict(copy=name),
        input_sha256='0' * 64, output_sha256='0' * 64, output_bytes=3,
        reason=None)  # yapf: disable
    return Receipt({**row, **changes})


def finish(folder: Folder, name: str, **changes: Any) -> Receipt:
    folder.write(name, b'abc')
    written = receipt(name, **changes)
    write_receipt(folder, written)
    return written


def test_a_receipt_is_found_again(folder: Folder) -> None:
    written = finish(folder, 'a/b.png')
    assert find_receipt(folder, 'a/b.png') == written
    assert find_receipt(folder, 'a/c.png') is None


@pytest.mark.parametrize('content', [
    b'', b'{"half": ', b'[]', b'{}', b'\xff\xfe', json.dumps(
        receipt('a', output_sha256=None).row).encode(),
    json.dumps(receipt('a', outputs={}).row).encode()])  # yapf: disable
def test_what_is_no_receipt_counts_for_nothing(folder: Folder,
                                               content: bytes) -> None:
    with pytest.raises(ValueError):
        parse_receipt(content)
    folder.write(receipt_path('a.png'), content)
    assert find_receipt(folder, 'a.png') is None


def test_finished_is_what_was_done_the_same_way(folder: Folder) -> None:
    recipe = dict(version='1', weights='w 0', options={})
    done = finish(folder, 'a.png')
    assert is_finished_with(done, recipe, folder)
    for other in (dict(version='2'), dict(weights='w 1'),
                  dict(options=dict(threshold=0.5))):
        assert not is_finished_with(done, {**recipe, **other}, folder)
    assert not is_finished_with(
        receipt('a.png', status='failed'), recipe, folder)
    folder.write('a.png', b'abcd')
    assert not is_finished_with(done, recipe, folder)


def test_long_names_stay_apart(folder: Folder) -> None:
    names = [f'{"x" * 240}{number}.png' for number in range(2)]
    fitting = {fitting_name(name) for name in names}
    assert len(fitting) == 2 and max(map(len, fitting)) <= 200
    assert all(name.endswith('.png') for name in fitting)
    assert fitting_name('é' * 60 + '.png') == 'é' * 60 + '.png'
    for name in names:
        write_receipt(folder, receipt(name))


def test_every_kind_of_gap_is_found(tmp_path: Path, folder: Folder) -> None:
    names = [f'{kind}.png' for kind in ('good', 'none', 'failed', 'lost',
                                        'other', 'twice', 'twice')]
    (tmp_path / 'list.txt').write_text('\n'.join(names))
    for name in ('good.png', 'lost.png', 'other.png', 'twice.png'):
        finish(folder, name)
    write_receipt(folder, receipt('failed.png', status='failed', outputs={},
                                  reason='it is damaged'))  # yapf: disable
    folder.remove('lost.png')
    folder.write('other.png', b'ab')
    merged: list = []
    left: list = []
    found = check_manifest(
        folder, read_manifest(str(tmp_path / 'list.txt')), False,
        merged.append, left.append)
    assert found.problems == {
        'no receipt': 1, 'failed': 1, 'its result is missing': 1,
        'its result is another one': 1,
        'its name stands twice in the manifest': 1}  # yapf: disable
    assert [item.relative for item in left] == names[1:5] + names[6:]
    assert 'failed.png: failed (it is damaged)' in found.examples
    assert len(merged) == 6 and not found.is_complete


def test_contents_are_compared_when_asked(tmp_path: Path,
                                          folder: Folder) -> None:
    finish(folder, 'a.png')
    (tmp_path / 'list.txt').write_text('a.png\n')

    def check(read_contents: bool) -> bool:
        inputs = read_manifest(str(tmp_path / 'list.txt'))
        return check_manifest(folder, inputs, read_contents).is_complete

    assert check(False) and not check(True)
    digest = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    finish(folder, 'a.png', output_sha256=digest)
    assert check(True)


def test_without_a_manifest_what_is_there_is_checked(folder: Folder) -> None:
    finish(folder, 'a.png')
    finish(folder, 'b.png', version='2')
    assert check_receipts(folder).is_complete
    assert len(check_receipts(folder).recipes) == 2
    folder.write(f'{RECEIPTS}/c.png.json', b'{')
    folder.write(f'{RECEIPTS}/.hcl-0123456789abcdef.incomplete', b'{')
    assert check_receipts(folder).problems == {
        'no receipt that can be read': 1
    }
