"""`junit`: XML that Jenkins, Azure Pipelines and others show as test results."""

from __future__ import annotations

import re
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from gdprlint.model import Finding, Report
from gdprlint.report.columns import unwrap
from gdprlint.report.options import RenderOptions

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0, section 2.2, does not allow even escaped."""


def render(report: Report, stream: TextIO, options: RenderOptions) -> None:
    """Write one suite: a failed case per finding, or one passed case."""
    cases = [failed_case(finding) for finding in report.findings] or [
        '    <testcase classname="gdprlint" name="no finding"/>'
    ]
    counts = f'tests="{len(cases)}" failures="{len(report.findings)}" errors="0"'
    stream.write('<?xml version="1.0" encoding="utf-8"?>\n')
    stream.write(f'<testsuites name="gdprlint" {counts}>\n')
    stream.write(f'  <testsuite name="gdprlint" {counts}>\n')
    stream.write("\n".join(cases) + "\n")
    stream.write("  </testsuite>\n</testsuites>\n")


def failed_case(finding: Finding) -> str:
    """One test case that failed."""
    span = finding.span
    place = f"{span.path}:{span.line}:{span.column}"
    reason = f", {finding.reason}" if finding.reason else ""
    lines = [place, f"confidence: {finding.confidence}{reason}", unwrap(finding.remedy)]
    body = escape(clean("\n".join(line for line in lines if line)))
    name = attribute(f"{finding.rule} {place}")
    return (
        f"    <testcase classname={attribute(span.path)} name={name}"
        f' file={attribute(span.path)} line="{span.line}">\n'
        f"      <failure type={attribute(finding.rule)} message={attribute(finding.message)}>"
        f"{body}</failure>\n"
        "    </testcase>"
    )


def attribute(text: str) -> str:
    """A quoted attribute value."""
    return quoteattr(clean(text))


def clean(text: str) -> str:
    """`text` without characters that XML forbids."""
    return _FORBIDDEN.sub("\ufffd", text)
