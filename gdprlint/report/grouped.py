"""Findings under the file they stand in."""

from __future__ import annotations

from itertools import groupby

from gdprlint.model import Report
from gdprlint.report.concise import headline
from gdprlint.report.options import RenderOptions
from gdprlint.report.places import shown_path
from gdprlint.report.style import style_for
from gdprlint.report.summary import listed, write_summary
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


def render(report: Report, stream: TextIO, options: RenderOptions) -> None:
    """Write each file's findings under its path, places aligned, then the summary."""
    style = style_for(options.color)
    for path, group in groupby(listed(report, options), key=lambda finding: finding.span.path):
        findings = list(group)
        stream.write(f"{style.path}{shown_path(path, report, options)}{style.reset}\n")
        places = [f"{finding.span.line}:{finding.span.column}" for finding in findings]
        width = max(map(len, places))
        for place, finding in zip(places, findings, strict=True):
            stream.write(f"  {place:>{width}}  {headline(finding, style, options)}\n")
        stream.write("\n")
    write_summary(report, stream, options)
