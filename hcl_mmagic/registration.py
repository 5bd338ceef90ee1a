"""Registering the package's classes in the registries of MMagic
and MMEngine.

A registry imports the modules in its list of locations when it is first asked
for something. The package adds its own to those lists: a config finds every
class by name, and nothing is imported before.
"""
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Dict, List

from .import_hooks import after_import

# Modules of registries; of each registry, the subpackages that have classes
# for it.
LOCATIONS = {
    'mmagic.registry': {
        'DATA_SAMPLERS': ['datasets'],
        'DATASETS': ['datasets'],
        'HOOKS': ['engine', 'visualization'],
        'LOOPS': ['engine'],
        'METRICS': ['evaluation'],
        'MODELS': ['models'],
        'OPTIM_WRAPPERS': ['engine'],
        'TRANSFORMS': ['datasets'],
        'VISUALIZERS': ['visualization'],
    },
    'mmengine.registry': {
        'INFERENCERS': ['apis.registered'],
        # The runner asks this registry alone.
        'MODEL_WRAPPERS': ['engine'],
    },
}


def register_lazily() -> None:
    """Add the package to the registries, now or when they are imported."""
    for module, registries in LOCATIONS.items():
        after_import(module, partial(_add_locations, registries))


def _add_locations(registries: Dict[str, List[str]],
                   module: ModuleType) -> None:
    for name, subpackages in registries.items():
        registry = getattr(module, name)
        for subpackage in subpackages:
            location = f'hcl_mmagic.{subpackage}'
            if registry._imported:
                # It has been asked already and will not look again.
                import_module(location)
            else:
                registry._locations.append(location)
