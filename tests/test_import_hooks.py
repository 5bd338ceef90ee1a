"""What waits for an import happens once, right after it."""
import importlib
import sys
from importlib import import_module
from pathlib import Path

import pytest

from hcl_mmagic.import_hooks import after_import


@pytest.fixture(autouse=True)
def own_finders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, 'meta_path', list(sys.meta_path))


def test_an_action_waits_for_the_import(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / 'imported_late.py').write_text('answer = 41')
    monkeypatch.syspath_prepend(str(tmp_path))
    seen = []
    after_import('imported_late', lambda module: seen.append(module.answer))
    import_module('json')
    assert not seen
    module = import_module('imported_late')
    assert seen == [41]
    importlib.reload(module)
    assert seen == [41]


def test_two_actions_on_one_module_both_happen(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / 'imported_twice.py').write_text('')
    monkeypatch.syspath_prepend(str(tmp_path))
    seen = []
    after_import('imported_twice', lambda module: seen.append('first'))
    after_import('imported_twice', lambda module: seen.append('second'))
    import_module('imported_twice')
    assert sorted(seen) == ['first', 'second']


def test_an_imported_module_is_acted_on_at_once() -> None:
    seen = []
    after_import('json', seen.append)
    assert seen == [sys.modules['json']]


def test_a_module_that_is_not_there_stays_missing() -> None:
    after_import('nowhere_to_be_found', pytest.fail)
    with pytest.raises(ModuleNotFoundError, match='nowhere_to_be_found'):
        import_module('nowhere_to_be_found')
