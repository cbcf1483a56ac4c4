"""Fixes of directives: what hides nothing goes, what hides too much is narrowed.

A comment that only held the directive goes with it, and its line if it stood alone.
"""

from __future__ import annotations

import re

from gdprlint.fix.context import Proposal, Task
from gdprlint.model import Edit, Span

_DIRECTIVE = re.compile(r"#\s*gdprlint:\s*[\w-]+\s*(?:\[(?P<rules>[^\]]*)\])?")
_UNUSED = re.compile(r"`(?P<rule>\w+)` hides nothing")
_WIDE = re.compile(r"`(?P<rule>\w+)` is wider than the finding, which is (?P<meant>[\w, ]+)")


def fix_stale(task: Task) -> Proposal | None:
    """GDL802: remove an expired or unused directive, or the part of it that is stale."""
    span, line = task.finding.span, task.setting.document.line(task.finding.span.line)
    found = _DIRECTIVE.search(line, span.column - 1)
    if found is None or span.line != span.end_line:
        return None
    reason = task.finding.reason
    rules = [name.strip() for name in (found["rules"] or "").split(",")]
    wide = _WIDE.search(reason)
    if wide:
        names = [wide["meant"] if name == wide["rule"] else name for name in rules]
        return task.propose("narrow the suppression", "safe", _renamed(task, found, names))
    unused = _UNUSED.search(reason)
    if unused and len(rules) > 1:
        names = [name for name in rules if name != unused["rule"]]
        return task.propose("narrow the suppression", "safe", _renamed(task, found, names))
    if unused or reason.startswith("expired"):
        return task.propose("remove the suppression", "safe", _removed(task, found.start(), line))
    return None


def _renamed(task: Task, found: re.Match[str], names: list[str]) -> Edit:
    line = task.finding.span.line
    first, last = found.span("rules")
    return Edit(Span(task.tree.path, line, first + 1, line, last + 1), ", ".join(names))


def _removed(task: Task, start: int, line: str) -> Edit:
    number, end = task.finding.span.line, task.finding.span.end_column
    before = line[:start].rstrip()
    if before:
        return Edit(Span(task.tree.path, number, len(before) + 1, number, end), "")
    if number < len(task.setting.document.starts):
        return Edit(Span(task.tree.path, number, 1, number + 1, 1), "")
    return Edit(Span(task.tree.path, number, 1, number, end), "")
