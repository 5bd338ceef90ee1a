"""Blind image restoration with hierarchical contrastive learning in MMagic.

Importing the package registers all its classes in the registries of MMagic,
so a config needs one line::

    custom_imports = dict(
        imports=['hcl_mmagic'], allow_failed_imports=False)
"""
from . import compat
from .version import __version__

compat.check_versions()
compat.apply_repairs()

# The repairs come first: what follows imports MMagic.
from . import visualization  # noqa: E402
from . import datasets, engine, evaluation, models  # noqa: E402

__all__ = [
    '__version__', 'compat', 'datasets', 'engine', 'evaluation', 'models',
    'visualization'
]
