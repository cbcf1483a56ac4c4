"""Fixes of directives: a comment that hides nothing goes, and its line if it stood alone."""

from __future__ import annotations

from gdprlint.fix.context import Proposal, Task
from gdprlint.model import Edit, Span


def fix_stale(task: Task) -> Proposal | None:
    """GDL802: remove an unused or expired suppression."""
    span, document = task.finding.span, task.setting.document
    line = document.line(span.line)
    comment = line[span.column - 1 : span.end_column - 1]
    if not comment.startswith("#") or span.line != span.end_line:
        return None
    before = line[: span.column - 1]
    if before.strip():
        start = len(before.rstrip()) + 1
        place = Span(span.path, span.line, start, span.line, span.end_column)
    elif span.line < len(document.starts):
        place = Span(span.path, span.line, 1, span.line + 1, 1)
    else:
        place = Span(span.path, span.line, 1, span.line, span.end_column)
    return task.propose("remove the suppression", "safe", Edit(place, ""))
