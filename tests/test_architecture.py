"""The map of docs/architecture.md is true."""
import ast
import re
from pathlib import Path
from typing import Dict, Iterator, Set, Tuple

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / 'hcl_mmagic'
MAP = (ROOT / 'docs/architecture.md').read_text()
# What each room imports when it is imported itself, beside single files of
# the package.
ARROWS: Dict[str, Set[str]] = {
    'photographs': set(),
    'models/layers': set(),
    'models/functional': set(),
    'models/detection': {'models/functional', 'models/layers'},
    'models/losses': {'models/detection', 'models/functional'},
    'models/hcl':
    {'models', 'models/detection', 'models/functional', 'models/layers'},
    'models/blind': {'models', 'models/functional', 'models/hcl'},
    'models/small': {
        'models', 'models/blind', 'models/detection', 'models/functional',
        'models/hcl', 'models/layers', 'models/losses'
    },
    'models/official': set(),
    'models/compared': {
        'models', 'models/blind', 'models/functional', 'models/layers',
        'models/losses'
    },
    'datasets': {'photographs'},
    'evaluation': {'photographs'},
    'engine': {'datasets', 'evaluation', 'jobs', 'photographs'},
    'visualization': {'engine'},
    'apis': {
        'models', 'models/blind', 'models/detection', 'models/functional',
        'photographs'
    },
    'jobs': {'photographs'},
    'restore_command': {'apis', 'jobs', 'photographs'},
    'scale': {'jobs', 'photographs', 'restore_command'},
    'service': {'apis', 'photographs', 'restore_command'},
    'webui': {'apis', 'photographs', 'service'},
    'compat': set(),
    'lab': {
        'apis', 'compat', 'datasets', 'engine', 'evaluation', 'jobs', 'models',
        'models/detection', 'models/functional', 'models/hcl', 'photographs',
        'visualization'
    },
}


def room_of(parts: Tuple[str, ...]) -> str:
    """The room of a module, '' for a single file of the package."""
    if len(parts) > 1 and (PACKAGE / parts[0] / parts[1]).is_dir() \
            and parts[0] == 'models':
        return '/'.join(parts[:2])
    return parts[0] if parts and (PACKAGE / parts[0]).is_dir() else ''


def imported_modules(path: Path) -> Iterator[Tuple[str, ...]]:
    """Modules of this package that a file imports at its own import."""
    package = path.relative_to(PACKAGE).parts[:-1]
    for node in ast.parse(path.read_text()).body:
        if not isinstance(node, ast.ImportFrom):
            continue
        name = tuple((node.module or '').split('.')) if node.module else ()
        if node.level:
            base = package[:len(package) - node.level + 1]
            yield from ([base + name] if name else
                        [base + (alias.name, ) for alias in node.names])
        elif name and name[0] == 'hcl_mmagic':
            yield name[1:]


@pytest.mark.parametrize('room', ARROWS)
def test_a_room_imports_what_the_map_allows(room: str) -> None:
    found = {
        room_of(module)
        for path in (PACKAGE / room).rglob('*.py')
        if room_of(path.relative_to(PACKAGE).parts[:-1] or ('', )) == room
        for module in imported_modules(path)
    }
    assert found - {'', room} <= ARROWS[room]


def test_no_two_rooms_import_each_other() -> None:
    for room, targets in ARROWS.items():
        assert not [to for to in targets if room in ARROWS.get(to, set())]


def test_every_room_stands_on_the_map() -> None:
    rooms = {
        room_of(path.relative_to(PACKAGE).parts[:-1])
        for path in PACKAGE.rglob('*.py')
        if len(path.relative_to(PACKAGE).parts) > 1
    } - {'', 'models'}
    assert rooms == set(ARROWS)
    named = {
        name.removeprefix('hcl_mmagic/')
        for row in re.findall(r'^\| (`.*?) \|', MAP, re.M)
        for name in re.findall(r'`([\w/]+)`', row)
    }
    assert rooms <= named


def test_nothing_else_knows_the_lab() -> None:
    for path in PACKAGE.rglob('*.py'):
        if path.relative_to(PACKAGE).parts[0] != 'lab':
            assert not re.search(r'^ *(from|import) [.\w]*\blab\b',
                                 path.read_text(), re.M), path


def test_the_lightest_rooms_import_no_toolbox() -> None:
    for path in (PACKAGE / 'photographs').rglob('*.py'):
        assert not re.search(r'^ *(from|import) (torch|mm\w+)\b',
                             path.read_text(), re.M), path


def test_only_the_backends_of_apis_know_their_runtimes() -> None:
    backends = {
        'torch_networks.py': r'torch|\.\.models|hcl_mmagic\.models',
        'onnx_networks.py': 'onnxruntime',
        'registered.py': 'mmengine',
    }
    for path in (PACKAGE / 'apis').glob('*.py'):
        others = '|'.join(modules for name, modules in backends.items()
                          if name != path.name)
        assert not re.search(rf'^ *(from|import) ({others})\b',
                             path.read_text(), re.M), path
