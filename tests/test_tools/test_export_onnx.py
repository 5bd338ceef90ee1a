"""The command line that exports to ONNX, and that nothing wrong is
written."""
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Callable, Dict

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from tiny_checkpoint import write_tiny_checkpoint
from tiny_small import shallow_backbone

from hcl_mmagic.apis.checkpoints import load_model
from hcl_mmagic.apis.checkpoints.onnx_files import read_onnx_file
from hcl_mmagic.apis.onnx_networks import (OnnxNetworks, choose_device,
                                           open_graph)
from hcl_mmagic.errors import CheckpointError
from hcl_mmagic.lab.model_files import onnx_export, onnx_parity
from hcl_mmagic.lab.model_files.onnx_graphs import repair_graph
from hcl_mmagic.lab.model_files.onnx_parity import Parity, compare

EXPORT = 'model_converters/export_onnx.py'


@pytest.fixture(scope='module')
def graphs(small_model: Path) -> Dict[str, onnx.ModelProto]:
    graphs = read_onnx_file(small_model / 'small.onnx')[1]
    return {
        name: onnx.load_from_string(graph)
        for name, graph in graphs.items()
    }


@pytest.fixture(scope='module')
def exported(small_model: Path) -> OnnxNetworks:
    return load_model(str(small_model / 'small.onnx'))


@pytest.fixture(autouse=True)
def few_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_parity, 'SHAPES', onnx_parity.SHAPES[1:])


def test_what_was_exported_does_what_the_model_does(exported: OnnxNetworks,
                                                    small_model: Path) -> None:
    with shallow_backbone():
        original = load_model(str(small_model / 'small.pth'))
    parity = compare(exported, original).check()
    assert parity.num_pixels > 20_000
    assert 0 < parity.probability < 1e-4 and 0 < parity.repair < 1e-4


def test_weights_are_stored_in_half_precision(
        graphs: Dict[str, onnx.ModelProto]) -> None:
    for graph in graphs.values():
        sizes = {item.name: item.data_type for item in graph.graph.initializer
                 if np.prod(item.dims) > 100}  # yapf: disable
        assert set(sizes.values()) == {onnx.TensorProto.FLOAT16}


def pad_the_other_side(graph: onnx.GraphProto) -> None:
    """As a size that an exporter has baked in would do: a picture is seen a
    pixel off."""
    pad = next(node for node in graph.node if node.op_type == 'Pad')
    sides = np.array([0, 0, 1, 1, 0, 0, 0, 0], np.int64)
    graph.initializer.append(numpy_helper.from_array(sides, 'other_sides'))
    pad.input[1] = 'other_sides'


def give_no_numbers_in_a_box(graph: onnx.GraphProto) -> None:
    """As an optimiser did that rewrote the filling: right, unless damage is
    wide."""
    size = numpy_helper.from_array(np.array([-1e9], np.float32), 'wide')
    graph.initializer.append(size)
    result = graph.output[0].name
    for node in graph.node:
        for index, name in enumerate(node.output):
            if name == result:
                node.output[index] = 'plain'
    graph.node.extend([
        helper.make_node(
            'AveragePool', ['mask'], ['share'],
            kernel_shape=[9, 9],
            pads=[4, 4, 4, 4]),
        helper.make_node('Floor', ['share'], ['inside']),
        helper.make_node('Mul', ['inside', 'wide'], ['negative']),
        helper.make_node('Sqrt', ['negative'], ['broken']),
        helper.make_node('Add', ['plain', 'broken'], [result])
    ])


@pytest.mark.parametrize('name, spoil', [('look', pad_the_other_side),
                                         ('repair', give_no_numbers_in_a_box)])
def test_a_wrong_export_is_refused(graphs: Dict[str, onnx.ModelProto],
                                   exported: OnnxNetworks, name: str,
                                   spoil: Callable) -> None:
    wrong = onnx.ModelProto()
    wrong.CopyFrom(graphs[name])
    spoil(wrong.graph)
    session = open_graph(wrong.SerializeToString(), choose_device('cpu'))
    spoiled = replace(exported, **{f'{name}_graph': session})
    with pytest.raises(
            CheckpointError, match='differ from the model.*Nothing was'):
        compare(spoiled, exported).check()


@pytest.mark.parametrize('parity', [
    Parity(10_000, 2, 0., 0.),
    Parity(10_000, 0, 2e-4, 0.),
    Parity(10_000, 0, 0., 2e-4),
    Parity(10_000, 0, float('nan'), 0.),
    Parity(10_000, 0, 0., float('nan')),
])
def test_what_is_no_parity(parity: Parity) -> None:
    with pytest.raises(CheckpointError, match='Nothing was written'):
        parity.check()
    Parity(10_000, 1, 1e-4, 1e-4).check()


def test_other_models_are_refused(tmp_path: Path) -> None:
    model = write_tiny_checkpoint(tmp_path / 'tiny.pth')
    with pytest.raises(
            CheckpointError, match='expected a BlindInpaintor.*HCLRestorer'):
        repair_graph(model)


def test_the_tool_writes_what_passed(run_tool: Callable, small_model: Path,
                                     tmp_path: Path,
                                     monkeypatch: pytest.MonkeyPatch,
                                     capsys: pytest.CaptureFixture) -> None:
    data = (small_model / 'small.onnx').read_bytes()
    monkeypatch.setattr(onnx_export, 'export', lambda path: (data, Parity(9)))
    run_tool(EXPORT, small_model / 'small.pth', '-o', 'new/small.onnx')
    assert (tmp_path / 'new/small.onnx').read_bytes() == data
    digits = hashlib.sha256(data).hexdigest()[:8]
    printed = capsys.readouterr().out
    assert f'NAME-{digits}.onnx' in printed and 'Parity: 0 of 9' in printed


def test_an_existing_file_is_kept(run_tool: Callable, tmp_path: Path,
                                  capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / 'there.onnx'
    path.write_bytes(b'mine')
    with pytest.raises(SystemExit, match='1'):
        run_tool(EXPORT, 'any.pth', '-o', path)
    assert 'exists: remove it first' in capsys.readouterr().err
    assert path.read_bytes() == b'mine'
