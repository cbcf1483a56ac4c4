"""What the audit checks share: the file as a module of the project, and the searches around it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gdprlint.detect.audit.coverage import Coverage, holds_no_duty
from gdprlint.detect.audit.events import Events
from gdprlint.detect.audit.project import Function, Module, Project
from gdprlint.detect.module import Module as Source
from gdprlint.detect.module import span_of
from gdprlint.engine.consulted import LEDGER, Ledger
from gdprlint.engine.observations import Observations
from gdprlint.model import Span
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings

SHARED = "audit"


class Search(NamedTuple):
    """What all files of a run share."""

    project: Project
    events: Events
    coverage: Coverage


class Bench(NamedTuple):
    """One file under the eyes of the audit checks."""

    observations: Observations
    policy: Policy
    settings: Settings
    module: Module
    source: Source
    search: Search
    classes: Mapping[tuple[int, int], tuple[str, ...]]

    @property
    def events(self) -> Events:
        """Recognises audit events."""
        return self.search.events

    def span_of(self, node: ast.AST, path: str = "") -> Span:
        """Where a node of this file stands."""
        if isinstance(node, (ast.expr, ast.stmt)):
            return span_of(self.source, node)
        line = getattr(node, "lineno", 1)
        column = getattr(node, "col_offset", 0) + 1
        end = getattr(node, "end_col_offset", column) + 1
        return Span(self.module.path, line, column, getattr(node, "end_lineno", line), end)

    def name_span(self, function: Function) -> Span:
        """Where the name of a function stands."""
        span = self.span_of(function.node)
        width = len(function.node.name) + (
            10 if isinstance(function.node, ast.AsyncFunctionDef) else 4
        )
        line = function.node.lineno
        return Span(span.path, line, span.column, line, span.column + width)


def open_bench(
    observations: Observations, policy: Policy, settings: Settings, calls: Sequence[str]
) -> Bench | None:
    """The bench of one file; None for tests, where no duty is carried out."""
    tree = observations.tree
    if tree is None or holds_no_duty(observations.path):
        return None
    search = observations.shared.get(SHARED)
    if not isinstance(search, Search):
        ledger = observations.shared.get(LEDGER)
        project = Project(observations.root, ledger if isinstance(ledger, Ledger) else Ledger())
        events = Events(project, calls)
        search = Search(project, events, Coverage(project, events))
        observations.shared[SHARED] = search
    module = search.project.add(observations.path, observations.text, tree)
    source = Source(observations.path, observations.text, tree)
    classes = {(seen.span.line, seen.span.column): seen.classes for seen in observations.effects}
    return Bench(observations, policy, settings, module, source, search, classes)
