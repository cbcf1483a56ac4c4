"""The output formats: one module each, loaded by name, all rendering the same `Report`."""

from __future__ import annotations

from importlib import import_module

from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from gdprlint.model import Report
    from gdprlint.report.options import RenderOptions

TEXT_FORMATS: frozenset[str] = frozenset({"full", "concise", "grouped"})


def render_as(name: str, report: Report, stream: TextIO, options: RenderOptions) -> None:
    """Write `report` to `stream` in the format called `name`, one of `settings.keys.FORMATS`."""
    if name in TEXT_FORMATS and not report.findings:
        from gdprlint.report.summary import write_summary

        write_summary(report, stream, options)
        return
    if any(".ipynb:" in finding.span.path for finding in report.findings):
        from gdprlint.report.cells import FILE_FORMATS, by_file

        report = by_file(report) if name in FILE_FORMATS else report
    module = import_module(f"gdprlint.report.{'json_document' if name == 'json' else name}")
    module.render(report, stream, options)
