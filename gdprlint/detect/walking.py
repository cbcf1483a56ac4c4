"""Walking only a part of a tree, what stands on given lines or around a region: the price of a
search is the text around its hits, not the file.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from gdprlint.engine.facts import nodes_of
from gdprlint.tuples import NamedTuple

LONG = 16
"""From that length on it pays to search a list of nodes for the ones that count."""

BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")

Place = tuple[int, int]


@lru_cache(maxsize=1)
def all_nodes(tree: ast.Module) -> Sequence[ast.AST]:
    """The nodes of a module, made once for all detectors that look at each of them."""
    return nodes_of(tree)


class Region(NamedTuple):
    """A piece of a file: line (1-based) and offset in bytes (0-based) of both ends, as in `ast`."""

    start: Place
    end: Place


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
    """The nodes that touch one of the lines (sorted), in the order of `ast.walk`."""
    if not lines:
        return iter(())
    start, end = (lines[0], 0), (lines[-1] + 1, 0)

    def touching(parts: Sequence[ast.AST]) -> list[ast.AST]:
        near = _between(parts, start, end)
        return [part for part in near if isinstance(part, ast.AST) and touches(part, lines)]

    return _walk(tree, touching)


def _walk(
    tree: ast.AST, chosen: Callable[[Sequence[ast.AST]], Iterable[ast.AST]]
) -> Iterator[ast.AST]:
    """The tree and those of its parts that are chosen, level by level; siblings are chosen
    together."""
    pending = deque([tree])
    while pending:
        node = pending.popleft()
        yield node
        pending.extend(_chosen_parts(node, chosen))


def _chosen_parts(
    node: ast.AST, chosen: Callable[[Sequence[ast.AST]], Iterable[ast.AST]]
) -> Iterator[ast.AST]:
    for field in node._fields:
        part = getattr(node, field, None)
        if part.__class__ is list:
            yield from chosen(part)
        elif isinstance(part, ast.AST) and field != "ctx":
            yield from chosen((part,))


def touches(node: ast.AST, lines: Sequence[int]) -> bool:
    """True if the node stands on one of the lines, or has no place of its own."""
    if not has_place(node):
        return True
    first, end = _start_of(node)[0], _end_of(node)[0]
    return bisect_left(lines, first) < bisect_right(lines, end)


def has_place(node: ast.AST) -> bool:
    """Whether it is known where a node stands: a case stands where its parts do."""
    return hasattr(node, "lineno") or node.__class__ is ast.match_case


def walk_around(tree: ast.AST, region: Region) -> Iterator[ast.AST]:
    """The nodes that hold the whole region, and those without a place; parents before children."""
    return _walk(tree, lambda parts: holding(parts, region))


def holding(parts: Sequence[ast.AST], region: Region) -> list[ast.AST]:
    """Those of the parts, which stand in the order of the text, that hold the region."""
    near = _between(parts, region.start, region.end)
    return [part for part in near if isinstance(part, ast.AST) and _holds(part, region)]


def _holds(node: ast.AST, region: Region) -> bool:
    if not has_place(node):
        return True
    return _start_of(node) <= region.start and region.end <= _end_of(node)


def _between(parts: Sequence[ast.AST], start: Place, end: Place) -> Sequence[ast.AST]:
    """The stretch of a long list that may have to do with the text between two places."""
    if len(parts) < LONG or not (has_place(parts[0]) and has_place(parts[-1])):
        return parts
    try:
        first = bisect_left(parts, start, key=_end_of)
        return parts[first : bisect_right(parts, end, lo=first, key=_start_of)]
    except AttributeError:  # what `**spread` stands for in a display has no key
        return parts


def _start_of(node: ast.AST) -> Place:
    decorators: list[ast.expr] | None = getattr(node, "decorator_list", None)
    if decorators:
        node = decorators[0]
    elif node.__class__ is ast.match_case:
        node = node.pattern
    return node.lineno, node.col_offset  # type: ignore[attr-defined]


def _end_of(node: ast.AST) -> Place:
    if node.__class__ is ast.match_case:
        node = node.body[-1]
    line: int = getattr(node, "end_lineno", None) or node.lineno  # type: ignore[attr-defined]
    return line, getattr(node, "end_col_offset", None) or 0


def walk_statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Every statement, handler and case of a module; what they are made of is not looked at."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        for field in BLOCKS:
            part = getattr(node, field, None)
            if part.__class__ is list:
                pending.extend(part)
                yield from part


def parents_in(tree: ast.AST) -> Mapping[ast.AST, ast.AST]:
    """Each node of a tree with the one it is a part of."""
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def ancestors_of(tree: ast.AST, node: ast.AST) -> list[ast.AST]:
    """The nodes around a node, from the inside out; empty if it is not in the tree."""
    path: list[ast.AST] = []
    if has_place(node):
        region = Region(_start_of(node), _end_of(node))
        path = _path_to(node, tree, lambda parts: holding(parts, region))
    # before Python 3.12 what an f-string holds stands elsewhere than it says
    return path or _path_to(node, tree, _nodes_among)


def _nodes_among(parts: Sequence[ast.AST]) -> list[ast.AST]:
    return [part for part in parts if isinstance(part, ast.AST)]


def _path_to(
    node: ast.AST, current: ast.AST, chosen: Callable[[Sequence[ast.AST]], Iterable[ast.AST]]
) -> list[ast.AST]:
    for child in _chosen_parts(current, chosen):
        if child is node:
            return [current]
        path = _path_to(node, child, chosen)
        if path:
            path.append(current)
            return path
    return []
