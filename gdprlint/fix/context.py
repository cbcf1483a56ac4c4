"""What a fixer is given and what it hands back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import libcst as cst

from gdprlint.fix.document import Document
from gdprlint.fix.tree import Tree
from gdprlint.model import Edit, Finding, Rule, Safety, Span
from gdprlint.tuples import NamedTuple

if TYPE_CHECKING:
    from gdprlint.fix.class_table import ClassTable
    from gdprlint.policy import Policy
    from gdprlint.settings.record import Settings


class Setting(NamedTuple):
    """What all findings of a file share: its text and tree, the policy, what is known."""

    document: Document
    tree: Tree
    settings: Settings
    policy: Policy
    classes: ClassTable


class Proposal(NamedTuple):
    """A fix before it is tested; `imports` are edits other proposals may share."""

    finding: Finding
    title: str
    safety: Safety
    edits: tuple[Edit, ...]
    imports: tuple[Edit, ...] = ()


class Task(NamedTuple):
    """One finding to be mended."""

    finding: Finding
    rule: Rule
    setting: Setting

    @property
    def tree(self) -> Tree:
        """The tree of the file."""
        return self.setting.tree

    def propose(
        self, title: str, safety: Safety, *edits: Edit, imports: tuple[Edit, ...] = ()
    ) -> Proposal:
        """A proposal for this finding."""
        return Proposal(self.finding, title, safety, edits, imports)

    def replace(self, node: cst.CSTNode, text: str) -> Edit:
        """Put `text` in place of a node; parentheses around the node stay."""
        return Edit(self.tree.span(node), text)

    def wrap(self, node: cst.CSTNode, before: str, after: str) -> tuple[Edit, Edit]:
        """Put text before and after a node, inside parentheses of its own."""
        span = self.tree.span(node)
        start = Span(span.path, span.line, span.column, span.line, span.column)
        return Edit(start, before), Edit(end_of(span), after)


Fixer = Callable[[Task], "Proposal | None"]


def end_of(span: Span) -> Span:
    """The empty span behind another."""
    return Span(span.path, span.end_line, span.end_column, span.end_line, span.end_column)


def start_of(span: Span) -> Span:
    """The empty span before another."""
    return Span(span.path, span.line, span.column, span.line, span.column)
