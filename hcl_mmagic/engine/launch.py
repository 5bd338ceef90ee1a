"""Steps that the training and testing tools share."""
import argparse
import inspect
import json
import math
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional

import torch
from mmengine.config import Config, DictAction
from mmengine.device import get_device
from mmengine.dist import is_main_process
from mmengine.hooks import EMAHook, Hook
from mmengine.model import is_model_wrapper
from mmengine.registry import RUNNERS
from mmengine.runner import Runner, find_latest_checkpoint
from torch import distributed

from hcl_mmagic.errors import CheckpointError, ConfigError
from .cpu_amp import CPUAmpOptimWrapper

# Where each launcher leaves what torch calls RANK, WORLD_SIZE, LOCAL_RANK.
LAUNCHER_VARIABLES = {
    'pytorch': ('RANK', 'WORLD_SIZE', 'LOCAL_RANK'),
    'slurm': ('SLURM_PROCID', 'SLURM_NTASKS', 'SLURM_LOCALID'),
    'mpi': ('OMPI_COMM_WORLD_RANK', 'OMPI_COMM_WORLD_SIZE',
            'OMPI_COMM_WORLD_LOCAL_RANK'),
}
# Keys that mmengine's Runner reads from the config beside its arguments.
OPTIONAL_CONFIG_KEYS = {
    'activation_checkpointing', 'compile', 'efficient_conv_bn_eval',
    'find_unused_parameters', 'model_wrapper_cfg', 'runner_type', 'sync_bn'
}


def load_config(path: str,
                options: List[str],
                work_dir: Optional[str] = None) -> Config:
    """Read a config and apply the command line's changes.

    Args:
        path (str): Config file.
        options (List[str]): Overrides as ``KEY=VALUE``.
        work_dir (str, optional): Folder for logs and results. None takes the
            config's, or else ``work_dirs/<config name>``.

    Returns:
        Config: The config with ``work_dir`` set.

    Raises:
        ConfigError: The file is missing or an override cannot be applied.
    """
    if not Path(path).is_file():
        raise ConfigError(f'there is no config file {path}')
    try:
        cfg = Config.fromfile(path)
    except FileNotFoundError as error:
        raise ConfigError(f'{path}: {error}') from error
    _merge_options(cfg, options)
    cfg.work_dir = work_dir or cfg.get('work_dir') or str(
        Path('work_dirs',
             Path(path).stem))
    return cfg


def _merge_options(cfg: Config, options: List[str]) -> None:
    known = set(cfg) | OPTIONAL_CONFIG_KEYS | set(
        inspect.signature(Runner.__init__).parameters)
    parser = argparse.ArgumentParser()
    parser.add_argument('--option', nargs=1, action=DictAction)
    for option in options:
        key, separator, _ = option.partition('=')
        if not key or not separator:
            raise ConfigError(
                f"--cfg-options takes KEY=VALUE, but got '{option}'")
        if key.split('.')[0] not in known:
            raise ConfigError(f"--cfg-options: the config has no '{key}'")
        try:
            cfg.merge_from_dict(parser.parse_args(['--option', option]).option)
        except (AssertionError, KeyError, TypeError, ValueError) as error:
            raise ConfigError(
                f"--cfg-options: '{option}' does not fit the config: {error}"
            ) from error


def enable_amp(cfg: Config, dtype: Optional[str] = None) -> None:
    """Switch every optimizer wrapper of a config to mixed precision.

    Args:
        cfg (Config): Changed in place: ``optim_wrapper`` of one optimizer,
            or of several with a constructor.
        dtype (str, optional): 'float16' or 'bfloat16'. None takes float16 on
            a GPU and bfloat16 on a CPU.

    Raises:
        ConfigError: The device cannot do it, or a wrapper is of another kind.
    """
    device = get_device()
    if device not in ('cpu', 'cuda'):
        raise ConfigError(f'--amp works on cuda and cpu, not on {device}')
    if device == 'cpu' and dtype == 'float16':
        raise ConfigError(
            '--amp-dtype float16 needs a GPU; a CPU can do bfloat16')
    wrappers = [cfg.optim_wrapper] if 'optimizer' in cfg.optim_wrapper else [
        part for part in cfg.optim_wrapper.values()
        if isinstance(part, dict) and 'optimizer' in part
    ]
    for wrapper in wrappers:
        kind = wrapper.get('type', 'OptimWrapper')
        if kind not in ('OptimWrapper', 'AmpOptimWrapper'):
            raise ConfigError(
                f'--amp replaces OptimWrapper, but the config has {kind}')
        if device == 'cpu':
            for key in ('dtype', 'loss_scale', 'use_fsdp'):
                wrapper.pop(key, None)
            wrapper['type'] = CPUAmpOptimWrapper.__name__
            continue
        wrapper['type'] = 'AmpOptimWrapper'
        wrapper['dtype'] = dtype or wrapper.get('dtype') or 'float16'


def enable_lr_scaling(cfg: Config) -> None:
    """Let the runner scale the learning rates by the real batch size.

    Args:
        cfg (Config): Changed in place.

    Raises:
        ConfigError: The config does not say what batch size its rates are
            meant for.
    """
    if not (cfg.get('auto_scale_lr') or {}).get('base_batch_size'):
        raise ConfigError('--auto-scale-lr: the config needs auto_scale_lr = '
                          'dict(base_batch_size=...)')
    cfg.auto_scale_lr.enable = True


def set_resume(cfg: Config, checkpoint: str) -> None:
    """Go on with an earlier run, its iteration and optimizers included.

    Args:
        cfg (Config): Changed in place.
        checkpoint (str): File to go on from, or 'auto' for the latest one in
            the work dir. Where that holds none, training starts from the
            beginning.

    Raises:
        CheckpointError: There is no such file.
    """
    if checkpoint != 'auto':
        set_checkpoint(cfg, checkpoint)
        cfg.resume = True
        return
    latest = find_latest_checkpoint(cfg.work_dir)
    if latest is None:
        print(f'No checkpoint in {cfg.work_dir} yet, training starts anew')
        return
    set_checkpoint(cfg, latest)
    cfg.resume = True


def set_checkpoint(cfg: Config, checkpoint: str) -> None:
    """Start from the weights of a checkpoint.

    Args:
        cfg (Config): Changed in place.
        checkpoint (str): A file, or an address with a scheme.

    Raises:
        CheckpointError: There is no such file.
    """
    _require_checkpoint(checkpoint)
    cfg.load_from = checkpoint


def _require_checkpoint(checkpoint: str) -> None:
    if '://' not in checkpoint and not Path(checkpoint).is_file():
        raise CheckpointError(f'there is no checkpoint file {checkpoint}')


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

    Yields:
        Runner: Ready to train or test.
    """
    os.environ.setdefault('LOCAL_RANK', str(local_rank))
    if cfg.get('load_from'):
        _require_checkpoint(cfg.load_from)
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
        distributed.destroy_process_group()


def _wrap_without_device(cfg: Config) -> None:
    """Keep mmengine from naming a CUDA device to the model's wrapper."""
    wrapper = cfg.get('model_wrapper_cfg') or dict(
        type='MMDistributedDataParallel',
        find_unused_parameters=cfg.get('find_unused_parameters', False))
    cfg.model_wrapper_cfg = dict(wrapper, device_ids=None)


def _check_averaging(runner: Runner) -> None:
    """MMEngine's averaging copies and names the parts of a model that are
    wrapped one by one in a way that it cannot load again."""
    if is_model_wrapper(runner.model) and any(
            isinstance(hook, EMAHook) for hook in runner.hooks):
        raise ConfigError('EMAHook does not work in a distributed run: leave '
                          'it out of custom_hooks')


def init_process_group(launcher: str) -> None:
    """Join the other processes through gloo where there is no GPU.

    mmengine, which does it otherwise, picks a CUDA device in any case.

    Args:
        launcher (str): 'pytorch', 'slurm' or 'mpi'.

    Raises:
        ConfigError: The process was not started by this launcher.
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


class MetricsRecorder(Hook):
    """Keeps what a test found: MMagic's test loop returns nothing.

    Attributes:
        metrics (dict): Names and numbers of the latest test.
    """

    def __init__(self) -> None:
        self.metrics: Dict[str, Any] = {}

    def after_test_epoch(self,
                         runner: Runner,
                         metrics: Optional[Dict[str, Any]] = None) -> None:
        """Keep the metrics.

        Args:
            runner (Runner): The runner.
            metrics (dict, optional): Names and numbers.
        """
        self.metrics = metrics or {}


def write_metrics(metrics: Mapping[str, Any], path: str) -> None:
    """Write metrics as one flat JSON object, from the main process.

    Args:
        metrics (Mapping[str, Any]): Names and numbers. A number that is not
            finite becomes ``null``, which JSON has, unlike NaN.
        path (str): File to write.
    """
    if not is_main_process():
        return
    numbers: Dict[str, Optional[float]] = {}
    for name, value in metrics.items():
        number = float(value)
        numbers[name] = number if math.isfinite(number) else None
    Path(path).write_text(json.dumps(numbers, indent=2) + '\n')
