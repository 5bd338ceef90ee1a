"""The few repairs that MMagic 1.2 and MMEngine need on today's stack.

Nothing else in the package changes code of another package. Every repair
looks first whether it is needed and does nothing where it is not.
"""
from types import ModuleType

from hcl_mmagic.import_hooks import after_import
from hcl_mmagic.toolbox import has_toolbox
from .mmagic_repairs import (repair_contextual_attention, repair_numpy_alias,
                             repair_ops_loading, repair_weight_init)
from .mmengine_repairs import repair_checkpoints, repair_config_names

__all__ = [
    'apply_repairs', 'repair_checkpoints', 'repair_config_names',
    'repair_contextual_attention', 'repair_numpy_alias', 'repair_ops_loading',
    'repair_weight_init'
]


def apply_repairs() -> None:
    """Apply every repair that the installed packages need, each as soon as
    the module is imported that it repairs; as soon as MMEngine is, check that
    the packages can work together."""
    after_import('mmengine', _check_versions)
    repair_ops_loading()
    repair_numpy_alias()
    repair_weight_init()
    repair_contextual_attention()
    repair_checkpoints()
    repair_config_names()


def _check_versions(mmengine: ModuleType) -> None:
    if has_toolbox():
        from .versions import check_versions  # slow to import
        check_versions()
