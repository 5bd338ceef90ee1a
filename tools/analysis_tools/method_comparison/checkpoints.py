"""Configs and files of weights that the command line names."""
from pathlib import Path
from typing import Any, Dict, List

from mmengine.config import Config

from hcl_mmagic.apis.checkpoints.locating import checked_sha256
from hcl_mmagic.engine.options import (load_config, require_checkpoint,
                                       require_part_checkpoints)
from hcl_mmagic.errors import ConfigError
from hcl_mmagic.weights import read_checkpoint
from .sources import DETECTOR, INPAINTOR, METHOD, Source


def read_config(source: Source) -> Config:
    """Read the config of what is not built in.

    Args:
        source (Source): What the command line named.

    Returns:
        Config: With a model.

    Raises:
        ConfigError: There is no such file, or no model in it.
    """
    assert source.config is not None  # what is built in has none
    cfg = load_config(source.config, [])
    if not (cfg.get('model') or {}).get('type'):
        raise ConfigError(f'--{source.role} {source.name}: {source.config} '
                          'has no model')
    return cfg


def check_files(source: Source) -> None:
    """Complain about missing files before anything is built.

    Args:
        source (Source): What the command line named.

    Raises:
        HCLError: A file is missing or not named, or the config has no model.
    """
    if source.config is None:
        return
    cfg = read_config(source)
    if source.role == METHOD and source.checkpoint is None:
        require_part_checkpoints(cfg)
    for path in checkpoint_paths(source, cfg):
        require_checkpoint(path)


def checkpoint_paths(source: Source, cfg: Config) -> List[str]:
    """The files of weights that a method needs.

    Args:
        source (Source): What the command line named.
        cfg (Config): Its config.

    Returns:
        list[str]: Its checkpoint, or else those of the parts that the config
        names.
    """
    if source.checkpoint is not None:
        return [source.checkpoint]
    roles = (DETECTOR, INPAINTOR) if source.role == METHOD else (source.role, )
    paths = [cfg.model.get(f'{role}_checkpoint') for role in roles]
    return [path for path in paths if path is not None]


def describe_checkpoints(source: Source) -> List[Dict[str, Any]]:
    """Say which weights a method has.

    Args:
        source (Source): What the command line named.

    Returns:
        list[dict]: Of each file ``file``, ``sha256`` and ``iterations``, None
        if it does not tell.
    """
    if source.config is None:
        return []
    return [
        dict(
            file=path,
            sha256=checked_sha256(Path(path)),
            iterations=(read_checkpoint(path).get('meta') or {}).get('iter'))
        for path in checkpoint_paths(source, read_config(source))
    ]
