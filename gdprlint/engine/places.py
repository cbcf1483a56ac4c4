"""Where a node stands and how it reads: spans in code points, source text with literals masked."""

from __future__ import annotations

import ast
import re

from gdprlint.engine.declared import Module
from gdprlint.model import Span

MAX_TEXT = 80
_STRING = re.compile(r"""(?P<q>'''|\"\"\"|'|\")(?:\\.|(?!(?P=q)).)*(?P=q)""", re.DOTALL)
_SPACE = re.compile(r"\s+")
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
    if line > len(lines):
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
    lines = _lines(module)[span.line - 1 : span.end_line]
    if not lines:
        return ""
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    text = _SPACE.sub(" ", "\n".join(lines))
    text = _STRING.sub(_mask, text)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _mask(match: re.Match[str]) -> str:
    quote = match["q"]
    content = match[0][len(quote) : -len(quote)]
    if _KEY.fullmatch(content):
        return match[0]
    return f"{quote}…{quote}"
