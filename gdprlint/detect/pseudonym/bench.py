"""What the checks of pseudonyms share: the file, its syntax by place, and names that tell a use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from gdprlint.detect.flow import closeness
from gdprlint.detect.imports import imported_names
from gdprlint.detect.module import Module, span_of
from gdprlint.detect.nouns import noun_of
from gdprlint.detect.walking import Region, ancestors_of, parents_in, walk_around
from gdprlint.engine.declared import bare_name
from gdprlint.engine.observations import Flow, Observations
from gdprlint.engine.places import bytes_before
from gdprlint.model import Confidence, Finding, Rule, Span, Step

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

FunctionDef = (ast.FunctionDef, ast.AsyncFunctionDef)
KEEPING = ("str", "int", "hex", "bytes", "format", "join")
"""Calls whose result is for the same purpose as their argument."""
FEW = 64
"""From that many questions on the parents of all nodes are looked up at once."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class Bench:
    """One file under the eyes of the checks; syntax is indexed when first asked for."""

    def __init__(self, observations: Observations, policy: Policy, settings: Settings) -> None:
        self.observations = observations
        self.policy = policy
        self.settings = settings
        self._module: Module | None = None
        self._parents: dict[ast.AST, list[ast.AST]] = {}
        self._above: Mapping[ast.AST, ast.AST] | None = None
        self._imports: Mapping[str, str] | None = None

    @property
    def tree(self) -> ast.Module:
        """The syntax of the file."""
        tree = self.observations.tree
        return ast.Module([], []) if tree is None else tree

    @property
    def module(self) -> Module:
        """The file as the readers of literals see it."""
        if self._module is None:
            seen = self.observations
            self._module = Module(seen.path, seen.text, self.tree)
        return self._module

    @property
    def imports(self) -> Mapping[str, str]:
        """Local names and the dotted names they stand for."""
        if self._imports is None:
            self._imports = imported_names(self.tree)
        return self._imports

    def parents_of(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, from the inside out."""
        known = self._parents.get(node)
        if known is None:
            known = self._parents[node] = self._ancestors_of(node)
        yield from known

    def _ancestors_of(self, node: ast.AST) -> list[ast.AST]:
        if len(self._parents) < FEW:
            return ancestors_of(self.tree, node)
        if self._above is None:
            self._above = parents_in(self.tree)
        found: list[ast.AST] = []
        while (above := self._above.get(node)) is not None:
            found.append(above)
            node = above
        return found

    def span_of(self, node: ast.expr | ast.stmt) -> Span:
        """Where a node stands."""
        return span_of(self.module, node)

    def region_of(self, span: Span) -> Region:
        """A span in the terms of the syntax, which counts bytes."""
        ends = ((span.line, span.column), (span.end_line, span.end_column))
        start, end = ((line, self._offset(line, column)) for line, column in ends)
        return Region(start, end)

    def _offset(self, line: int, column: int) -> int:
        lines = self.module.lines
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        return bytes_before(text, column - 1)

    def node_at(self, span: Span) -> ast.expr | None:
        """The expression that covers exactly this span."""
        for node in walk_around(self.tree, self.region_of(span)):
            if isinstance(node, ast.expr) and self.span_of(node) == span:
                return node
        return None

    def purposes_of(self, node: ast.AST) -> Iterator[str]:
        """Names that tell what a value is for: targets, keywords, keys, the function around."""
        inner = node
        for outer in self.parents_of(node):
            if isinstance(outer, FunctionDef):
                yield outer.name
                return
            if isinstance(outer, ast.Dict):
                pairs = zip(outer.keys, outer.values, strict=True)
                yield from (last_name(key) for key, value in pairs if key and value is inner)
            elif isinstance(outer, ast.keyword):
                yield outer.arg or ""
            elif isinstance(outer, (ast.Assign, ast.AnnAssign)):
                targets = outer.targets if isinstance(outer, ast.Assign) else [outer.target]
                yield from map(last_name, targets)
            elif (
                isinstance(outer, ast.Call)
                and inner in outer.args
                and last_name(outer.func) not in KEEPING
            ):
                return
            inner = outer

    def label(self, category: str) -> str:
        """The category in words, in the middle of a sentence."""
        return noun_of(category, self.policy)

    def is_wanted(self, category: str, rule: Rule) -> bool:
        """Whether the rule's `categories` name this one."""
        return bool(closeness(category, names(rule, "categories"), self.policy))


def open_bench(observations: Observations, policy: Policy, settings: Settings) -> Bench:
    """The bench of one file."""
    return Bench(observations, policy, settings)


def names(rule: Rule, key: str) -> tuple[str, ...]:
    """A list of names in the rule's `[match]`."""
    value = rule.match.get(key, ())
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else ()


def last_name(node: ast.AST) -> str:
    """`a.b` -> "b", `a["b"]` -> "b", `"b"` -> "b", anything else ""."""
    if isinstance(node, ast.Subscript):
        node = node.slice
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return bare_name(node)


def words_of(name: str) -> tuple[str, ...]:
    """`maskedEmail_2` -> ("masked", "email", "2")."""
    return tuple(word.lower() for word in _WORD.findall(name))


def starts_with_any(name: str, stems: tuple[str, ...]) -> bool:
    """Whether a word of the name begins with one of the stems."""
    return any(word.startswith(stems) for word in words_of(name))


def finding_at(
    rule: Rule,
    span: Span,
    confidence: Confidence,
    *,
    category: str = "",
    label: str = "",
    expr: str = "",
    sink: str = "",
    reason: str = "",
    steps: tuple[Step, ...] = (),
    symbol: str = "",
    name: str = "",
) -> Finding:
    """A finding of a rule with its message filled in; `name` stands there for the symbol."""
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        confidence=confidence,
        message=rule.message.format(category=label, expr=expr, sink=sink, name=name or symbol),
        span=span,
        steps=steps,
        reason=reason,
        category=category,
        expr=expr,
        sink=sink,
        symbol=symbol,
        remedy=rule.remedy,
    )


def finding_of(bench: Bench, rule: Rule, flow: Flow, *, name: str = "") -> Finding:
    """The finding of a rule for a flow, at its sink, with the flow's own evidence."""
    return finding_at(
        rule,
        flow.span,
        flow.confidence,
        category=flow.category,
        label=bench.label(flow.category),
        expr=flow.expr,
        sink=flow.sink,
        reason=flow.reason,
        steps=flow.steps,
        symbol=flow.symbol,
        name=name,
    )
