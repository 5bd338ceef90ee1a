"""LaMa as one file, TorchScript or ONNX, that a user has.

The interface is that of ``big-lama.pt``: an image ``(1, 3, H, W)``, RGB in
[0, 1], and a mask ``(1, 1, H, W)``, 1 = corrupted, 0 = intact, both float32
and with sides that are multiples of 8, become an image in [0, 1]. ONNX files
may be of one size, and may give values in [0, 255].
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, NamedTuple, Optional, Tuple

import numpy as np

from hcl_mmagic.errors import CheckpointError, PhotographError
from hcl_mmagic.toolbox import need_toolbox
from ..memory import CONTEXT, LARGEST_TILE
from ..networks import NetworkDemand
from .locating import checked_sha256

LAMA_SUFFIXES = ('.pt', '.onnx')
DIVISOR = 8
TRIAL_SIZE = (CONTEXT, CONTEXT)
# Of big-lama: at full size it has 64 channels, and three such maps at once
# with what its convolutions need beside them.
PIXEL_BYTES = 2000
Run = Callable[[np.ndarray, np.ndarray], np.ndarray]


class _Runtime(NamedTuple):
    run: Run
    runs_on: str
    size: Optional[Tuple[int, int]] = None  # the only one that it takes


@dataclass(eq=False)
class LamaFile:
    """A file of LaMa as :class:`~hcl_mmagic.apis.networks.Repairer`."""
    run: Run
    name: str
    path: Path
    sha256: str
    demand: NetworkDemand
    size: Optional[Tuple[int, int]] = None  # the only one that it takes
    largest_value: float = 1.  # of its images, 1 or 255
    reach: int = LARGEST_TILE // 4
    runs_on: str = 'CPU'
    at_once: int = 1

    def repair(self, picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """See :meth:`~hcl_mmagic.apis.networks.Repairer.repair`; a
        PhotographError if there is no answer."""
        height, width, channels = picture.shape
        largest = np.float32(np.iinfo(picture.dtype).max)
        padded = self.size or tuple(-(-side // DIVISOR) * DIVISOR
                                    for side in (height, width))
        padding = ((0, padded[0] - height), (0, padded[1] - width))
        image = np.pad(picture, (*padding, (0, 0)), 'symmetric') / largest
        region = np.pad(mask, padding, 'symmetric').astype(np.float32)
        image = np.broadcast_to(image, (*padded, 3)).transpose(2, 0, 1)
        repaired = self.run(
            np.ascontiguousarray(image)[None], region[None, None])
        if not np.isfinite(repaired).all():
            raise PhotographError(f'{self.name} gives values that are not '
                                  'numbers: its file is broken')
        values = repaired[0].transpose(1, 2, 0)[:height, :width]
        values = np.clip(values / np.float32(self.largest_value), 0, 1)
        if channels == 1:
            values = values.mean(axis=2, keepdims=True)
        return values * largest

    def release_memory(self) -> None:
        """See :meth:`~hcl_mmagic.apis.networks.Repairer.release_memory`."""
        torch = sys.modules.get('torch')
        if torch is not None and torch.cuda.is_available():
            torch.cuda.empty_cache()


def load_lama(file: str, device: str = 'cpu') -> LamaFile:
    """Load LaMa from a TorchScript (.pt) or ONNX (.onnx) file.

    **Both are programs**: take only files that you trust. A TorchScript file
    runs on the device, an ONNX file on the CPU. A CheckpointError if there is
    no such file, it cannot be read, or does not have the interface of
    ``big-lama.pt``.
    """
    path = Path(file).expanduser()
    if not path.is_file():
        raise CheckpointError(
            f'--inpaintor: there is no file {file}; nothing is downloaded')
    if path.suffix.lower() == '.pt':
        runtime = _torch_script(path, device)
    else:
        runtime = _onnxruntime(path)
    return LamaFile(
        run=runtime.run,
        name=path.stem,
        path=path,
        sha256=checked_sha256(path),
        demand=NetworkDemand(
            path.stat().st_size, PIXEL_BYTES, CONTEXT,
            min(runtime.size) if runtime.size else LARGEST_TILE),
        size=runtime.size,
        runs_on=runtime.runs_on,
        largest_value=_try_out(path, runtime))


def _torch_script(path: Path, device: str) -> _Runtime:
    need_toolbox(f'{path} is a TorchScript file: it')
    import torch

    from ..torch_networks import is_out_of_memory
    from .devices import choose_device
    chosen = choose_device(device)
    try:
        program = torch.jit.load(str(path), map_location=chosen).eval()
    except (RuntimeError, ValueError) as error:
        raise CheckpointError(
            f'{path} is no TorchScript file such as big-lama.pt: '
            f'{_first_line(error)}') from error

    def run(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
        try:
            with torch.inference_mode():
                return program(*(torch.from_numpy(item).to(chosen)
                                 for item in (image, mask))).cpu().numpy()
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            raise MemoryError(str(error)) from None

    return _Runtime(run, f'{chosen}, PyTorch {torch.__version__}')


def _onnxruntime(path: Path) -> _Runtime:
    import onnxruntime
    try:
        session = onnxruntime.InferenceSession(
            str(path), providers=['CPUExecutionProvider'])
    # Its own classes of errors, one for each code.
    except Exception as error:
        raise CheckpointError(f'{path} cannot be read by onnxruntime: '
                              f'{_first_line(error)}') from error
    # The mask is the one that is called so, or the second one.
    image, mask = sorted(
        session.get_inputs()[:2], key=lambda item: 'mask' in item.name)
    height, width = image.shape[2:]
    is_fixed = isinstance(height, int) and isinstance(width, int)

    def run(pixels: np.ndarray, region: np.ndarray) -> np.ndarray:
        return session.run(None, {image.name: pixels, mask.name: region})[0]

    return _Runtime(run, f'CPU, ONNX Runtime {onnxruntime.__version__}',
                    (height, width) if is_fixed else None)


def _try_out(path: Path, runtime: _Runtime) -> float:
    """Repair a small picture of noise: 1 or 255, the largest value."""
    size = runtime.size or TRIAL_SIZE
    image = np.random.default_rng(0).random((1, 3, *size), np.float32)
    mask = np.zeros((1, 1, *size), np.float32)
    mask[..., 16:32, 16:32] = 1
    try:
        result = runtime.run(image, mask)
        shape = tuple(result.shape)
    except CheckpointError:
        raise
    # It may be a program of any kind.
    except Exception as error:
        raise CheckpointError(
            f'{path} does not take an image (1, 3, H, W) and a mask (1, 1, H, '
            f'W) as big-lama.pt does: {_first_line(error)}') from error
    if shape != image.shape:
        raise CheckpointError(
            f'{path} turns an image of the shape {image.shape} and its mask '
            f'into {shape}: expected the interface of big-lama.pt')
    return 255. if result.max() > 2 else 1.


def _first_line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip() if lines else type(error).__name__
