"""What MMEngine needs to resume on torch >= 2.6 and to find our configs."""
import functools
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Optional, Tuple

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.import_hooks import after_import

PACKAGE_FOLDER = Path(__file__).parents[1]
CONFIG_PREFIX = 'hcl_mmagic::'

# Checkpoints


def repair_checkpoints() -> None:
    """Let every runner write checkpoints that torch's safe loader reads.

    A config need not ask for it: with MMagic's own runtime training resumes,
    too. Allowing what MMEngine writes instead would mean allowing ``getattr``,
    with which a file can run any code.
    """
    after_import('mmengine.runner.runner', _write_plain_checkpoints)


def _write_plain_checkpoints(module: ModuleType) -> None:
    runner = getattr(module, 'Runner')
    runner.register_hooks = with_plain_checkpoints(runner.register_hooks)


def with_plain_checkpoints(register_hooks: Callable) -> Callable:
    """Give a ``Runner`` a ``PlainCheckpointHook`` in its ``register_hooks``,
    if its config has none."""

    @functools.wraps(register_hooks)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> None:
        from hcl_mmagic.engine import PlainCheckpointHook
        register_hooks(self, *args, **kwargs)
        if not any(
                isinstance(hook, PlainCheckpointHook) for hook in self.hooks):
            self.register_hook(PlainCheckpointHook())

    return wrapper


# Configs by the name of the package


def repair_config_names() -> None:
    """Let ``hcl_mmagic::hcl_small.py`` name a config of this package.

    MMEngine knows such names of a closed list of packages alone, wants them
    to have a folder, and cannot tell where an editable installation is.
    """
    after_import('mmengine.config.config', _find_own_bases)
    after_import('mmengine.hub', _find_own_configs)


def find_config(name: str) -> Optional[str]:
    """The file of a config by a name such as ``hcl_mmagic::hcl_small.py``;
    None if the name is not one of this package.

    Raises:
        ConfigError: If this package has no such config.
    """
    if not name.startswith(CONFIG_PREFIX):
        return None
    folder = PACKAGE_FOLDER / '.mim' / 'configs'
    if not folder.is_dir():
        # A checkout, used as it is or by an editable installation.
        folder = PACKAGE_FOLDER.parent / 'configs'
    path = folder / name[len(CONFIG_PREFIX):]
    if not path.is_file():
        raise ConfigError(f'there is no config {name}: {folder} has those of '
                          'this package')
    return str(path)


def _find_own_bases(module: ModuleType) -> None:
    config = getattr(module, 'Config')
    find_base = config._get_cfg_path

    @functools.wraps(find_base)
    def wrapper(cfg_path: str, filename: str) -> Tuple[str, Optional[str]]:
        own = find_config(cfg_path)
        # No scope: the classes are registered in that of MMagic.
        return find_base(cfg_path, filename) if own is None else (own, None)

    config._get_cfg_path = staticmethod(wrapper)


def _find_own_configs(hub: ModuleType) -> None:
    get_config = getattr(hub, 'get_config')

    @functools.wraps(get_config)
    def wrapper(cfg_path: str, pretrained: bool = False) -> Any:
        from mmengine.config import Config

        from hcl_mmagic.apis.checkpoints import find_checkpoint
        own = find_config(cfg_path)
        if own is None:
            return get_config(cfg_path, pretrained)
        cfg = Config.fromfile(own)
        if pretrained:
            cfg.model_path = str(find_checkpoint(Path(own).stem))
        return cfg

    setattr(hub, 'get_config', wrapper)
