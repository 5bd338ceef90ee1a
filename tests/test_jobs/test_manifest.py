"""Manifests of every kind, and their shares."""
import io
import os
import tarfile
from pathlib import Path
from typing import List

import pytest

from hcl_mmagic.errors import ConfigError, DataNotFoundError, PhotographError
from hcl_mmagic.jobs.manifest import (line_of, read_manifest, read_source,
                                      source_of, state_of)
from hcl_mmagic.jobs.share import Share
from hcl_mmagic.photographs.finding import Input


def write_tar(path: Path, members: dict) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, 'w') as archive:
        for name, content in members.items():
            item = tarfile.TarInfo(name)
            item.size = len(content)
            archive.addfile(item, io.BytesIO(content))
    return path


def names(path: object, share: Share = Share(), **options: list) -> List[str]:
    return [item.relative
            for item in read_manifest(str(path), share, **options)]


def test_lines_are_relative_to_the_folder_of_the_list(tmp_path: Path) -> None:
    (tmp_path / 'list.txt').write_text('a/x.jpg\n\n/y.png\nz.png\tnew/z.png\n')
    found = list(read_manifest(str(tmp_path / 'list.txt')))
    assert [(item.path, item.relative) for item in found] == [
        (f'{tmp_path}/a/x.jpg', 'a/x.jpg'), ('/y.png', 'y.png'),
        (f'{tmp_path}/z.png', 'new/z.png')]  # yapf: disable


def test_addresses_give_names_without_protocol_and_query(
        tmp_path: Path) -> None:
    (tmp_path / 'list.txt').write_text(
        's3://bucket/a/x.jpg\nhttps://host:80/y.png?size=3\n')
    assert names(tmp_path / 'list.txt') == ['bucket/a/x.jpg', 'host_80/y.png']


@pytest.mark.parametrize('line', ['../a.png', 'a.png\t/b.png', 'a\t../b',
                                  'a.png\t.receipts/a.png'])  # yapf: disable
def test_a_name_that_leads_out_of_the_results_is_a_problem(
        tmp_path: Path, line: str) -> None:
    (tmp_path / 'list.txt').write_text(line + '\n')
    item, = read_manifest(str(tmp_path / 'list.txt'))
    assert 'write a tab and another name' in str(item.problem)


def test_names_of_files_that_are_no_text_come_back(tmp_path: Path) -> None:
    line = b'caf\xe9.png\n'
    (tmp_path / 'list.txt').write_bytes(line)
    (tmp_path / 'left.txt').write_text(
        ''.join(map(line_of, read_manifest(str(tmp_path / 'list.txt')))),
        'utf-8', 'surrogateescape')
    again, = read_manifest(str(tmp_path / 'left.txt'))
    assert again.path.encode('utf-8', 'surrogateescape') == \
        f'{tmp_path}/'.encode() + line.rstrip()


def test_shares_are_a_partition(tmp_path: Path) -> None:
    (tmp_path / 'list.txt').write_text(
        ''.join(f'{number}.png\n' for number in range(23)))
    whole = names(tmp_path / 'list.txt')
    shares = [names(tmp_path / 'list.txt', Share(k, 4)) for k in (1, 2, 3, 4)]
    assert sorted(sum(shares, [])) == sorted(whole)
    assert {len(share) for share in shares} == {5, 6}


def test_a_folder_is_searched_without_results(tmp_path: Path) -> None:
    for name in ('b.png', 'a/c.jpg', 'out/b.png', 'note.txt', '.hidden.png'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b'')
    assert names(tmp_path, left_out=[str(tmp_path / 'out')]) == \
        ['a/c.jpg', 'b.png']


def test_a_parquet_file_names_paths_and_results(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip('pyarrow')
    from pyarrow import parquet
    table = pyarrow.table(
        dict(size=[1, 2], url=['a.png', 's3://b/c.png'], name=['n.png', None]))
    parquet.write_table(table, tmp_path / 'list.parquet')
    assert names(tmp_path / 'list.parquet') == ['n.png', 'b/c.png']


def test_a_parquet_file_without_paths_says_what_it_has(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip('pyarrow')
    from pyarrow import parquet
    parquet.write_table(
        pyarrow.table(dict(image=['a'])), tmp_path / 'list.parquet')
    with pytest.raises(ConfigError, match='column path or url.*it has image'):
        names(tmp_path / 'list.parquet')
    (tmp_path / 'no.parquet').write_text('no table at all')
    with pytest.raises(ConfigError, match='is no Parquet file'):
        names(tmp_path / 'no.parquet')


def test_without_pyarrow_one_sentence_says_what_to_install(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__('sys').modules, 'pyarrow', None)
    with pytest.raises(ConfigError, match=r'pip install "hcl-mmagic\[parq'):
        names(tmp_path / 'list.parquet')


def test_tar_shards_give_their_photographs(tmp_path: Path) -> None:
    members = {'./0001.jpg': b'one', '0001.json': b'{}', '0002.mask.png': b'm',
               'b/0002.PNG': b'two', '.x.png': b''}  # yapf: disable
    tar = write_tar(tmp_path / 's/00.tar', members)
    found = list(read_manifest(str(tar)))
    assert [item.relative
            for item in found] == ['00/0001.jpg', '00/b/0002.PNG']
    assert [read_source(item, 9) for item in found] == [b'one', b'two']


def test_members_can_be_listed_one_by_one(tmp_path: Path) -> None:
    tar = write_tar(tmp_path / 'a.tar', {'1.jpg': b'one', '2.jpg': b'two'})
    lines = [line_of(item) for item in read_manifest(str(tar))]
    (tmp_path / 'left.txt').write_text(lines[1])
    item, = read_manifest(str(tmp_path / 'left.txt'))
    assert (item.relative, read_source(item, 9)) == ('a/2.jpg', b'two')


@pytest.mark.parametrize('pattern', ['s/{00..10}.tar', 's/*.tar'])
def test_shares_take_whole_tar_files(tmp_path: Path, pattern: str,
                                     monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(11):
        write_tar(tmp_path / f's/{number:02}.tar',
                  {f'{index}.jpg': b'' for index in range(3)})
    assert len(names(pattern)) == 33
    taken = {name.split('/')[0] for name in names(pattern, Share(2, 4))}
    assert taken == {'01', '05', '09'}
    # Fewer files than shares: all take part.
    assert [len(names('s/00.tar', Share(k, 3))) for k in (1, 2, 3)] == [1] * 3


def test_a_broken_tar_file_is_told(tmp_path: Path) -> None:
    (tmp_path / 'a.tar').write_bytes(b'x' * 2000)
    with pytest.raises(ConfigError, match='cannot be read as a tar file'):
        names(tmp_path / 'a.tar')
    with pytest.raises(DataNotFoundError, match='no file .*b.tar'):
        names(tmp_path / 'b.tar')
    with pytest.raises(DataNotFoundError, match='no tar file'):
        names(tmp_path / 'c*.tar')


def test_a_member_that_is_cut_off_is_an_error(tmp_path: Path) -> None:
    tar = write_tar(tmp_path / 'a.tar', {'1.jpg': b'x' * 5000})
    item, = read_manifest(str(tar))
    os.truncate(tar, 3000)
    with pytest.raises(PhotographError, match='cut off'):
        read_source(item, 9)


def test_one_broken_tar_file_of_many_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / '0.tar').write_bytes(b'x' * 2000)
    write_tar(tmp_path / '1.tar', {'1.jpg': b''})
    first, second = read_manifest(f'{tmp_path}/*.tar')
    assert 'cannot be read as a tar file' in str(first.problem)
    assert (second.relative, second.problem) == ('1/1.jpg', None)


def test_the_state_changes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / 'a.png'
    path.write_bytes(b'one')
    item = Input(str(path), 'a.png')
    before = state_of(item)
    assert before == state_of(item) != ''
    path.write_bytes(b'two')
    assert state_of(item) != before
    path.unlink()
    assert state_of(item) == ''


def test_a_source_stands_wherever_it_is_written(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert source_of(Input('a.png', '')) == f'{tmp_path}/a.png'
    assert source_of(Input('tar://m::a.tar', '')) == \
        f'tar://m::{tmp_path}/a.tar'
    assert source_of(Input('s3://b/a.png', '')) == 's3://b/a.png'


def test_what_is_no_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'list.txt').write_bytes(b'\x89PNG\0\0\n')
    with pytest.raises(ConfigError, match='is no manifest: expected a text'):
        names(tmp_path / 'list.txt')
