"""Findings in cells of notebooks, for formats whose readers know only files and their lines.

The lines of a cell are not those of the file that holds it, so such a finding stands at the start
of the file and its message begins with the cell.
"""

from __future__ import annotations

from gdprlint.files.notebook import CELL, file_of
from gdprlint.model import Finding, Report, Span

FILE_FORMATS = frozenset({"github", "gitlab", "junit", "rdjson", "sarif"})


def by_file(report: Report) -> Report:
    """The report with every place in a notebook given by its file."""
    return report._replace(
        findings=tuple(
            finding_by_file(finding) if CELL in finding.span.path else finding
            for finding in report.findings
        )
    )


def finding_by_file(finding: Finding) -> Finding:
    """The finding at the start of its notebook, with its place in words."""
    span = finding.span
    cell = span.path.partition(CELL)[2]
    steps = tuple(step._replace(span=start_of(step.span)) for step in finding.steps)
    message = f"cell {cell}:{span.line}:{span.column}: {finding.message}"
    return finding._replace(span=start_of(span), steps=steps, message=message)


def start_of(span: Span) -> Span:
    """The first place of the notebook of a cell; other spans stay."""
    return Span(file_of(span.path), 1, 1, 1, 2) if CELL in span.path else span
