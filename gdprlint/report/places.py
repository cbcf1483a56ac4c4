"""Paths as a reader sees them, and the text of lines that excerpts are cut from."""

from __future__ import annotations

import os
from functools import lru_cache

from gdprlint.files.source import read_source
from gdprlint.model import Report, Span
from gdprlint.report.options import RenderOptions


def shown_path(path: str, report: Report, options: RenderOptions) -> str:
    """`path` as seen from the working folder: relative, or absolute where that is shorter."""
    folder = options.working_folder
    if not folder or folder == report.root:
        return visible(path)
    file = os.path.join(report.root, path)
    return visible(min(os.path.relpath(file, folder), file, key=len).replace(os.sep, "/"))


def visible(path: str) -> str:
    """A path without line breaks, commands to a terminal, or bytes that are no text."""
    if path.isprintable():
        return path
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in path)


def location(span: Span, report: Report, options: RenderOptions) -> str:
    """`path:line:column`, which terminals and editors turn into a link."""
    return f"{shown_path(span.path, report, options)}:{span.line}:{span.column}"


def lines_of(path: str, report: Report) -> list[str]:
    """The lines of a file of the report, without line ends; empty if it cannot be read."""
    text = report.sources.get(path)
    if text is None:
        return _lines_on_disk(os.path.join(report.root, path))
    return _split(text)


@lru_cache(maxsize=4)
def _split(text: str) -> list[str]:
    """The lines of a text: one file after another has its findings shown."""
    return text.split("\n")


@lru_cache(maxsize=64)
def _lines_on_disk(file: str) -> list[str]:
    return read_source(file, file).text.split("\n")
