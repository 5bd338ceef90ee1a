"""Configs and files of weights that the command line names."""
from pathlib import Path
from typing import Any, Dict, List

from mmengine.config import Config

from ...apis.checkpoints.lama_files import LAMA_SUFFIXES
from ...apis.checkpoints.locating import checked_sha256
from ...engine.options import (load_config, require_checkpoint,
                               require_part_checkpoints)
from ...errors import ConfigError
from ...weights import read_checkpoint
from .method_sources import DETECTOR, INPAINTOR, METHOD, Source


def read_config(source: Source) -> Config:
    """Read the config of what is not built in; it must have a model."""
    assert source.config is not None  # what is built in has none
    cfg = load_config(source.config, [])
    if not (cfg.get('model') or {}).get('type'):
        raise ConfigError(f'--{source.role} {source.name}: {source.config} '
                          'has no model')
    return cfg


def is_lama(source: Source) -> bool:
    """Whether an inpaintor is a file of LaMa, not a config."""
    return source.role == INPAINTOR and Path(
        source.config or '').suffix.lower() in LAMA_SUFFIXES


def check_files(source: Source) -> None:
    """Complain about missing files before anything is built."""
    if source.config is None:
        return
    if is_lama(source):
        require_checkpoint(source.config)
        return
    cfg = read_config(source)
    if source.role == METHOD and source.checkpoint is None:
        require_part_checkpoints(cfg)
    for path in checkpoint_paths(source, cfg):
        require_checkpoint(path)


def checkpoint_paths(source: Source, cfg: Config) -> List[str]:
    """The files of weights that a method needs: its checkpoint, or else those
    of the parts that the config names."""
    if source.checkpoint is not None:
        return [source.checkpoint]
    roles = (DETECTOR, INPAINTOR) if source.role == METHOD else (source.role, )
    paths = [cfg.model.get(f'{role}_checkpoint') for role in roles]
    return [path for path in paths if path is not None]


def describe_checkpoints(source: Source) -> List[Dict[str, Any]]:
    """Of each of its files of weights ``file``, ``sha256`` and ``iterations``,
    None if it does not tell."""
    if source.config is None:
        return []
    if is_lama(source):
        path = source.config
        return [
            dict(
                file=path, sha256=checked_sha256(Path(path)), iterations=None)
        ]
    return [
        dict(
            file=path,
            sha256=checked_sha256(Path(path)),
            iterations=(read_checkpoint(path).get('meta') or {}).get('iter'))
        for path in checkpoint_paths(source, read_config(source))
    ]
