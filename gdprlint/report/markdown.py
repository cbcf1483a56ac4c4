"""`markdown`: a summary for a job page or a merge request comment."""

from __future__ import annotations

import re
from typing import TextIO

from gdprlint.model import Finding, Report
from gdprlint.report.options import RenderOptions
from gdprlint.report.places import visible
from gdprlint.report.summary import summary_line

MOST_ROWS = 200
"""Job pages take one megabyte; what goes beyond is counted."""


def render(report: Report, stream: TextIO, options: RenderOptions) -> None:
    """Write a heading, the summary and a table of findings."""
    stream.write(f"## gdprlint\n\n{summary_line(report, options)}\n")
    if not report.findings:
        return
    stream.write("\n| place | rule | severity | finding | confidence |\n|---|---|---|---|---|\n")
    for finding in report.findings[:MOST_ROWS]:
        stream.write(row(finding))
    if len(report.findings) > MOST_ROWS:
        stream.write(f"\nand {len(report.findings) - MOST_ROWS} more\n")


def row(finding: Finding) -> str:
    """One finding as a table row."""
    place = f"{visible(finding.span.path)}:{finding.span.line}"
    cells = (
        f"`{cell(place)}`",
        finding.rule,
        finding.severity,
        cell(finding.message),
        finding.confidence,
    )
    return f"| {' | '.join(cells)} |\n"


def cell(text: str) -> str:
    """Text that cannot leave its cell or become markup; code spans stay."""
    text = " ".join(text.split()).replace("|", "\\|")
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else escape(part) for part in parts)


def escape(text: str) -> str:
    """Prose without markup."""
    return re.sub(r"([<>*_\[\]\\])(?!\|)", r"\\\1", text)
