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
    names: Dict[str, ast.expr] = {}
    values: Dict[str, Any] = {}
    try:
        for statement in ast.parse(text).body:
            if not isinstance(statement, ast.Assign):
                raise _refusal(statement)
            literal = _Literals(names).visit(statement.value)
            for target in statement.targets:
                if not isinstance(target, ast.Name):
                    raise _refusal(statement)
                names[target.id] = literal
                values[target.id] = _value_of(literal)
        return values
    except (MemoryError, RecursionError, SyntaxError, TypeError,
            ValueError) as error:
        raise CheckpointError(
            f'the stored config is no config text: {error}') from error


class _Literals(ast.NodeTransformer):
    """Turns ``dict(key=value)`` and names of earlier values into literals."""

    def __init__(self, names: Dict[str, ast.expr]) -> None:
        self.names = names

    def visit_Call(self, node: ast.Call) -> ast.expr:
        is_dict = isinstance(node.func, ast.Name) and node.func.id == 'dict'
        keys = [keyword.arg for keyword in node.keywords]
        if not is_dict or node.args or None in keys:
            raise _refusal(node)
        return ast.Dict([ast.Constant(key) for key in keys],
                        [self.visit(item.value) for item in node.keywords])

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.names:
            raise _refusal(node)
        return self.names[node.id]


def _value_of(literal: ast.expr) -> Any:
    try:
        return ast.literal_eval(literal)
    except ValueError:
        raise _refusal(literal) from None


def _refusal(node: ast.AST) -> CheckpointError:
    return CheckpointError(
        f'line {getattr(node, "lineno", 1)} of the stored config is code, '
        f'which is not run: {ast.unparse(node)[:80]}')
