"""Files for ONNX Runtime: what is in them, and what is refused."""
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hcl_mmagic.apis.checkpoints import find_checkpoint, load_model
from hcl_mmagic.apis.checkpoints.onnx_files import (OnnxAbout,
                                                    encode_onnx_file,
                                                    read_onnx_file)
from hcl_mmagic.apis.networks import NetworkDemand
from hcl_mmagic.errors import CheckpointError

ABOUT = OnnxAbout(
    name='tiny',
    short_side=128,
    crop_size=64,
    look_divisor=32,
    repair_divisor=8,
    feature_channels=(2, 3),
    demand=NetworkDemand(100, 20.5, 32, 512),
    calibration=dict(bias=1.5),
    source_sha256='0' * 64,
    hcl_mmagic_version='0.1.0')
GRAPHS = dict(look=b'look', repair=b'repair')


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / 'tiny.onnx'
    path.write_bytes(encode_onnx_file(ABOUT, GRAPHS))
    return path


def rewrite(path: Path, compression: int = 0, **changes: Any) -> None:
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    about = {**json.loads(entries['about.json']), **changes}
    entries['about.json'] = json.dumps(about).encode()
    with zipfile.ZipFile(path, 'w', compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def test_what_goes_in_comes_out(path: Path) -> None:
    assert read_onnx_file(path) == (ABOUT, GRAPHS)
    assert path.read_bytes() == encode_onnx_file(
        replace(ABOUT), dict(reversed(GRAPHS.items())))


@pytest.mark.parametrize('changes', [
    dict(format=9),
    dict(name=7),
    dict(short_side=0),
    dict(look_divisor='32'),
    dict(crop_size=10**9),
    dict(feature_channels=[-1]),
    dict(feature_channels=None),
    dict(calibration=[1]),
    dict(more=1),
    dict(demand=dict(resident_bytes=0)),
    dict(demand=[0, 1e99, 32, 512]),
    dict(
        demand=dict(
            resident_bytes=0, pixel_bytes=-1, divisor=32, largest_tile=512)),
])
def test_values_that_cannot_be_are_refused(path: Path, changes: dict) -> None:
    rewrite(path, **changes)
    with pytest.raises(CheckpointError, match='tiny.onnx is damaged: '):
        read_onnx_file(path)


def test_an_entry_that_unpacks_to_more_is_not_unpacked(path: Path) -> None:
    rewrite(path, zipfile.ZIP_DEFLATED)
    with pytest.raises(CheckpointError, match='is compressed'):
        read_onnx_file(path)


@pytest.mark.parametrize('content', [b'', b'PK', b'\x08\x07 an ONNX model'])
def test_a_file_of_something_else_is_refused(path: Path,
                                             content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(
            CheckpointError, match='export_onnx.py has written.*--inpaintor'):
        load_model(str(path))


def test_a_cut_file_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(CheckpointError, match='is damaged'):
        load_model(str(path))


def test_graphs_that_are_none_are_refused(path: Path) -> None:
    with pytest.raises(CheckpointError, match='its graphs cannot be run'):
        load_model(str(path))


def test_graphs_of_another_size_are_refused(path: Path) -> None:
    about, graphs = read_onnx_file(find_checkpoint(endings=('.onnx', )))
    path.write_bytes(
        encode_onnx_file(replace(about, feature_channels=(1, 2)), graphs))
    with pytest.raises(CheckpointError, match='its graphs cannot be run'):
        load_model(str(path))
