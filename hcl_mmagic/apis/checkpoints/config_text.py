"""Reading the Python text of a config without running any of it."""

import ast
from typing import Any, Dict

from hcl_mmagic.errors import CheckpointError


def read_config_text(text: str) -> Dict[str, Any]:
    """Read the Python text of a config that MMEngine stores in its
    checkpoints.

    ``Config.fromstring`` would execute it, and a checkpoint may come from
    anywhere. Here it is only parsed: assignments of literals, of ``dict(...)``
    and of names that were assigned before, which is all that
    ``Config.pretty_text`` writes; a CheckpointError for anything else.
    """
    try:
        values: Dict[str, Any] = {}
        for statement in ast.parse(text).body:
            if not (isinstance(statement, ast.Assign) and all(
                    isinstance(target, ast.Name)
                    for target in statement.targets)):
                raise _refusal(statement)
            value = _evaluate(statement.value, values)
            values.update((target.id, value)  # type: ignore[attr-defined]
                          for target in statement.targets)
        return values
    except (MemoryError, RecursionError, SyntaxError, TypeError,
            ValueError) as error:
        raise CheckpointError(
            f'the stored config is no config text: {error}') from error


def _evaluate(node: ast.expr, names: Dict[str, Any]) -> Any:
    """The value of an expression of the few kinds that a config needs."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        kind = {ast.List: list, ast.Tuple: tuple, ast.Set: set}[type(node)]
        return kind(_evaluate(element, names) for element in node.elts)
    if isinstance(node, ast.Dict):
        if None in node.keys:  # {**other}
            raise _refusal(node)
        return {
            _evaluate(key, names): _evaluate(value, names)
            for key, value in zip(node.keys, node.values) if key is not None
        }
    if isinstance(node, ast.Call):
        return _evaluate_dict_call(node, names)
    if isinstance(node, ast.Name):
        if node.id not in names:
            raise _refusal(node)
        return names[node.id]
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise _refusal(node) from None


def _evaluate_dict_call(node: ast.Call, names: Dict[str, Any]) -> dict:
    """The value of ``dict(key=value)``."""
    is_dict = isinstance(node.func, ast.Name) and node.func.id == 'dict'
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    if not is_dict or node.args or None in keywords:
        raise _refusal(node)
    return {key: _evaluate(value, names) for key, value in keywords.items()}


def _refusal(node: ast.AST) -> CheckpointError:
    return CheckpointError(
        f'line {getattr(node, "lineno", 1)} of the stored config is code, '
        f'which is not run: {ast.unparse(node)[:80]}')
