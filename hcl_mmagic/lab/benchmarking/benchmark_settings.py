"""What to measure, and torch set up for it."""
import re
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional, Sequence

import torch
from mmengine.config import Config

from ...engine.allocator import keep_freed_memory
from ...engine.options import require_checkpoint
from ...errors import ConfigError

MIXED_DTYPES = dict(bf16=torch.bfloat16, fp16=torch.float16)
DEFAULT_SIZE = 256
# Options that a task has no use for, with the value that leaves them out.
USELESS_OPTIONS: Dict[str, Dict[str, Any]] = dict(
    data=dict(device='cpu', dtype='fp32', compile=False, checkpoint=None),
    detect=dict(compile=False))


@dataclass(frozen=True)
class Settings:
    """The options of benchmark.py, see its ``-h``."""
    config: str
    task: str = 'infer'
    size: Optional[int] = None
    batch: int = 1
    device: str = 'cpu'
    dtype: str = 'fp32'
    compile: bool = False
    repeats: int = 5
    warmup: int = 2
    threads: Optional[int] = None
    checkpoint: Optional[str] = None
    cfg_options: Sequence[str] = ()

    @property
    def side(self) -> int:
        """Side of the pictures of the model's tasks in pixels."""
        return DEFAULT_SIZE if self.size is None else self.size

    @property
    def torch_device(self) -> torch.device:
        return torch.device(self.device)

    def check(self) -> None:
        """Complain about options that cannot work, before anything is built.
        """
        if not Path(self.config).is_file():
            raise ConfigError(f'there is no config file {self.config}')
        for name, least in (('size', 1), ('batch', 1), ('repeats', 1),
                            ('warmup', 0), ('threads', 1)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ConfigError(
                    f'--{name} must be at least {least}, got {value}')
        for name, unused in USELESS_OPTIONS.get(self.task, {}).items():
            if getattr(self, name) != unused:
                option = name.replace('_', '-')
                raise ConfigError(
                    f'--{option} does nothing for --task {self.task}: leave '
                    'it out')
        self._check_device()
        if self.checkpoint is not None:
            require_checkpoint(self.checkpoint)

    def _check_device(self) -> None:
        if not re.fullmatch(r'cpu|cuda(:\d+)?', self.device):
            raise ConfigError('--device must be cpu, cuda or cuda:<index>, '
                              f'got {self.device}')
        if self.device == 'cpu':
            if self.dtype in ('tf32', 'fp16'):
                raise ConfigError(f'--dtype {self.dtype} needs a GPU; a CPU '
                                  'can do fp32 and bf16')
            return
        count = torch.cuda.device_count()
        if (self.torch_device.index or 0) >= count:
            raise ConfigError(f'--device {self.device}: torch finds {count} '
                              'CUDA devices; use --device cpu')

    def prepare_torch(self, cfg: Config) -> None:
        """Set torch's global switches, as training and testing do."""
        torch.manual_seed(0)
        keep_freed_memory()  # as in training and testing
        if self.task == 'data':
            # As in a worker process of a data loader.
            import cv2
            cv2.setNumThreads(self.threads or 0)
            torch.set_num_threads(self.threads or 1)
        elif self.threads is not None:
            torch.set_num_threads(self.threads)
        if self.device != 'cpu':
            torch.cuda.set_device(self.torch_device.index or 0)
            # Convolutions use TF32 unless told not to.
            torch.backends.cuda.matmul.allow_tf32 = self.dtype == 'tf32'
            torch.backends.cudnn.allow_tf32 = self.dtype == 'tf32'
            torch.backends.cudnn.benchmark = cfg.get('env_cfg', {}).get(
                'cudnn_benchmark', False)

    def autocast(self) -> AbstractContextManager:
        """Mixed precision for bf16 and fp16, else nothing."""
        if self.dtype not in MIXED_DTYPES:
            return nullcontext()
        return torch.autocast(
            self.torch_device.type, dtype=MIXED_DTYPES[self.dtype])
