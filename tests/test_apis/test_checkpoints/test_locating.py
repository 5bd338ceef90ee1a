"""Tests of finding checkpoints and of their hashes."""
import hashlib
from pathlib import Path

import pytest

import hcl_mmagic
from hcl_mmagic.apis.checkpoints import cache_folder, find_checkpoint, locating
from hcl_mmagic.apis.checkpoints.locating import checked_sha256
from hcl_mmagic.errors import CheckpointError, WeightsNotFoundError

CONTENT = b'weights'
SHA256 = hashlib.sha256(CONTENT).hexdigest()
FILE = f'small-{SHA256[:8]}.pth'


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache folder; a current folder and a package without a
    quickstart."""
    folder = tmp_path / 'cache'
    folder.mkdir()
    (tmp_path / 'current').mkdir()
    monkeypatch.chdir(tmp_path / 'current')
    monkeypatch.setenv('HCL_MMAGIC_HOME', str(folder))
    monkeypatch.setattr(hcl_mmagic, '__file__',
                        str(tmp_path / 'repository/hcl_mmagic/__init__.py'))
    return folder


def test_cache_folder(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    assert cache_folder() == cache
    monkeypatch.delenv('HCL_MMAGIC_HOME')
    monkeypatch.setenv('XDG_CACHE_HOME', '/xdg')
    assert cache_folder() == Path('/xdg/hcl_mmagic')
    monkeypatch.delenv('XDG_CACHE_HOME')
    assert cache_folder() == Path.home() / '.cache/hcl_mmagic'


def test_a_file_comes_before_a_name(cache: Path) -> None:
    (cache / FILE).write_bytes(CONTENT)
    assert find_checkpoint('small') == cache / FILE
    assert find_checkpoint(FILE) == cache / FILE
    Path('small').write_bytes(CONTENT)
    assert find_checkpoint('small') == Path('small')


@pytest.mark.parametrize(
    'checkpoint',
    ['none', 'none.pth', 'folder/small', '../cache', 'smal*', 'long' * 999])
def test_what_is_missing_is_told(cache: Path, checkpoint: str) -> None:
    (cache / FILE).write_bytes(CONTENT)
    with pytest.raises(WeightsNotFoundError) as caught:
        find_checkpoint(checkpoint)
    assert f'no checkpoint {checkpoint}, ' in str(caught.value)
    assert str(cache) in str(caught.value)


def test_several_files_of_one_name_are_told(cache: Path) -> None:
    for digits in ('00000000', '11111111'):
        (cache / f'small-{digits}.pth').write_bytes(CONTENT)
    with pytest.raises(
            WeightsNotFoundError,
            match='choose one of small-00000000.pth, small-11111111.pth'):
        find_checkpoint('small')


@pytest.mark.parametrize('folder', ['current', 'repository'])
def test_the_default_is_the_cache_then_the_quickstart(cache: Path,
                                                      tmp_path: Path,
                                                      folder: str) -> None:
    with pytest.raises(WeightsNotFoundError, match='tools/quickstart.sh'):
        find_checkpoint()
    quickstart = tmp_path / folder / 'work_dirs/quickstart'
    quickstart.mkdir(parents=True)
    for name in ('iter_500.pth', 'iter_1000.pth', 'best_IoU.pth'):
        (quickstart / name).write_bytes(CONTENT)
    assert find_checkpoint() == quickstart / 'iter_1000.pth'
    default = cache / FILE.replace('small', 'hcl_small')
    default.write_bytes(CONTENT)
    assert find_checkpoint() == default


def test_the_hash_in_the_name_is_checked(cache: Path) -> None:
    (cache / FILE).write_bytes(CONTENT)
    assert checked_sha256(cache / FILE) == SHA256
    (cache / FILE).write_bytes(CONTENT + b'!')
    with pytest.raises(
            CheckpointError, match=f'expected the SHA-256 {SHA256[:8]}, got '):
        checked_sha256(cache / FILE)


def test_the_whole_hash_of_known_weights_is_checked(
        cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (cache / FILE).write_bytes(CONTENT)
    monkeypatch.setitem(locating.KNOWN_HASHES, 'small', SHA256)
    assert checked_sha256(cache / FILE) == SHA256
    same_digits = SHA256[:8] + '0' * 56
    monkeypatch.setitem(locating.KNOWN_HASHES, 'small', same_digits)
    with pytest.raises(CheckpointError, match='is damaged or another file'):
        checked_sha256(cache / FILE)


def test_other_names_are_not_checked(cache: Path) -> None:
    path = cache / 'iter_500.pth'
    path.write_bytes(CONTENT)
    assert checked_sha256(path) == SHA256
