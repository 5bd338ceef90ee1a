"""Blind image restoration with hierarchical contrastive learning in MMagic.

Importing the package registers all its classes in the registries of MMagic,
so a config needs one line::

    custom_imports = dict(
        imports=['hcl_mmagic'], allow_failed_imports=False)

It imports neither torch nor MMagic by itself: each subpackage is imported
when it is used, or when a registry is first asked for a class. Photographs
are restored without them, too.
"""
from importlib import import_module
from types import ModuleType

from . import compat
from .registration import register_lazily
from .toolbox import need_toolbox
from .version import __version__

__all__ = [
    '__version__', 'apis', 'compat', 'datasets', 'engine', 'evaluation',
    'models', 'photographs', 'visualization'
]

compat.apply_repairs()
register_lazily()

# Rooms that need neither torch nor MMagic.
_LIGHT = ('apis', 'compat', 'photographs')


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        if name not in _LIGHT:
            need_toolbox(f'{__name__}.{name}')
        return import_module(f'{__name__}.{name}')
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
