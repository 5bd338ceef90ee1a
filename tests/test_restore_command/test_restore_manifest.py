"""``hcl-restore --manifest``: receipts, shares, interruptions."""
import json
import os
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest
from known_inferencer import KnownInferencer, contents, picture, save

from hcl_mmagic.restore_command.names import names_of_one

Restore = Callable[..., int]


@pytest.fixture
def pictures(tmp_path: Path) -> List[str]:
    """Names of twelve pictures below 'in', of which four are clean; all stand
    in 'list.txt'."""
    names = []
    for index in range(12):
        name = f'in/{index % 2}/{index:02}.png'
        save(tmp_path / name,
             picture(0 if index % 3 == 0 else 9, seed=index))
        names.append(name)
    (tmp_path / 'list.txt').write_text('\n'.join(names))
    return names


def results(folder: Path) -> Dict[str, bytes]:
    return {name: content for name, content in contents(folder).items()
            if not name.startswith('.receipts')}  # yapf: disable


def receipt_of(folder: Path, name: str) -> Dict[str, Any]:
    return json.loads((folder / '.receipts' / f'{name}.json').read_text())


def test_each_photograph_has_a_receipt(tmp_path: Path, restore: Restore,
                                       pictures: List[str]) -> None:
    assert restore('--manifest', 'list.txt', '-o', 'out') == 0
    assert sorted(results(tmp_path / 'out')) == sorted(pictures)
    row = receipt_of(tmp_path / 'out', pictures[1])
    assert row['status'] == 'restored' and row['verdict'] == 'damaged'
    assert row['regions'][0]['area'] == 9
    assert row['outputs'] == dict(restored=pictures[1])
    result = tmp_path / 'out' / pictures[1]
    assert row['output_bytes'] == result.stat().st_size
    assert row['source'] == str(tmp_path / pictures[1])
    clean = receipt_of(tmp_path / 'out', pictures[0])
    assert clean['outputs'] == dict(copy=pictures[0])
    assert clean['input_sha256'] == clean['output_sha256']


def test_the_bytes_are_those_of_the_plain_command(
        tmp_path: Path, restore: Restore, pictures: List[str]) -> None:
    assert restore('--manifest', 'list.txt', '-o', 'out') == 0
    assert restore('in', '-o', 'plain/in', '--recursive') == 0
    assert results(tmp_path / 'out') == contents(tmp_path / 'plain')


@pytest.mark.parametrize('count, workers', [(2, 1), (4, 3), (12, 2)])
def test_shares_and_workers_change_no_byte(tmp_path: Path, restore: Restore,
                                           pictures: List[str], count: int,
                                           workers: int) -> None:
    assert restore('--manifest', 'list.txt', '-o', 'whole') == 0
    for number in range(count, 0, -1):
        assert restore('--manifest', 'list.txt', '-o', 'out', '--shard',
                       f'{number}/{count}', '--workers', workers) == 0
    assert results(tmp_path / 'out') == results(tmp_path / 'whole')


def test_what_is_finished_is_not_done_again(
        restore: Restore, pictures: List[str],
        capsys: pytest.CaptureFixture) -> None:
    restore('--manifest', 'list.txt', '-o', 'out', '--shard', '1/3')
    restore('--manifest', 'list.txt', '-o', 'out')
    assert 'photographs: 4 skipped' not in capsys.readouterr().out
    assert len(KnownInferencer.latest.batches) == 8
    restore('--manifest', 'list.txt', '-o', 'out')
    assert KnownInferencer.latest.batches == []
    assert '12 photographs: 12 skipped' in capsys.readouterr().out


def test_a_touched_photograph_is_finished_and_a_changed_one_not(
        tmp_path: Path, restore: Restore, pictures: List[str]) -> None:
    restore('--manifest', 'list.txt', '-o', 'out')
    os.utime(tmp_path / pictures[0], (1, 1))
    restore('--manifest', 'list.txt', '-o', 'out')
    assert KnownInferencer.latest.batches == []
    save(tmp_path / pictures[0], picture(9, seed=99))
    restore('--manifest', 'list.txt', '-o', 'out')
    assert KnownInferencer.latest.batches == [1]
    assert receipt_of(tmp_path / 'out', pictures[0])['status'] == 'restored'


@pytest.mark.parametrize('lost', ['out/{}', 'out/.receipts/{}.json'])
def test_what_is_lost_is_made_again(tmp_path: Path, restore: Restore,
                                    pictures: List[str], lost: str) -> None:
    restore('--manifest', 'list.txt', '-o', 'out')
    before = results(tmp_path / 'out')
    (tmp_path / lost.format(pictures[1])).unlink()
    restore('--manifest', 'list.txt', '-o', 'out')
    assert KnownInferencer.latest.batches == [1]
    assert results(tmp_path / 'out') == before


def test_other_options_do_everything_again(tmp_path: Path, restore: Restore,
                                           pictures: List[str]) -> None:
    restore('--manifest', 'list.txt', '-o', 'out')
    restore('--manifest', 'list.txt', '-o', 'out', '--save', 'mask')
    assert len(KnownInferencer.latest.batches) == 12
    restore('--manifest', 'list.txt', '-o', 'out', '--save', 'mask',
            '--workers', '2', '--device', 'cpu')
    assert KnownInferencer.latest.batches == []
    restore('--manifest', 'list.txt', '-o', 'out')
    assert set(results(tmp_path / 'out')) == set(pictures)  # no old masks


def test_an_old_result_of_another_name_goes(tmp_path: Path,
                                            restore: Restore) -> None:
    save(tmp_path / 'in/a.bmp', picture(0))
    restore('--manifest', 'in', '-o', 'out')
    assert set(results(tmp_path / 'out')) == {'a.bmp'}
    save(tmp_path / 'in/a.bmp', picture(9))
    restore('--manifest', 'in', '-o', 'out')
    assert set(results(tmp_path / 'out')) == {'a.bmp.png'}


def test_a_failed_one_is_told_and_tried_again(
        tmp_path: Path, restore: Restore, pictures: List[str],
        capsys: pytest.CaptureFixture) -> None:
    (tmp_path / pictures[2]).write_bytes(b'broken')
    assert restore('--manifest', 'list.txt', '-o', 'out') == 1
    assert 'Failed: in/0/02.png' in capsys.readouterr().err
    assert receipt_of(tmp_path / 'out', pictures[2])['status'] == 'failed'
    assert restore('receipts', 'out', '--manifest', 'list.txt', '--left',
                   'left.txt') == 1
    assert 'failed: 1' in capsys.readouterr().out
    save(tmp_path / pictures[2], picture())
    assert restore('--manifest', 'left.txt', '-o', 'out') == 0
    assert restore('receipts', 'out', '--manifest', 'list.txt',
                   '--contents') == 0


def test_a_failure_leaves_the_old_result_until_there_is_a_new_one(
        tmp_path: Path, restore: Restore) -> None:
    save(tmp_path / 'in/a.bmp', picture(9))
    restore('--manifest', 'in', '-o', 'out')
    (tmp_path / 'in/a.bmp').write_bytes(b'broken')
    assert restore('--manifest', 'in', '-o', 'out') == 1
    assert set(results(tmp_path / 'out')) == {'a.bmp.png'}
    save(tmp_path / 'in/a.bmp', picture(0))
    assert restore('--manifest', 'in', '-o', 'out') == 0
    assert set(results(tmp_path / 'out')) == {'a.bmp'}


def test_results_never_overwrite_originals(tmp_path: Path, restore: Restore,
                                           pictures: List[str],
                                           capsys: pytest.CaptureFixture
                                           ) -> None:  # yapf: disable
    before = contents(tmp_path / 'in')
    assert restore('--manifest', 'list.txt', '-o', '.') == 1
    assert contents(tmp_path / 'in') == before
    assert 'its result would overwrite it' in capsys.readouterr().err


def test_another_photograph_of_the_same_name_is_refused(
        tmp_path: Path, restore: Restore, pictures: List[str],
        capsys: pytest.CaptureFixture) -> None:
    (tmp_path / 'list.txt').write_text(
        f'{pictures[1]}\tx.png\n{pictures[2]}\tx.png\n')
    restore('--manifest', 'list.txt', '-o', 'out', '--shard', '1/2')
    before = results(tmp_path / 'out')
    assert restore('--manifest', 'list.txt', '-o', 'out', '--shard',
                   '2/2') == 1
    assert results(tmp_path / 'out') == before
    assert f'x.png in OUT is of {tmp_path / pictures[1]}' in \
        capsys.readouterr().err
    restore('receipts', 'out', '--manifest', 'list.txt')
    assert 'stands twice' in capsys.readouterr().out


def test_addresses_are_read_and_written(tmp_path: Path, restore: Restore,
                                        pictures: List[str]) -> None:
    fsspec = pytest.importorskip('fsspec')
    store = fsspec.filesystem('memory')
    for name in pictures:
        store.pipe_file(f'/{name}', (tmp_path / name).read_bytes())
    store.pipe_file('/list.txt', (tmp_path / 'list.txt').read_bytes())
    for manifest in ('memory://list.txt', 'memory://in'):
        out = f'memory://out{len(manifest)}'
        assert restore('--manifest', manifest, '-o', out) == 0
        assert restore('receipts', out, '--manifest', manifest,
                       '--contents') == 0
        restore('--manifest', manifest, '-o', out)
        assert KnownInferencer.latest.batches == []
    restore('--manifest', 'list.txt', '-o', 'out')
    assert store.cat_file(f'/out17/{pictures[1]}') == \
        (tmp_path / 'out' / pictures[1]).read_bytes()
    store.store.clear()


def test_a_storage_that_fails_is_told_per_photograph(
        tmp_path: Path, restore: Restore, pictures: List[str],
        monkeypatch: pytest.MonkeyPatch) -> None:
    from hcl_mmagic.restore_command import receipted_run
    write_really = receipted_run.write_receipt

    def refuse(folder: Any, receipt: Any) -> None:
        if receipt.row['name'] == pictures[1]:
            raise OSError(28, 'No space left on device')
        write_really(folder, receipt)

    monkeypatch.setattr(receipted_run, 'write_receipt', refuse)
    assert restore('--manifest', 'list.txt', '-o', 'out') == 1
    monkeypatch.undo()


def test_names_of_results_are_those_of_no_other_photograph() -> None:
    photographs = ['a', 'a.png', 'a.jpg', 'a.jpg.png', 'a.png.png', 'a.PNG',
                   'a.jpg_mask.png', 'a.png.png.png', 'a.png.jpg', 'd/a.png',
                   'a_mask.png', 'a.png_mask.png', 'a.tif']  # yapf: disable
    taken: set = set()
    for name in photographs:
        names = names_of_one(name)
        mine = {names.own, names.png, *names.extras.values()}
        assert not mine & taken, name
        taken |= mine


@pytest.mark.parametrize('arguments, reason', [
    (['in', '--manifest', 'l', '-o', 'o'], 'say which photographs'),
    (['-o', 'o'], 'say which photographs'),
    (['in', '-o', 'o', '--shard', '1/2'], '--shard needs --manifest'),
    (['--manifest', 'l', '-o', 'o', '--shard', '3/2'], 'expected K/N'),
    (['--manifest', 'l', '-o', 'o', '--shard', '0/2'], 'expected K/N'),
    (['--manifest', 'l', '--in-place'], '--in-place does not go with'),
    (['--manifest', 'l', '-o', 'o', '--mask', 'm'], '--mask does not go'),
    (['--manifest', 'l', '-o', 'o', '--same-mark'], 'a share has some'),
    (['--manifest', 'l', '-o', 'o', '--report', 'r.csv'], 'receipts OUT'),
    (['receipts', 'o', '--left', 'x'], '--left needs --manifest'),
    (['receipts', 'o'], 'There are no receipts in o'),
])
def test_misuse_is_told_in_one_sentence(restore: Restore, arguments: List[str],
                                        reason: str,
                                        capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as left:
        restore(*arguments)
    assert left.value.code == 2
    assert reason in ' '.join(capsys.readouterr().err.split())


def test_a_folder_called_receipts_can_be_restored(tmp_path: Path,
                                                  restore: Restore) -> None:
    save(tmp_path / 'receipts/a.png', picture())
    assert restore('receipts', '-o', 'out') == 0
    assert set(contents(tmp_path / 'out')) == {'a.png'}


def test_an_empty_manifest_is_told_and_an_empty_share_not(
        tmp_path: Path, restore: Restore,
        capsys: pytest.CaptureFixture) -> None:
    (tmp_path / 'list.txt').write_text('\n')
    assert restore('--manifest', 'list.txt', '-o', 'out') == 1
    assert 'no photograph in list.txt' in capsys.readouterr().err
    assert restore('--manifest', 'list.txt', '-o', 'out', '--shard',
                   '2/2') == 0
    assert 'Share 2 of 2: 0 photographs' in capsys.readouterr().out
