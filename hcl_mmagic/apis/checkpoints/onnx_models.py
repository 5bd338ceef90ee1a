"""Loading a model for ONNX Runtime."""

from pathlib import Path
from typing import Dict

from onnxruntime import InferenceSession

from hcl_mmagic.errors import CheckpointError, ConfigError
from ..onnx_networks import OnnxNetworks, choose_device, open_graph
from .locating import checked_sha256
from .onnx_files import OnnxAbout, read_onnx_file


def load_onnx_model(path: Path, device: str, dtype: str) -> OnnxNetworks:
    """Load the model of an ``.onnx`` file that
    ``tools/model_converters/export_onnx.py`` has written, see
    :func:`~.loading_models.load_model`."""
    if dtype != 'float32':
        raise ConfigError(
            f'an ONNX file computes in float32, not in {dtype}: leave dtype '
            'away, or take the .pth file of the model with PyTorch')
    chosen = choose_device(device)
    sha256 = checked_sha256(path)
    about, graphs = read_onnx_file(path)
    try:
        networks = networks_of(about, path, sha256, {
            name: open_graph(graph, chosen)
            for name, graph in graphs.items()
        })
        networks.try_out()
    except ConfigError:
        raise
    # Each of ONNX Runtime's codes has a class of its own.
    except Exception as error:
        raise CheckpointError(
            f'{path} is damaged: its graphs cannot be run: '
            f'{str(error).strip().splitlines()[0]}') from error
    return networks


def networks_of(about: OnnxAbout, path: Path, sha256: str,
                graphs: Dict[str, InferenceSession]) -> OnnxNetworks:
    """The networks of what a file holds."""
    return OnnxNetworks(
        look_graph=graphs['look'],
        repair_graph=graphs['repair'],
        look_divisor=about.look_divisor,
        repair_divisor=about.repair_divisor,
        feature_channels=about.feature_channels,
        name=about.name,
        path=path,
        sha256=sha256,
        short_side=about.short_side,
        reach=about.crop_size // 4,
        demand=about.demand,
        calibration=about.calibration)
