"""A parsed module as the detectors of calls and settings read it: bindings, places, dotted names.

Only names that are bound exactly once, by a plain assignment, stand for what they get.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from gdprlint.detect.walking import all_nodes
from gdprlint.engine.places import points_before
from gdprlint.model import Span

_CHANGING = frozenset(("update", "setdefault", "pop", "append", "extend", "insert", "clear"))


class Module:
    """A parsed module as the carriers read it: its path, lines and once-assigned names.

    `outside` knows what names stand for that nothing in the module binds.
    """

    __slots__ = ("_names", "folded", "lines", "outside", "path", "tree")

    def __init__(
        self, path: str, text: str, tree: ast.Module, outside: Callable[[str], object] | None = None
    ) -> None:
        self.path = path
        self.lines = tuple(text.split("\n"))
        self.tree = tree
        self.outside = outside
        self.folded: dict[tuple[str, int], object] = {}
        self._names: tuple[Mapping[str, ast.expr], frozenset[str]] | None = None

    @property
    def names(self) -> Mapping[str, ast.expr]:
        """The names that are bound exactly once, by a plain assignment, with what they get."""
        return self._bindings()[0]

    @property
    def bound(self) -> frozenset[str]:
        """All names that something in the module binds."""
        return self._bindings()[1]

    def _bindings(self) -> tuple[Mapping[str, ast.expr], frozenset[str]]:
        if self._names is None:
            self._names = _bindings(self.tree)
        return self._names


@lru_cache(maxsize=1)
def _bindings(tree: ast.Module) -> tuple[Mapping[str, ast.expr], frozenset[str]]:
    values: dict[str, ast.expr] = {}
    times: dict[str, int] = {}
    for node in all_nodes(tree):
        for name in _bound_names(node):
            times[name] = times.get(name, 0) + 1
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            values[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            values[node.target.id] = node.value
    names = {name: value for name, value in values.items() if times.get(name) == 1}
    return names, frozenset(times)


def _bound_names(node: ast.AST) -> Iterator[str]:
    """Names a node binds or changes: an item that is set or a call of a changing method counts."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        yield _root(node)
    elif isinstance(node, ast.Attribute) and node.attr in _CHANGING:
        yield _root(node.value)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def span_of(module: Module, node: ast.expr | ast.stmt) -> Span:
    """The node's place in code points."""
    end_line = node.end_lineno or node.lineno
    return Span(
        module.path,
        node.lineno,
        _column(module, node.lineno, node.col_offset),
        end_line,
        _column(module, end_line, node.end_col_offset or node.col_offset),
    )


def _column(module: Module, line: int, offset: int) -> int:
    text = module.lines[line - 1] if line <= len(module.lines) else ""
    return points_before(text, offset) + 1


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a chain of names, "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])
