"""Registering the package's classes in the registries of MMagic.

A registry imports the modules in its list of locations when it is first asked
for something. The package adds its own to those lists: a config finds every
class by name, and nothing is imported before.
"""
from importlib import import_module
from types import ModuleType

from .import_hooks import after_import

# Registries of MMagic, and the subpackages that have classes for them.
LOCATIONS = {
    'DATA_SAMPLERS': ['datasets'],
    'DATASETS': ['datasets'],
    'HOOKS': ['engine', 'visualization'],
    'LOOPS': ['engine'],
    'METRICS': ['evaluation'],
    'MODELS': ['models'],
    'OPTIM_WRAPPERS': ['engine'],
    'TRANSFORMS': ['datasets'],
    'VISUALIZERS': ['visualization'],
}


def register_lazily() -> None:
    """Add the package to the registries, now or when they are imported."""
    after_import('mmagic.registry', _add_locations)


def _add_locations(registries: ModuleType) -> None:
    for name, subpackages in LOCATIONS.items():
        registry = getattr(registries, name)
        for subpackage in subpackages:
            location = f'hcl_mmagic.{subpackage}'
            if registry._imported:
                # It has been asked already and will not look again.
                import_module(location)
            else:
                registry._locations.append(location)
