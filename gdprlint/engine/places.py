"""Where a node stands and how it reads: spans in code points, source text with literals masked."""

from __future__ import annotations

import ast
import re

from gdprlint.engine.declared import Module
from gdprlint.model import Span

MAX_TEXT = 80
LONG_TEXT = 400
_STRING = re.compile(r"""(?P<q>'''|\"\"\"|'|\")(?:\\.|(?!(?P=q)).)*(?P=q)""", re.DOTALL)
_SPACE = re.compile(r"\s+")
_PIECE = re.compile(rf"{_STRING.pattern}|\s+|[^\s'\"]{{1,{MAX_TEXT}}}|.", re.DOTALL)
_KEY = re.compile(r"[\w.-]{1,32}")


def span_of(module: Module, node: ast.AST) -> Span:
    """The node's region, 1-based, in code points (`ast` counts UTF-8 bytes, see its manual)."""
    line: int = node.lineno  # type: ignore[attr-defined]
    column: int = node.col_offset  # type: ignore[attr-defined]
    end_line: int = node.end_lineno or line  # type: ignore[attr-defined]
    end_column: int = node.end_col_offset or column  # type: ignore[attr-defined]
    if not module.is_ascii:
        column = _code_points(module, line, column)
        end_column = _code_points(module, end_line, end_column)
    return Span(module.path, line, column + 1, end_line, end_column + 1)


def _code_points(module: Module, line: int, offset: int) -> int:
    lines = _lines(module)
    if line > len(lines) or lines[line - 1].isascii():
        return offset
    return len(lines[line - 1].encode()[:offset].decode(errors="replace"))


def _lines(module: Module) -> list[str]:
    if module.lines is None:
        module.lines = re.split(r"\r\n|\r|\n", module.text)
    return module.lines


def text_of(module: Module, node: ast.AST) -> str:
    """The node's source on one line, shortened, with string literals masked unless they are
    short plain words (dictionary keys)."""
    span = span_of(module, node)
    text = _written(_lines(module), span)
    if len(text) > LONG_TEXT:
        text = _masked_start(text)
    else:
        text = _STRING.sub(_mask, _SPACE.sub(" ", text))
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _written(lines: list[str], span: Span) -> str:
    start, end = span.column - 1, span.end_column - 1
    if span.line == span.end_line:
        return lines[span.line - 1][start:end] if span.line <= len(lines) else ""
    chosen = lines[span.line - 1 : span.end_line]
    if chosen:
        chosen[-1] = chosen[-1][:end]
        chosen[0] = chosen[0][start:]
    return "\n".join(chosen)


def _masked_start(text: str) -> str:
    """More than can be shown of a long text, which is not looked at any further."""
    found: list[str] = []
    length = 0
    for piece in _PIECE.finditer(text):
        shown = _mask(piece) if piece["q"] else " " if piece[0].isspace() else piece[0]
        found.append(shown)
        length += len(shown)
        if length > MAX_TEXT:
            break
    return "".join(found)


def _mask(match: re.Match[str]) -> str:
    quote = match["q"]
    content = match[0][len(quote) : -len(quote)]
    if _KEY.fullmatch(content):
        return match[0]
    return f"{quote}…{quote}"
