"""A file's bytes as editable text: encoding, byte order mark and line ends are kept.

Spans of edits are 1-based in code points and count `\\r\\n`, `\\r` and `\\n` as one line end each,
as the text that is analysed does (`files.source`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gdprlint.files.source import BOM, declared_encoding
from gdprlint.model import Edit, Span
from gdprlint.tuples import NamedTuple

_LINE_END = re.compile(r"\r\n|\r|\n")


class Document(NamedTuple):
    """One file: `raw` with its own line ends, `text` with `\\n`; `newline` is the commonest."""

    path: str
    raw: str
    text: str
    starts: tuple[int, ...]
    newline: str
    encoding: str
    has_bom: bool

    def offset(self, line: int, column: int) -> int:
        """The index into `raw` of a 1-based place; a line past the last is the end."""
        if line > len(self.starts):
            return len(self.raw)
        return min(self.starts[line - 1] + column - 1, len(self.raw))

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its end."""
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.raw)
        return self.raw[start:end].rstrip("\r\n")

    def slice(self, span: Span) -> str:
        """The text of a span, line ends as in the file."""
        start = self.offset(span.line, span.column)
        return self.raw[start : self.offset(span.end_line, span.end_column)]


def open_document(path: str, data: bytes) -> Document | None:
    """The document of some bytes; None if decoding and encoding would not give them back."""
    has_bom = data.startswith(BOM)
    body = data[len(BOM) :] if has_bom else data
    encoding = declared_encoding(body) or "utf-8"
    try:
        raw = body.decode(encoding)
        if raw.encode(encoding) != body:
            return None
    except (UnicodeError, LookupError):
        return None
    return document_of(path, raw, encoding, has_bom=has_bom)


def document_of(path: str, raw: str, encoding: str = "utf-8", *, has_bom: bool = False) -> Document:
    """The document of a text with its own line ends."""
    ends = list(_LINE_END.finditer(raw))
    starts = (0, *(match.end() for match in ends))
    found = [match[0] for match in ends]
    newline = max(sorted(set(found)), key=found.count) if found else "\n"
    text = _LINE_END.sub("\n", raw) if "\r" in raw else raw
    return Document(path, raw, text, starts, newline, encoding, has_bom)


def encode(document: Document) -> bytes | None:
    """The bytes of a document, None if its encoding cannot hold what was inserted."""
    try:
        body = document.raw.encode(document.encoding)
    except UnicodeError:
        return None
    return BOM + body if document.has_bom else body


def spliced(document: Document, edits: Iterable[Edit]) -> Document:
    """The document after edits that do not overlap; insertions at one place keep their order."""
    parts: list[str] = []
    done = 0
    for start, end, replacement in located(document, edits):
        parts += (document.raw[done:start], _LINE_END.sub(document.newline, replacement))
        done = end
    raw = "".join((*parts, document.raw[done:]))
    return document_of(document.path, raw, document.encoding, has_bom=document.has_bom)


def located(document: Document, edits: Iterable[Edit]) -> list[tuple[int, int, str]]:
    """Edits as offsets into `raw`, in order, equal insertions only once."""
    places = {
        (
            document.offset(edit.span.line, edit.span.column),
            document.offset(edit.span.end_line, edit.span.end_column),
            edit.replacement,
        ): None
        for edit in edits
    }
    return sorted(places, key=lambda place: place[:2])


def moved(document: Document, edits: Iterable[Edit], after: Document, span: Span) -> Span:
    """Where the text of `span` stands after the edits; what was inserted at its ends counts."""
    start = document.offset(span.line, span.column)
    end = document.offset(span.end_line, span.end_column)
    before = grown = 0
    for first, last, replacement in located(document, edits):
        delta = len(_LINE_END.sub(document.newline, replacement)) - (last - first)
        if last <= start and (first, last) != (start, start):
            before += delta
        elif first <= end:
            grown += delta
    return span_between(after, start + before, end + before + grown)


def span_between(document: Document, start: int, end: int) -> Span:
    """The span of two offsets into `raw`."""
    line, column = _place(document, start)
    end_line, end_column = _place(document, end)
    return Span(document.path, line, column, end_line, end_column)


def _place(document: Document, offset: int) -> tuple[int, int]:
    import bisect

    line = bisect.bisect_right(document.starts, offset)
    return line, offset - document.starts[line - 1] + 1
