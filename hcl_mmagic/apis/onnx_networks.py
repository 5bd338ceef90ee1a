"""The networks behind this room, in ONNX Runtime."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import onnxruntime

from ..errors import ConfigError, PhotographError
from ..process_resources import available_cores
from .classical import push_pull
from .networks import Look, NetworkDemand, network_values, photograph_values

CPU = 'CPUExecutionProvider'
# What runs on a GPU, by the names of devices.
GPU_PROVIDERS = dict(
    cuda='CUDAExecutionProvider', mps='CoreMLExecutionProvider')
# What 'auto' takes where it is installed, the best first.
AUTO_PROVIDERS = (GPU_PROVIDERS['cuda'], 'ROCMExecutionProvider',
                  'DmlExecutionProvider')


class OnnxDevice(NamedTuple):
    """Where graphs run."""
    provider: str  # ONNX Runtime's name of it
    options: Dict[str, str]  # of the provider
    must: bool  # whether another device would not do


@dataclass(eq=False)
class OnnxNetworks:
    """A model as :class:`~.networks.Networks`. Several threads may use it at
    once."""
    # Inputs and outputs of the graphs: docs/light.md.
    look_graph: onnxruntime.InferenceSession
    repair_graph: onnxruntime.InferenceSession
    look_divisor: int  # sides of what they see are multiples of this
    repair_divisor: int
    feature_channels: Tuple[int, ...]  # of what a closer look takes along
    name: str
    path: Path
    sha256: Optional[str]
    short_side: int
    reach: int
    demand: NetworkDemand
    calibration: Optional[Dict[str, Any]] = None

    @property
    def carries(self) -> bool:
        """bool: See :attr:`.networks.Networks.carries`."""
        return True

    @property
    def at_once(self) -> int:
        """int: See :attr:`.networks.Repairer.at_once`; all share the threads
        of a CPU."""
        on_cpu = self.look_graph.get_providers()[0] == CPU
        return available_threads() if on_cpu else 1

    @property
    def runs_on(self) -> str:
        """str: See :attr:`.networks.Repairer.runs_on`."""
        provider = self.look_graph.get_providers()[0]
        device = provider.removesuffix('ExecutionProvider')
        return f'{device}, ONNX Runtime {onnxruntime.__version__}'

    def look(self,
             pictures: Sequence[np.ndarray],
             coarser: Optional[Sequence[Look]] = None) -> List[Look]:
        """See :meth:`.networks.Networks.look`."""
        return [
            self._look(picture, None if coarser is None else coarser[index])
            for index, picture in enumerate(pictures)
        ]

    def _look(self, picture: np.ndarray, coarser: Optional[Look]) -> Look:
        height, width = picture.shape[:2]
        seen = _as_input(pad(network_values(picture), self.look_divisor))
        inputs = dict(
            picture=seen, known=np.full(1, coarser is not None, np.float32))
        for stage, channels in enumerate(self.feature_channels):
            inputs[f'coarser_{stage}'] = (
                np.zeros(
                    (1, channels, *(side >> stage + 2
                                    for side in seen.shape[2:])), np.float32)
                if coarser is None else coarser.features[stage][None])
        probability, *features = self._run(self.look_graph, inputs)
        return Look(probability[0, 0, :height, :width],
                    tuple(stage[0] for stage in features))

    def repair(self, picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """See :meth:`.networks.Repairer.repair`; a PhotographError if the
        model has no answer."""
        height, width = picture.shape[:2]
        corrupted = pad(network_values(picture), self.repair_divisor)
        corrupted = np.broadcast_to(corrupted, (*corrupted.shape[:2], 3))
        region = pad(mask[..., None].astype(np.float32), self.repair_divisor)
        image, = self._run(
            self.repair_graph,
            dict(
                corrupted=_as_input(corrupted),
                filled=_as_input(push_pull(corrupted, region[..., 0])),
                mask=_as_input(region, 1)))
        values = image[0].transpose(1, 2, 0)[:height, :width]
        # A broken file may have weights of any kind.
        if not np.isfinite(values).all():
            raise PhotographError(
                f'{self.name} gives values that are not numbers: its weights '
                'are broken')
        return photograph_values(values, picture)

    def release_memory(self) -> None:
        """See :meth:`.networks.Repairer.release_memory`. Nothing is kept:
        the sessions have no arena on a CPU."""

    def try_out(self) -> None:
        """Look at a small picture twice and repair it: whatever the runtime
        raises if the graphs do not fit."""
        rng = np.random.default_rng(0)
        side = 4 * self.look_divisor
        picture = rng.integers(0, 256, (side, side, 3)).astype(np.uint8)
        coarser = self.look([picture[::2, ::2]])
        closer, = self.look([picture], coarser)
        repaired = self.repair(picture, (closer.probability
                                         > 0.5).astype(np.uint8))
        for found in (closer.probability, repaired[..., 0]):
            if found.shape != (side, side) or not np.isfinite(found).all():
                raise ValueError('they give no values for every pixel')

    def _run(self, graph: onnxruntime.InferenceSession,
             inputs: Dict[str, np.ndarray]) -> List[np.ndarray]:
        try:
            return graph.run(None, inputs)
        # Each of its codes has a class of its own; none is of memory.
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            raise MemoryError(str(error)) from None


def choose_device(name: str) -> OnnxDevice:
    """The device of a name: 'auto', which is a GPU that ONNX Runtime has a
    provider for, 'cpu', 'cuda', 'cuda:N' or 'mps'. A ConfigError if ONNX
    Runtime was installed without it.
    """
    kind, _, number = name.partition(':')
    installed = onnxruntime.get_available_providers()
    if kind == 'auto':
        provider = next((known for known in AUTO_PROVIDERS
                         if known in installed), CPU)  # yapf: disable
    elif name == 'cpu':
        provider = CPU
    else:
        provider = GPU_PROVIDERS[kind]
    if provider not in installed:
        raise ConfigError(
            f'there is no device {name}: the onnxruntime that is installed '
            f'has no {provider}. Use auto or cpu, install onnxruntime-gpu in '
            "its place, or take the model's .pth file with PyTorch")
    return OnnxDevice(provider,
                      dict(device_id=number) if number else {}, kind != 'auto')


def open_graph(graph: bytes, device: OnnxDevice
               ) -> onnxruntime.InferenceSession:  # yapf: disable
    """A graph, ready to run. Where the provider of a GPU that 'auto' has
    chosen does not start, stderr says so and the CPU runs it; a ConfigError
    if the device was asked for."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what matters is raised
    options.intra_op_num_threads = available_threads()
    # An arena keeps the most that was ever needed, and gains nothing.
    options.enable_cpu_mem_arena = False
    # Threads that wait in a loop take the time of other processes.
    options.add_session_config_entry('session.intra_op.allow_spinning', '0')
    providers = [(device.provider, device.options)]
    if device.provider != CPU:
        providers.append((CPU, {}))
    session = onnxruntime.InferenceSession(graph, options, providers=providers)
    if session.get_providers()[0] != device.provider:
        problem = (f'{device.provider} of onnxruntime does not start, '
                   'although it is installed: see that its drivers and '
                   'libraries are there')
        if device.must:
            raise ConfigError(f'{problem}, or use cpu')
        print(f'Note: {problem}. The CPU is used.', file=sys.stderr)
    return session


def available_threads() -> int:
    """Threads that this process should use: ``OMP_NUM_THREADS``, else the
    cores that it may run on."""
    wanted = os.environ.get('OMP_NUM_THREADS', '')
    if wanted.isdecimal() and int(wanted):
        return int(wanted)
    return available_cores()


def pad(image: np.ndarray, divisor: int) -> np.ndarray:
    """Mirror an image, ``(h, w, C)``, below and to the right, as often as it
    takes, until both sides are multiples of a number of pixels."""
    for axis, length in enumerate(image.shape[:2]):
        padded = -(-length // divisor) * divisor
        if padded != length:
            period = max(2 * (length - 1), 1)
            position = np.arange(padded) % period
            image = image.take(np.minimum(position, period - position), axis)
    return image


def is_out_of_memory(error: Exception) -> bool:
    """Whether ONNX Runtime ran out of memory, of a GPU or of the machine."""
    text = str(error).lower()
    return any(words in text for words in
               ('bad allocation', 'bad_alloc', 'failed to allocate',
                'out of memory'))  # yapf: disable


def _as_input(image: np.ndarray, channels: int = 3) -> np.ndarray:
    """An image, ``(h, w, 1 or C)``, as ``(1, C, h, w)``, float32."""
    image = np.broadcast_to(image, (*image.shape[:2], channels))
    return np.ascontiguousarray(image.transpose(2, 0, 1))[None]
