"""Tests of reading checkpoints safely and of comparing weights."""
import io
import os
import zipfile
from pathlib import Path

import pytest
import torch
from torch import nn

from hcl_mmagic.errors import CheckpointError
from hcl_mmagic.weights import (find_mismatch, load_part_weights,
                                read_checkpoint)

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


# Parts of a BlindInpaintor


class Part(nn.Module):
    """A generator, and what only its training needs."""

    def __init__(self, **networks: nn.Module) -> None:
        super().__init__()
        for name, network in networks.items():
            self.add_module(name, network)


def _part(*networks: str) -> Part:
    return Part(**{name: nn.Linear(2, 2) for name in networks})


def _save_part(folder: Path, prefix: str = '', *networks: str) -> str:
    path = str(folder / 'part.pth')
    weights = _part(*networks).state_dict()
    torch.save({
        f'{prefix}{key}': value
        for key, value in weights.items()
    }, path)
    return path


@pytest.mark.parametrize('prefix, saved', [
    ('', ('generator', 'disc')),
    ('', ('generator', )),
    ('', ('generator', 'disc', 'loss_percep', 'decoder')),
    ('module.', ('generator', 'disc')),
    ('inpaintor.', ('generator', 'disc')),
])
def test_a_part_takes_its_weights_from_what_holds_them(tmp_path, prefix,
                                                       saved):
    part, path = _part('generator',
                       'disc'), _save_part(tmp_path, prefix, *saved)
    own = {key: value.clone() for key, value in part.state_dict().items()}
    load_part_weights(part, path, 'inpaintor')
    stored = read_checkpoint(path)
    for key, value in part.state_dict().items():
        # A discriminator that the file lacks stays as it is.
        assert torch.equal(value, stored.get(f'{prefix}{key}', own[key]))


def test_a_detector_comes_out_of_a_checkpoint_of_the_whole(tmp_path):
    detector, path = _part('encoder'), str(tmp_path / 'whole.pth')
    whole = Part(detector=_part('encoder'), inpaintor=_part('generator'))
    torch.save(dict(state_dict=whole.state_dict()), path)
    load_part_weights(detector, path, 'detector')
    assert torch.equal(detector.encoder.weight, whole.detector.encoder.weight)


@pytest.mark.parametrize('saved, message', [
    (('disc', ), 'generator.weight is missing'),
    (('encoder', ), 'generator.weight is missing'),
])
def test_a_checkpoint_of_another_model_is_refused(tmp_path, saved, message):
    with pytest.raises(
            CheckpointError, match=f'does not fit the inpaintor: {message}'):
        load_part_weights(
            _part('generator', 'disc'), _save_part(tmp_path, '', *saved),
            'inpaintor')


def test_a_part_leaves_no_weight_of_its_networks_unused(tmp_path):
    larger = Part(generator=nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)))
    path = str(tmp_path / 'larger.pth')
    torch.save(larger.state_dict(), path)
    part = Part(generator=nn.Sequential(nn.Linear(2, 2)))
    with pytest.raises(CheckpointError, match='the model has no generator.1'):
        load_part_weights(part, path, 'inpaintor')


@pytest.mark.parametrize('value', [[1, 2], dict(epoch=3), torch.zeros(2)])
def test_what_holds_no_weights_is_refused(tmp_path, value):
    torch.save(value, tmp_path / 'a.pth')
    with pytest.raises(CheckpointError, match='holds no weights of a model'):
        load_part_weights(_part('generator'), str(tmp_path / 'a.pth'), 'x')
