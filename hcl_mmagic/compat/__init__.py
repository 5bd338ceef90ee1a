"""The few repairs that MMagic 1.2 and MMEngine need on today's stack.

Nothing else in the package changes code of another package. Every repair
looks first whether it is needed and does nothing where it is not.

- :func:`repair_ops_loading`: ``mmagic.models`` imports compiled mmcv
  operators that mmcv-lite does not have.
- :func:`repair_numpy_alias`: ``mmagic.utils`` uses ``numpy.bool8``, which
  numpy 2 removed.
- :func:`repair_weight_init`: ``generation_init_weights`` of MMagic fails when
  a runner initialises the model.
- :func:`repair_contextual_attention`: DeepFill of MMagic returns NaN where a
  mask leaves no patch of the picture intact.
- :func:`repair_checkpoints`: ``torch.load(weights_only=True)``, the default
  of torch >= 2.6, refuses checkpoints of MMEngine's runner.
- :func:`repair_config_names`: MMEngine looks for a config ``package::name``
  in a closed list of packages.
"""
from .mmagic_repairs import (repair_contextual_attention, repair_numpy_alias,
                             repair_ops_loading, repair_weight_init)
from .mmengine_repairs import repair_checkpoints, repair_config_names
from .versions import check_versions

__all__ = [
    'apply_repairs', 'check_versions', 'repair_checkpoints',
    'repair_config_names', 'repair_contextual_attention', 'repair_numpy_alias',
    'repair_ops_loading', 'repair_weight_init'
]


def apply_repairs() -> None:
    """Apply every repair that the installed packages need, each as soon as
    the module is imported that it repairs."""
    repair_ops_loading()
    repair_numpy_alias()
    repair_weight_init()
    repair_contextual_attention()
    repair_checkpoints()
    repair_config_names()
