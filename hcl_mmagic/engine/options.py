"""What the options of the training and testing tools do to a config."""
import argparse
import inspect
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Set

from mmengine.config import Config, DictAction
from mmengine.device import get_device
from mmengine.runner import Runner, find_latest_checkpoint

from hcl_mmagic.errors import CheckpointError, ConfigError
from .cpu_amp import CPUAmpOptimWrapper

# Weights of the parts of a BlindInpaintor.
PART_CHECKPOINTS = ('detector_checkpoint', 'inpaintor_checkpoint')
# Keys that mmengine's Runner reads from the config beside its arguments.
OPTIONAL_CONFIG_KEYS = {
    'activation_checkpointing', 'compile', 'efficient_conv_bn_eval',
    'find_unused_parameters', 'model_wrapper_cfg', 'runner_type', 'sync_bn'
}
# Steps of a pipeline that only arrange what a sample has.
PACKING = ('CopyValues', 'PackInputs')


def load_config(path: str,
                options: List[str],
                work_dir: Optional[str] = None) -> Config:
    """Read a config and apply the command line's changes.

    ``options`` are overrides as ``KEY=VALUE``. ``work_dir``, for logs and
    results, is the argument, or else the config's, or else ``work_dirs/<config
    name>``. A ConfigError if the file is missing or an override cannot be
    applied.
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


def restorer_config(cfg: Config, path: str) -> Dict[str, Any]:
    """The part of a config that describes its ``HCLRestorer``; a ConfigError,
    which names the file, if the model is another one."""
    model = cfg.get('model') or {}
    if model.get('type') != 'HCLRestorer':
        raise ConfigError(f'{path} has no HCLRestorer as its model')
    return model


def runner_keys() -> Set[str]:
    """Every key of a config that mmengine's Runner reads."""
    return OPTIONAL_CONFIG_KEYS | set(
        inspect.signature(Runner.__init__).parameters)


def _merge_options(cfg: Config, options: List[str]) -> None:
    known = set(cfg) | runner_keys()
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
    """Switch every optimizer wrapper of a config to mixed precision, in place.

    ``dtype`` is 'float16' or 'bfloat16'; None takes float16 on a GPU and
    bfloat16 on a CPU. A ConfigError if the device cannot do it, or a wrapper
    is of another kind.
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
    """Let the runner scale the learning rates by the real batch size; a
    ConfigError if the config does not say what size its rates are meant for.
    """
    if not (cfg.get('auto_scale_lr') or {}).get('base_batch_size'):
        raise ConfigError('--auto-scale-lr: the config needs auto_scale_lr = '
                          'dict(base_batch_size=...)')
    cfg.auto_scale_lr.enable = True


def set_resume(cfg: Config, checkpoint: str) -> None:
    """Go on with an earlier run, its iteration and optimizers included.

    The checkpoint is a file, or 'auto' for the latest one in the work dir;
    where that holds none, training starts from the beginning. A
    CheckpointError if there is no such file.
    """
    found = checkpoint
    if checkpoint == 'auto':
        found = find_latest_checkpoint(cfg.work_dir)
    if found is None:
        print(f'No checkpoint in {cfg.work_dir} yet, training starts anew')
        return
    set_checkpoint(cfg, found)
    cfg.resume = True


def set_checkpoint(cfg: Config, checkpoint: str) -> None:
    """Start from the weights of a file, or of an address with a scheme; a
    CheckpointError if there is no such file."""
    require_checkpoint(checkpoint)
    cfg.load_from = checkpoint


def drop_part_checkpoints(cfg: Config) -> None:
    """Let a checkpoint of a whole ``BlindInpaintor`` take the place of those
    of its parts, whose files need not be there any more then."""
    model = cfg.get('model') or {}
    for key in PART_CHECKPOINTS:
        if model.get(key) is not None:
            model[key] = None


def require_part_checkpoints(cfg: Config) -> None:
    """Raise a CheckpointError for a test without a checkpoint, unless the
    parts of the model bring their own weights."""
    if cfg.get('load_from'):
        return
    model = cfg.get('model') or {}
    advice = 'there are no weights to test: name a CHECKPOINT after the config'
    if model.get('type') != 'BlindInpaintor':
        raise CheckpointError(advice)
    needs_none = model['detector']['type'] == 'GivenMaskDetector'
    for key in PART_CHECKPOINTS:
        if not model.get(key) and not (needs_none
                                       and key == 'detector_checkpoint'):
            raise CheckpointError(f'{advice}, or set model.{key} in it')


def set_test_set(cfg: Config, folder: str) -> None:
    """Test on the frozen test set of a folder, packed the way the config packs
    its own; a ConfigError if it has no test data loader, or several."""
    loader = cfg.get('test_dataloader')
    if not isinstance(loader, dict):
        raise ConfigError('--test-set takes the place of one data loader, but '
                          'test_dataloader of the config is a '
                          f'{type(loader).__name__}')
    loader['dataset'] = frozen_dataset(loader, folder)


def frozen_dataset(loader: Mapping[str, Any], folder: str) -> Dict[str, Any]:
    """Config of a ``FrozenTestSet``, packed the way the data loader of a
    config packs its own samples."""
    frozen: Dict[str, Any] = dict(type='FrozenTestSet', data_root=folder)
    packing = [
        transform for transform in loader['dataset'].get('pipeline', ())
        if transform['type'] in PACKING
    ]
    if packing:
        frozen['pipeline'] = packing
    return frozen


def require_checkpoint(checkpoint: str) -> None:
    """Raise a CheckpointError, before anything is built, if a checkpoint is
    neither a file nor an address with a scheme."""
    if '://' not in checkpoint and not Path(checkpoint).is_file():
        raise CheckpointError(f'there is no checkpoint file {checkpoint}')
