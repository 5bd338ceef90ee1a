"""Tests of finding checkpoints and of their hashes."""
import hashlib
from pathlib import Path

import pytest

from hcl_mmagic.apis.checkpoints import cache_folder, find_checkpoint, locating
from hcl_mmagic.apis.checkpoints.locating import checked_sha256
from hcl_mmagic.apis.checkpoints.onnx_files import read_onnx_file
from hcl_mmagic.errors import CheckpointError, WeightsNotFoundError

CONTENT = b'weights'
SHA256 = hashlib.sha256(CONTENT).hexdigest()
FILE = f'small-{SHA256[:8]}.pth'


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache folder, an empty current folder."""
    folder = tmp_path / 'cache'
    folder.mkdir()
    (tmp_path / 'current').mkdir()
    monkeypatch.chdir(tmp_path / 'current')
    monkeypatch.setenv('HCL_MMAGIC_HOME', str(folder))
    return folder


@pytest.fixture
def packaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder in the place of the package's weights."""
    folder = tmp_path / 'model_zoo'
    folder.mkdir()
    monkeypatch.setattr(locating, 'PACKAGED_FOLDER', folder)
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


@pytest.mark.parametrize('ending', ['.pth', '.onnx'])
def test_the_package_brings_the_weights_that_it_knows(ending: str) -> None:
    """One file for each runtime, with the same name."""
    default = find_checkpoint(endings=(ending, ))
    assert default.parent == locating.PACKAGED_FOLDER
    assert [default.name] == [
        path.name for path in locating.PACKAGED_FOLDER.glob(f'*{ending}')
    ] == [name for name in locating.KNOWN_HASHES if name.endswith(ending)]
    assert checked_sha256(default) == locating.KNOWN_HASHES[default.name]
    assert default.stat().st_size <= 16e6


def test_the_weights_for_both_runtimes_are_the_same_ones() -> None:
    about, _ = read_onnx_file(find_checkpoint(endings=('.onnx', )))
    assert about.source_sha256 == checked_sha256(find_checkpoint())


def test_of_two_kinds_of_files_the_wanted_one_is_found(cache: Path) -> None:
    other = FILE.replace('.pth', '.onnx')
    (cache / other).write_bytes(CONTENT)
    assert find_checkpoint('small', ('.pth', '.onnx')).name == other
    (cache / FILE).write_bytes(CONTENT)
    assert find_checkpoint('small', ('.pth', '.onnx')).name == FILE
    assert find_checkpoint('small', ('.onnx', '.pth')).name == other
    assert find_checkpoint('small').name == FILE


def test_the_cache_folder_comes_before_the_package(cache: Path,
                                                   packaged: Path) -> None:
    file = FILE.replace('small', 'hcl_small')
    with pytest.raises(
            WeightsNotFoundError, match='install the package once more'):
        find_checkpoint()
    for folder in (packaged, cache):
        (folder / file).write_bytes(CONTENT)
        for name in (None, 'hcl_small', file):
            assert find_checkpoint(name) == folder / file


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
    monkeypatch.setitem(locating.KNOWN_HASHES, FILE, SHA256)
    assert checked_sha256(cache / FILE) == SHA256
    same_digits = SHA256[:8] + '0' * 56
    monkeypatch.setitem(locating.KNOWN_HASHES, FILE, same_digits)
    with pytest.raises(CheckpointError, match='is damaged or another file'):
        checked_sha256(cache / FILE)


def test_other_names_are_not_checked(cache: Path) -> None:
    path = cache / 'iter_500.pth'
    path.write_bytes(CONTENT)
    assert checked_sha256(path) == SHA256
