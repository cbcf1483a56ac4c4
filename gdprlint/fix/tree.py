"""The concrete syntax tree of a text, with positions and parents, found by span.

Positions are those of the node without its own parentheses, as in `ast`; except for tuples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, ParentNodeProvider, PositionProvider

from gdprlint.model import Span
from gdprlint.tuples import NamedTuple

Node = TypeVar("Node", bound=cst.CSTNode)
Place = tuple[int, int, int, int]


class Tree(NamedTuple):
    """A parsed module; places are 1-based lines and columns with an exclusive end."""

    path: str
    module: cst.Module
    positions: Mapping[cst.CSTNode, CodeRange]
    parents: Mapping[cst.CSTNode, cst.CSTNode]
    expressions: Mapping[Place, cst.BaseExpression]

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands."""
        return Span(self.path, *_place(node, self.positions[node]))

    def code(self, node: cst.CSTNode) -> str:
        """The source of a node, its own parentheses included."""
        return self.module.code_for_node(node)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around a node, innermost first."""
        current = self.parents.get(node)
        while current is not None:
            yield current
            current = self.parents.get(current)

    def around(self, node: cst.CSTNode, kind: type[Node]) -> Node | None:
        """The nearest node of a kind around a node."""
        return next((outer for outer in self.ancestors(node) if isinstance(outer, kind)), None)

    def nodes(self, kind: type[Node]) -> Iterator[Node]:
        """All nodes of a kind, in order of their places."""
        return (node for node in self.positions if isinstance(node, kind))


def parse_tree(path: str, text: str) -> Tree | None:
    """The tree of a text with `\\n` line ends; None if libcst cannot parse or walk it."""
    try:
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        positions = wrapper.resolve(PositionProvider)
        parents = wrapper.resolve(ParentNodeProvider)
    except (cst.ParserSyntaxError, RecursionError):
        return None
    expressions: dict[Place, cst.BaseExpression] = {}
    for node, place in positions.items():
        if isinstance(node, cst.BaseExpression):
            expressions.setdefault(_place(node, place), node)
    return Tree(path, wrapper.module, positions, parents, expressions)


def _place(node: cst.CSTNode, place: CodeRange) -> Place:
    start, end = place.start, place.end
    width = 1 if isinstance(node, cst.Tuple) and _is_tight(node) else 0
    return start.line, start.column + 1 - width, end.line, end.column + 1 + width


def _is_tight(node: cst.Tuple) -> bool:
    """Whether the parentheses of a tuple stand right at its elements."""
    if len(node.lpar) != 1:
        return False
    before, after = node.lpar[0].whitespace_after, node.rpar[0].whitespace_before
    return before.empty and after.empty


def find_expression(tree: Tree, span: Span, text: str) -> cst.BaseExpression | None:
    """The expression at a span; else the one in an f-string nearby that reads `text`.

    Before Python 3.12 `ast` misplaces what stands inside an f-string.
    """
    found = tree.expressions.get((span.line, span.column, span.end_line, span.end_column))
    if found is not None:
        return found
    candidates = [
        part.expression
        for part in tree.nodes(cst.FormattedStringExpression)
        if _is_near(tree.span(part), span) and tree.code(part.expression).strip("() ") == text
    ]
    return candidates[0] if len({tree.span(node) for node in candidates}) == 1 else None


def _is_near(place: Span, span: Span) -> bool:
    return span.line - 1 <= place.line <= max(span.end_line, span.line) + 40


def flat(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The strings of a concatenation, in order."""
    if isinstance(node, cst.ConcatenatedString):
        yield from flat(node.left)
        yield from flat(node.right)
    else:
        yield node
