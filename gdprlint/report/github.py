"""`github`: workflow commands that GitHub Actions turns into annotations.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions. A step shows ten
annotations of each level, so the total is told in a last one.
"""

from __future__ import annotations

from typing import TextIO

from gdprlint.model import Finding, Report
from gdprlint.report.options import RenderOptions
from gdprlint.report.places import visible
from gdprlint.report.summary import summary_line

COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
SHOWN_PER_LEVEL = 10


def render(report: Report, stream: TextIO, options: RenderOptions) -> None:
    """Write one command per finding, and the total if GitHub hides some."""
    counts = dict.fromkeys(COMMANDS, 0)
    for finding in report.findings:
        counts[finding.severity] += 1
        stream.write(command(finding) + "\n")
    if max(counts.values()) > SHOWN_PER_LEVEL:
        total = escape_text(summary_line(report, options))
        stream.write(
            f"::notice title=gdprlint::{total}; GitHub shows {SHOWN_PER_LEVEL} of each level, "
            "the log of this step has them all\n"
        )


def command(finding: Finding) -> str:
    """`::warning file=...,line=...::message`."""
    span = finding.span
    properties = {
        "title": f"gdprlint {finding.rule}",
        "file": span.path,
        "line": str(span.line),
        "endLine": str(span.end_line),
    }
    if span.line == span.end_line:  # GitHub takes columns only for one line
        properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    listed = ",".join(f"{name}={escape_property(value)}" for name, value in properties.items())
    place = f"{visible(span.path)}:{span.line}:{span.column}: {finding.rule} "
    return f"::{COMMANDS[finding.severity]} {listed}::{escape_text(place + finding.message)}"


def escape_text(text: str) -> str:
    """Escape the message of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Escape a property, which also ends at commas and colons."""
    return escape_text(text).replace(":", "%3A").replace(",", "%2C")
