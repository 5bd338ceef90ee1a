"""Loading a model for inference, in the runtime that its file is of."""

import re
import sys
from ctypes import CDLL
from importlib.util import find_spec
from typing import Optional, Tuple

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.toolbox import has_toolbox, need_toolbox
from ..networks import Networks
from .locating import find_checkpoint
from .onnx_models import load_onnx_model

ONNX, TORCH = '.onnx', '.pth'
DTYPES = ('float32', 'bfloat16', 'float16')
# Libraries of graphics drivers, of CUDA on Linux and on Windows.
GPU_LIBRARIES = ('libcuda.so.1', 'nvcuda.dll')


def load_model(checkpoint: Optional[str] = None,
               device: str = 'cpu',
               dtype: str = 'float32') -> Networks:
    """Load a model from a checkpoint of a training, a published, exported or
    official one.

    A file that ends in ``.onnx`` runs in ONNX Runtime, every other one in
    PyTorch, which the extra ``toolbox`` brings. No code in the file is run
    and nothing is downloaded, see ``docs/weights.md``.

    The checkpoint is a file, or a name in the cache folder or the package;
    None takes ``hcl_small``, see
    :func:`~hcl_mmagic.apis.checkpoints.find_checkpoint`. Of a name that
    stands for files of both kinds :func:`preferred_endings` takes one. The
    device is 'auto' (a GPU where there is one), 'cpu', 'cuda', 'cuda:N' or
    'mps'; the dtype 'float32' or, in PyTorch, 'bfloat16' and, on a GPU only,
    'float16'. A ConfigError if the device is not there or cannot do the
    dtype, a WeightsNotFoundError if there is no such checkpoint, a
    CheckpointError if it is damaged, holds code, or is of another model, an
    IncompatibleStackError if it needs PyTorch and that is not installed.
    """
    _check_names(device, dtype)
    path = find_checkpoint(checkpoint, preferred_endings(device, dtype))
    if path.suffix.lower() == ONNX:
        return load_onnx_model(path, device, dtype)
    need_toolbox(f'{path} runs in PyTorch: it')
    from .torch_models import load_torch_model
    return load_torch_model(path, device, dtype)


def preferred_endings(device: str, dtype: str) -> Tuple[str, ...]:
    """Endings of the files that a name stands for, the best first: ONNX
    Runtime is faster on a CPU; PyTorch knows GPUs and half precision."""
    if not has_toolbox():
        return ONNX, TORCH
    if device == 'auto':
        wants_torch = _may_have_gpu()
    else:
        wants_torch = device != 'cpu'
    if wants_torch or dtype != 'float32':
        return TORCH, ONNX
    return ONNX, TORCH


def _check_names(device: str, dtype: str) -> None:
    if not re.fullmatch(r'auto|cpu|mps|cuda(:\d+)?', device):
        raise ConfigError(f'unknown device {device!r}: expected auto, cpu, '
                          'cuda, cuda:N or mps')
    if dtype not in DTYPES:
        raise ConfigError(
            f'unknown dtype {dtype!r}: expected one of {", ".join(DTYPES)}')


def _may_have_gpu() -> bool:
    """Whether it is worth to ask torch for a GPU, which takes seconds."""
    if sys.platform == 'darwin':
        return find_spec('torch') is not None
    for name in GPU_LIBRARIES:
        try:
            CDLL(name)
        except OSError:
            continue
        return True
    return False
