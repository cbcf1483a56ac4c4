"""What a run is asked for, and how the text of each file is had: the read and gate stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gdprlint.files.discovery import SUFFIXES
from gdprlint.files.documents import document_kind
from gdprlint.files.source import (
    SourceError,
    SourceText,
    decode_source,
    read_source,
    read_stdin,
)
from gdprlint.tuples import NamedTuple

NOTEBOOK = ".ipynb"


class Request(NamedTuple):
    """What one run is asked to do, apart from the settings of each folder.

    `contents` are bytes to check instead of what lies on disk, by path relative to the root.
    """

    paths: Sequence[str]
    stdin_filename: str = ""
    use_cache: bool = True
    cache_dir: str = ""
    honour_ignores: bool = True
    today: str = ""
    contents: Mapping[str, bytes] = {}


class Target(NamedTuple):
    """One file to check: where it is, and its name in the report."""

    file: str
    path: str
    is_stdin: bool = False


def read_target(request: Request, target: Target) -> SourceText:
    """The text to check: from standard input, as it was handed in, or from disk."""
    if target.is_stdin:
        return read_stdin(target.path)
    if (content := request.contents.get(target.path)) is not None:
        return decode_source(content, target.path)
    return read_source(target.file, target.path)


def read_code(request: Request, target: Target) -> str:
    """The Python of a file, "" if there is none to analyse."""
    source = read_target(request, target)
    if is_document(target) or not is_worth_analysing(source):
        return ""
    if not target.path.endswith(NOTEBOOK):
        return source.text
    from gdprlint.files.notebook import read_notebook

    notebook = read_notebook(source.text)
    return "" if isinstance(notebook, SourceError) else notebook.text


def is_document(target: Target) -> bool:
    """Whether a target is configuration that is not Python."""
    return not target.path.endswith(SUFFIXES) and document_kind(target.path) != ""


def is_worth_analysing(source: SourceText) -> bool:
    """The gate: a file without a statement holds no finding."""
    return bool(source.text) and not source.text.isspace()
