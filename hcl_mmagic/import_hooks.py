"""Doing something to a module of another package once it is imported.

MMagic and torch take seconds to import. What this package changes or adds
there waits until somebody needs them, so that ``import hcl_mmagic`` and the
help of its commands cost nothing.
"""
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Callable, Optional, Sequence


def after_import(name: str, action: Callable[[ModuleType], None]) -> None:
    """Call a function with the module of a full name, now or right after its
    code has run."""
    if name in sys.modules:
        action(sys.modules[name])
    else:
        sys.meta_path.insert(0, _ActAfterImport(name, action))


class _ActAfterImport:
    """Lets the other finders find one module, and acts when it has run."""

    def __init__(self, name: str, action: Callable[[ModuleType],
                                                   None]) -> None:
        self.name = name
        self.action = action

    def find_spec(
        self,
        fullname: str,
        path: Optional[Sequence[str]],
        target: Optional[ModuleType] = None,
    ) -> Optional[ModuleSpec]:
        if fullname != self.name:
            return None
        sys.meta_path.remove(self)
        from importlib.util import find_spec  # slow, and seldom needed
        spec = find_spec(fullname)
        if spec is None or spec.loader is None:
            return spec
        run_code = spec.loader.exec_module

        def run_code_and_act(module: ModuleType) -> None:
            run_code(module)
            self.action(module)

        spec.loader.exec_module = run_code_and_act  # type: ignore
        return spec
