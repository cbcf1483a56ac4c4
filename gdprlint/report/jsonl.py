"""`jsonl`: one finding per line, in the shape of `json`'s findings."""

from __future__ import annotations

import json
from typing import TextIO

from gdprlint.model import Report
from gdprlint.report.document import finding_document
from gdprlint.report.options import RenderOptions


def render(report: Report, stream: TextIO, options: RenderOptions) -> None:
    """Write one line per finding."""
    for finding in report.findings:
        json.dump(finding_document(finding, report), stream, ensure_ascii=False)
        stream.write("\n")
