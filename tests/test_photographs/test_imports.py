"""What the room of photographs may import."""
import ast
import sys
from pathlib import Path

import hcl_mmagic.photographs

FILES = sorted(Path(hcl_mmagic.photographs.__path__[0]).glob('*.py'))
LIBRARIES = {'numpy', 'PIL', 'cv2', 'tifffile'}
STANDARD = sys.stdlib_module_names


def imported_by(path: Path, at_once: bool = False) -> set:
    """First names of what a file imports, relative ones with their dots; of
    what it imports at once, not when it needs it."""
    names = set()
    tree = ast.parse(path.read_text(encoding='utf-8'))
    for node in tree.body if at_once else ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split('.')[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add('.' * node.level + (node.module or '').split('.')[0])
    return names


def test_neither_torch_nor_mmagic_is_imported() -> None:
    own = {f'.{path.stem}' for path in FILES} | {'..errors'}
    imported = set().union(*map(imported_by, FILES))
    assert len(FILES) > 10 and LIBRARIES <= imported
    assert imported <= STANDARD | LIBRARIES | own


def test_a_search_for_files_needs_no_library() -> None:
    for path in FILES:
        if path.stem in ('finding', 'kinds', 'other_files'):
            assert imported_by(path, at_once=True) <= STANDARD | {
                '..errors', '.kinds'
            }  # yapf: disable
