"""`json`: one document with a `schema_version`, the findings and the counts."""

from __future__ import annotations

import json
from typing import TextIO

from gdprlint.model import Report
from gdprlint.report.document import SCHEMA_VERSION, finding_document
from gdprlint.report.options import RenderOptions


def render(report: Report, stream: TextIO, options: RenderOptions) -> None:
    """Write the document."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "gdprlint", "version": options.version},
        "findings": [finding_document(finding, report) for finding in report.findings],
        "files": report.files,
        "hidden": dict(sorted(report.hidden.items())),
        "notices": list(report.notices),
    }
    json.dump(document, stream, indent=2, ensure_ascii=False)
    stream.write("\n")
