"""The names a file imports, as written: local name -> dotted name, relative dots kept."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from gdprlint.detect.walking import all_nodes


def imported_names(tree: ast.Module) -> Mapping[str, str]:
    """`import a.b as c` -> c: a.b; `from ..d import e` -> e: ..d.e; `import a.b` -> a: a."""
    found: dict[str, str] = {}
    for node in all_nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                found[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            glue = "" if source.endswith(".") else "."
            for alias in node.names:
                found[alias.asname or alias.name] = f"{source}{glue}{alias.name}"
    return found


def last_name_of(node: ast.expr, imports: Mapping[str, str]) -> str:
    """The last part of `dotted_name`, without following a long chain to where it begins."""
    while isinstance(node, (ast.Call, ast.Await, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return imports.get(node.id, node.id).rpartition(".")[2] if isinstance(node, ast.Name) else ""


def dotted_name(node: ast.expr, imports: Mapping[str, str]) -> str:
    """The dotted name of `a.b.c` with `a` resolved; calls on the way are passed through, "" if
    the expression does not begin with a name."""
    parts: list[str] = []
    current = node
    while True:
        if isinstance(current, ast.Attribute):
            parts.append(current.attr)
            current = current.value
        elif isinstance(current, (ast.Call, ast.Await)):
            current = current.func if isinstance(current, ast.Call) else current.value
        elif isinstance(current, ast.Subscript):
            current = current.value
        elif isinstance(current, ast.Name):
            parts.append(imports.get(current.id, current.id))
            return ".".join(reversed(parts))
        else:
            return ""
