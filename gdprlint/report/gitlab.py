"""`gitlab`: a Code Quality report (https://docs.gitlab.com/ci/testing/code_quality/)."""

from __future__ import annotations

import json
from typing import TextIO

from gdprlint.model import Finding, Report
from gdprlint.report.options import RenderOptions

SEVERITIES = {"error": "critical", "warning": "major", "info": "info"}


def render(report: Report, stream: TextIO, options: RenderOptions) -> None:
    """Write the array of entries."""
    json.dump([entry(finding) for finding in report.findings], stream, indent=2, ensure_ascii=False)
    stream.write("\n")


def entry(finding: Finding) -> dict[str, object]:
    """One entry; the fingerprint lets a merge request tell new findings from old."""
    return {
        "description": f"{finding.rule}: {finding.message}",
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": SEVERITIES[finding.severity],
        "location": {
            "path": finding.span.path,
            "lines": {"begin": finding.span.line, "end": finding.span.end_line},
        },
    }
