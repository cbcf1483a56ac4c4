"""Where a node stands and how it reads: spans in code points, source text with literals masked."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from gdprlint.engine.declared import Module, Place
from gdprlint.model import Span

MAX_TEXT = 80
STRETCH = 512
LONG_TEXT = 400
_STRING = re.compile(r"""(?P<q>'''|\"\"\"|'|\")(?:\\.|(?!(?P=q)).)*(?P=q)""", re.DOTALL)
_SPACE = re.compile(r"\s+")
_PIECE = re.compile(rf"{_STRING.pattern}|\s+|[^\s'\"]{{1,{MAX_TEXT}}}|.", re.DOTALL)
_KEY = re.compile(r"[\w.-]{1,32}")


def span_of(module: Module, node: ast.AST | Place) -> Span:
    """The node's region, 1-based, in code points (`ast` counts UTF-8 bytes, see its manual)."""
    line: int = node.lineno  # type: ignore[union-attr]
    column: int = node.col_offset  # type: ignore[union-attr]
    end_line: int = node.end_lineno or line  # type: ignore[union-attr]
    end_column: int = node.end_col_offset or column  # type: ignore[union-attr]
    if not module.is_ascii:
        column = _code_points(module, line, column)
        end_column = _code_points(module, end_line, end_column)
    return Span(module.path, line, column + 1, end_line, end_column + 1)


def _code_points(module: Module, line: int, offset: int) -> int:
    lines = _lines(module)
    return offset if line > len(lines) else points_before(lines[line - 1], offset)


def points_before(line: str, offset: int) -> int:
    """How many code points of a line stand before an offset in bytes (UTF-8)."""
    if line.isascii():
        return offset
    if len(line) <= STRETCH:
        return len(line.encode()[:offset].decode(errors="ignore"))
    widths = _widths(line)
    stretch = bisect_right(widths, offset) - 1
    start = min(stretch * STRETCH, len(line))
    inside = line[start : start + STRETCH].encode()[: offset - widths[stretch]]
    return start + len(inside.decode(errors="ignore"))


def bytes_before(line: str, points: int) -> int:
    """How many bytes (UTF-8) of a line stand before a code point."""
    if line.isascii():
        return points
    stretch = points // STRETCH if len(line) > STRETCH else 0
    before = _widths(line)[stretch] if stretch else 0
    return before + len(line[stretch * STRETCH : points].encode())


@lru_cache(maxsize=8)
def _widths(line: str) -> list[int]:
    """The bytes before each stretch of a long line, which so is not read anew for each node."""
    pieces = (line[start : start + STRETCH] for start in range(0, len(line), STRETCH))
    return list(accumulate((len(piece.encode()) for piece in pieces), initial=0))


def _lines(module: Module) -> list[str]:
    if module.lines is None:
        text = module.text
        module.lines = re.split(r"\r\n|\r|\n", text) if "\r" in text else text.split("\n")
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
