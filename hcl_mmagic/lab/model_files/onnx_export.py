"""From a checkpoint to the content of an ``.onnx`` file."""
from pathlib import Path
from typing import Any, Tuple

import torch

from ...apis.checkpoints.checkpoint_contents import (CheckpointContents,
                                                     read_contents)
from ...apis.checkpoints.locating import checked_sha256
from ...apis.checkpoints.onnx_files import OnnxAbout, encode_onnx_file
from ...apis.checkpoints.onnx_models import networks_of
from ...apis.checkpoints.torch_models import networks_of as torch_networks_of
from ...apis.onnx_networks import choose_device, open_graph
from ...apis.torch_networks import TorchNetworks
from ...version import __version__
from .onnx_graphs import look_graph, repair_graph
from .onnx_parity import Parity, compare


def export(path: Path) -> Tuple[bytes, Parity]:
    """The content of an ``.onnx`` file, and how near its graphs come to the
    model; the same bytes every time with the same versions of torch, onnx and
    onnxscript. A CheckpointError if the checkpoint cannot be read or is of
    another family, or the graphs do not do what the model does."""
    sha256 = checked_sha256(path)
    contents = read_contents(path)
    original = torch_networks_of(contents, path, sha256)
    model: Any = original.model
    with torch.random.fork_rng([]):
        graphs = dict(repair=repair_graph(model), look=look_graph(model))
    about = _about(contents, original)
    device = choose_device('cpu')
    exported = networks_of(about, path, sha256, {
        name: open_graph(graph, device)
        for name, graph in graphs.items()
    })
    parity = compare(exported, original).check()
    return encode_onnx_file(about, graphs), parity


def _about(contents: CheckpointContents, original: TorchNetworks) -> OnnxAbout:
    model: Any = original.model
    channels = model.detector.encoder.stage_channels[:-1]
    return OnnxAbout(
        name=contents.name,
        short_side=contents.scale.short_side,
        crop_size=contents.scale.crop_size,
        look_divisor=model.detector.size_divisor,
        repair_divisor=model.inpaintor.network.size_divisor,
        feature_channels=tuple(channels),
        demand=original.demand,
        calibration=contents.calibration,
        source_sha256=original.sha256 or '',
        hcl_mmagic_version=__version__)
