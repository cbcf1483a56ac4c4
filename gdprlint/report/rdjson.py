"""`rdjson`: the Reviewdog Diagnostic Format, a `DiagnosticResult`.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf. Columns count UTF-8 bytes from 1.
"""

from __future__ import annotations

import json
from typing import TextIO

from gdprlint.model import Edit, Finding, Report, Span
from gdprlint.report.columns import unwrap
from gdprlint.report.options import RenderOptions
from gdprlint.report.places import lines_of

SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def render(report: Report, stream: TextIO, options: RenderOptions) -> None:
    """Write the document."""
    document = {
        "source": {"name": "gdprlint"},
        "diagnostics": [diagnostic(finding, report) for finding in report.findings],
    }
    json.dump(document, stream, indent=2, ensure_ascii=False)
    stream.write("\n")


def diagnostic(finding: Finding, report: Report) -> dict[str, object]:
    """One diagnostic; the steps of a flow become related locations."""
    remedy = f"\n{unwrap(finding.remedy)}" if finding.remedy else ""
    entry: dict[str, object] = {
        "message": finding.message + remedy,
        "location": location(finding.span, report),
        "severity": SEVERITIES[finding.severity],
        "code": {"value": finding.rule},
    }
    related = [
        {"message": step.text, "location": location(step.span, report)} for step in finding.steps
    ]
    if related:
        entry["relatedLocations"] = related
    if finding.fix:
        entry["suggestions"] = [suggestion(edit, report) for edit in finding.fix.edits]
    return entry


def suggestion(edit: Edit, report: Report) -> dict[str, object]:
    """An edit."""
    return {"range": byte_range(edit.span, report), "text": edit.replacement}


def location(span: Span, report: Report) -> dict[str, object]:
    """A place in a file."""
    return {"path": span.path, "range": byte_range(span, report)}


def byte_range(span: Span, report: Report) -> dict[str, object]:
    """Start and end in lines and bytes."""
    lines = lines_of(span.path, report)
    end = byte_column(lines, span.end_line, span.end_column)
    return {
        "start": {"line": span.line, "column": byte_column(lines, span.line, span.column)},
        "end": {"line": span.end_line, "column": end},
    }


def byte_column(lines: list[str], line: int, column: int) -> int:
    """The 1-based byte column of a 1-based code point column."""
    if not 0 < line <= len(lines):
        return column
    before = lines[line - 1][: column - 1]
    return column + len(before.encode("utf-8", "surrogatepass")) - len(before)
