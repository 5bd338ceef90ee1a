"""Tests of reading checkpoints safely and of comparing weights."""
import io
import os
import zipfile
from pathlib import Path

import pytest
import torch

from hcl_mmagic.errors import CheckpointError
from hcl_mmagic.weights import find_mismatch, read_checkpoint

WEIGHTS = dict(stem=torch.zeros(2, 3), head=torch.zeros(4))


def test_equal_weights_fit():
    assert find_mismatch(WEIGHTS, dict(reversed(WEIGHTS.items()))) is None


def test_prefix_of_a_wrapper_is_ignored():
    loaded = {f'module.{key}': value for key, value in WEIGHTS.items()}
    assert find_mismatch(WEIGHTS, loaded) is None


@pytest.mark.parametrize('loaded, message', [
    (dict(), 'stem is missing'),
    (dict(stem=torch.zeros(2, 3)), 'head is missing'),
    (dict(stem=torch.zeros(5, 3)), r'stem has the shape \(5, 3\).*\(2, 3\)'),
    (dict(**WEIGHTS, refiner=torch.zeros(1)), 'the model has no refiner'),
])
def test_first_difference_is_named(loaded, message):
    with pytest.raises(AssertionError, match=message):
        assert not find_mismatch(WEIGHTS, loaded)


def _saved(value: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()


@pytest.mark.parametrize('zipped', [True, False])
def test_both_layouts_of_torch_are_read(tmp_path: Path, zipped: bool) -> None:
    torch.save(
        WEIGHTS, tmp_path / 'a.pth', _use_new_zipfile_serialization=zipped)
    read = read_checkpoint(str(tmp_path / 'a.pth'))
    assert find_mismatch(WEIGHTS, read) is None


@pytest.mark.parametrize('content, reason', [
    (b'', 'the file is empty'),
    (b'<!DOCTYPE html><html>', r"begins with b'<!DOCTYPE html><'"),
    (b'version https://git-lfs', 'it is no file of torch.save'),
    (_saved(WEIGHTS)[:400], ''),
    (_saved(WEIGHTS)[:-30], ''),
    (b'PK\x03\x04' + bytes(100), ''),
    (b'\x80\x02' + bytes(100), ''),
    (b'\x80\x02]q\x00(K\x01\x85', ''),
])
def test_what_is_no_checkpoint_is_told(tmp_path: Path, content: bytes,
                                       reason: str) -> None:
    path = tmp_path / 'a.pth'
    path.write_bytes(content)
    message = 'a.pth cannot be read as a checkpoint of tensors and .*: .*'
    with pytest.raises(CheckpointError, match=message + reason):
        read_checkpoint(str(path))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match='No such file'):
        read_checkpoint(str(tmp_path / 'a.pth'))


def test_code_is_not_run(tmp_path: Path) -> None:

    class Evil:

        def __reduce__(self) -> tuple:
            return os.mkdir, (str(tmp_path / 'run'), )

    torch.save(dict(state_dict=Evil()), tmp_path / 'a.pth')
    with pytest.raises(CheckpointError, match=r'values: it holds \w+\.mkdir$'):
        read_checkpoint(str(tmp_path / 'a.pth'))
    assert not (tmp_path / 'run').exists()


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / 'a.pth'
    torch.save(dict(weight=torch.zeros(1_000_000)), path)
    with zipfile.ZipFile(path) as plain:
        entries = {name: plain.read(name) for name in plain.namelist()}
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    assert path.stat().st_size < 10_000
    with pytest.raises(CheckpointError, match='it unpacks to 400.... bytes'):
        read_checkpoint(str(path))
