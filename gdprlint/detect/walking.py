"""Walking only the part of a tree that stands on given lines: the price of a search is the text
around its hits, not the file."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence


def lines_of(pattern: re.Pattern[str], text: str) -> list[int]:
    """The 1-based lines on which a match begins, in order."""
    return lines_at((match.start() for match in pattern.finditer(text)), text)


def lines_at(offsets: Iterable[int], text: str) -> list[int]:
    """The 1-based lines of places in a text (0-based offsets, in order), each once."""
    found: list[int] = []
    line, at = 1, 0
    for offset in offsets:
        line += text.count("\n", at, offset)
        at = offset
        if not found or found[-1] != line:
            found.append(line)
    return found


def walk_lines(tree: ast.AST, lines: Sequence[int]) -> Iterator[ast.AST]:
    """The nodes that touch one of the lines (sorted), parents before children."""
    pending = [tree] if lines else []
    while pending:
        node = pending.pop()
        yield node
        for field in node._fields:
            part = getattr(node, field, None)
            if part.__class__ is list:
                pending.extend(c for c in part if isinstance(c, ast.AST) and touches(c, lines))
            elif isinstance(part, ast.AST) and field != "ctx" and touches(part, lines):
                pending.append(part)


def touches(node: ast.AST, lines: Sequence[int]) -> bool:
    """True if the node stands on one of the lines, or has no place of its own."""
    start = getattr(node, "lineno", None)
    if start is None:
        return True
    decorators: list[ast.expr] | None = getattr(node, "decorator_list", None)
    first = min(start, decorators[0].lineno) if decorators else start
    end = getattr(node, "end_lineno", None) or start
    return bisect_left(lines, first) < bisect_right(lines, end)


def ancestors_of(tree: ast.AST, node: ast.AST) -> list[ast.AST]:
    """The nodes around a node, from the inside out; empty if it is not in the tree."""
    line = getattr(node, "lineno", None)
    lines = [] if line is None else [line]
    path: list[ast.AST] = []

    def descend(current: ast.AST) -> bool:
        for child in ast.iter_child_nodes(current):
            if child is node or (touches(child, lines) and descend(child)):
                path.append(current)
                return True
        return False

    descend(tree)
    return path
