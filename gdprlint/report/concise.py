"""One line for each finding: `path:line:column: GDL101 warning: message`."""

from __future__ import annotations

from gdprlint.model import Finding, Report
from gdprlint.report.links import linked
from gdprlint.report.options import RenderOptions
from gdprlint.report.places import location
from gdprlint.report.style import Style, style_for
from gdprlint.report.summary import listed, write_summary
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


def render(report: Report, stream: TextIO, options: RenderOptions) -> None:
    """Write the findings, then the summary."""
    style = style_for(options.color)
    for finding in listed(report, options):
        place = f"{style.path}{location(finding.span, report, options)}{style.reset}"
        stream.write(f"{place}: {headline(finding, style, options)}\n")
    write_summary(report, stream, options)


def headline(finding: Finding, style: Style, options: RenderOptions) -> str:
    """`GDL101 warning: message`."""
    rule = linked(finding.rule, options.rule_pages.get(finding.rule, ""))
    return f"{style.of(finding.severity)}{rule} {finding.severity}{style.reset}: {finding.message}"
