"""Blind image restoration with hierarchical contrastive learning in MMagic.

Importing the package registers all its classes in the registries of MMagic,
so a config needs one line::

    custom_imports = dict(
        imports=['hcl_mmagic'], allow_failed_imports=False)

It imports neither torch nor MMagic by itself: each subpackage is imported
when it is used, or when a registry is first asked for a class.
"""
import sys
from importlib import import_module
from types import ModuleType

from . import compat
from .errors import IncompatibleStackError
from .registration import register_lazily
from .version import __version__

__all__ = [
    '__version__', 'apis', 'compat', 'datasets', 'engine', 'evaluation',
    'models', 'photographs', 'visualization'
]

try:
    compat.check_versions()
except IncompatibleStackError:
    # `hcl-restore doctor` tells what is wrong, and how to mend it.
    if sys.argv[1:2] != ['doctor']:
        raise
compat.apply_repairs()
register_lazily()


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return import_module(f'{__name__}.{name}')
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
