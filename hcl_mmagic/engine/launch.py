"""Running a config, in several processes too, and writing its results."""
import gc
import json
import math
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, Mapping, Optional

import torch
from mmengine.config import Config
from mmengine.dist import is_main_process
from mmengine.hooks import EMAHook, Hook
from mmengine.model import is_model_wrapper
from mmengine.registry import RUNNERS
from mmengine.runner import Runner
from torch import distributed

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.evaluation.score_tables import REPORT_TITLE, format_report
from .allocator import keep_freed_memory
from .fileio import AtomicLocalBackend
from .options import drop_part_checkpoints, require_checkpoint

# Where each launcher leaves what torch calls RANK, WORLD_SIZE, LOCAL_RANK.
LAUNCHER_VARIABLES = {
    'pytorch': ('RANK', 'WORLD_SIZE', 'LOCAL_RANK'),
    'slurm': ('SLURM_PROCID', 'SLURM_NTASKS', 'SLURM_LOCALID'),
    'mpi': ('OMPI_COMM_WORLD_RANK', 'OMPI_COMM_WORLD_SIZE',
            'OMPI_COMM_WORLD_LOCAL_RANK'),
}


@contextmanager
def running(cfg: Config,
            launcher: str = 'none',
            local_rank: int = 0) -> Iterator[Runner]:
    """Build the runner, in a process group if a launcher asks for one.

    Args:
        cfg (Config): A complete config.
        launcher (str): 'none', 'pytorch', 'slurm' or 'mpi'.
        local_rank (int): Rank on this machine, where the launcher gives it
            as an argument only.
    """
    keep_freed_memory()
    os.environ.setdefault('LOCAL_RANK', str(local_rank))
    if cfg.get('load_from'):
        require_checkpoint(cfg.load_from)
        drop_part_checkpoints(cfg)
    cfg.launcher = launcher
    if launcher != 'none':
        init_process_group(launcher)
        if not torch.cuda.is_available():
            _wrap_without_device(cfg)
    if 'runner_type' in cfg:
        runner = RUNNERS.build(cfg)
    else:
        runner = Runner.from_cfg(cfg)
    _check_averaging(runner)
    yield runner
    if distributed.is_available() and distributed.is_initialized():
        _leave_process_group(runner)


def _leave_process_group(runner: Runner) -> None:
    """Leave the other processes, and end gloo's threads."""
    # They live as long as anything holds the group, as the model's wrapper
    # does; one that outlives the interpreter may abort the process.
    del runner.model
    gc.collect()
    distributed.destroy_process_group()


def _wrap_without_device(cfg: Config) -> None:
    """Keep mmengine from naming a CUDA device to the model's wrapper."""
    wrapper = cfg.get('model_wrapper_cfg') or dict(
        type='MMDistributedDataParallel',
        find_unused_parameters=cfg.get('find_unused_parameters', False))
    cfg.model_wrapper_cfg = dict(wrapper, device_ids=None)


def _check_averaging(runner: Runner) -> None:
    """Refuse averages of a model whose parts stay wrapped one by one."""
    # MMEngine cannot load again what it has copied and named there.
    parts = runner.model.module.modules() if is_model_wrapper(
        runner.model) else []
    if any(map(is_model_wrapper, parts)) and any(
            isinstance(hook, EMAHook) for hook in runner.hooks):
        raise ConfigError(
            'EMAHook needs model_wrapper_cfg = dict(type='
            "'PartwiseDistributedDataParallel') in a distributed run, not "
            f'{type(runner.model).__name__}')


def init_process_group(launcher: str) -> None:
    """Join the other processes through gloo where there is no GPU; mmengine,
    which does it otherwise, picks a CUDA device in any case.

    A ConfigError if the process was not started by this launcher.
    """
    missing = [
        name for name in LAUNCHER_VARIABLES[launcher] if name not in os.environ
    ]
    if missing:
        raise ConfigError(
            f'--launcher {launcher}: {missing[0]} is not set, so this process '
            'was not started by it. Use tools/dist_*.sh or tools/slurm_*.sh')
    if torch.cuda.is_available() or distributed.is_initialized():
        return
    for name, source in zip(LAUNCHER_VARIABLES['pytorch'],
                            LAUNCHER_VARIABLES[launcher]):
        os.environ[name] = os.environ[source]
    os.environ.setdefault('MASTER_PORT', '29500')
    if 'MASTER_ADDR' not in os.environ:
        os.environ['MASTER_ADDR'] = _first_host(launcher)
    distributed.init_process_group('gloo')


def _first_host(launcher: str) -> str:
    if launcher != 'slurm':
        return '127.0.0.1'
    names = subprocess.run(
        ['scontrol', 'show', 'hostname', os.environ['SLURM_NODELIST']],
        check=True,
        capture_output=True,
        text=True).stdout
    return names.split()[0]


def prepare_output(path: str) -> None:
    """Make the folder of a result file before hours of work go into it."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)


def prepare_metrics(path: str) -> None:
    """Make sure that :func:`write_metrics` can write without doing harm.

    A ConfigError if the path is a folder, or a file that is no earlier table
    would be overwritten by the tables beside it.
    """
    tables = report_path(path)
    if Path(path).is_dir() or tables == Path(path):
        raise ConfigError(f'{path} cannot be the file of the metrics: name a '
                          'JSON file, such as metrics.json')
    if tables.exists() and not tables.read_text(
            encoding='utf-8', errors='replace').startswith(REPORT_TITLE):
        raise ConfigError(f'the tables beside {path} would overwrite {tables},'
                          ' which is something else: name another file')
    prepare_output(path)


class MetricsRecorder(Hook):
    """Keeps what a test found, as ``metrics``: MMagic's test loop returns
    nothing."""

    def __init__(self) -> None:
        self.metrics: Dict[str, Any] = {}

    def after_test_epoch(self,
                         runner: Runner,
                         metrics: Optional[Dict[str, Any]] = None) -> None:
        """Keep the metrics."""
        self.metrics = metrics or {}


def write_metrics(metrics: Mapping[str, Any],
                  path: str,
                  scored: str = '') -> None:
    """Write metrics as one flat JSON object, from the main process.

    A number that is not finite becomes ``null``, which JSON has, unlike NaN.
    Beside it, with the suffix ``.md``, stand the same numbers as tables, and
    what ``scored`` says of the test, see :func:`~.protocol.describe_test`.
    """
    if not is_main_process():
        return
    numbers: Dict[str, Optional[float]] = {}
    for name, value in metrics.items():
        number = float(value)
        numbers[name] = number if math.isfinite(number) else None
    files = AtomicLocalBackend()
    files.put_text(json.dumps(numbers, indent=2) + '\n', path)
    files.put_text(format_report(numbers, scored), report_path(path))


def report_path(path: str) -> Path:
    """Where :func:`write_metrics` puts the tables: beside its JSON file."""
    return Path(path).with_suffix('.md')
