"""Syntax newer than the running interpreter -> the tree it would give, at its own positions.

What to write instead comes from `fix.newer_syntax`, which knows the grammar and is loaded by name,
only for a file the interpreter refuses. Here the older text is parsed, f-strings are put together
again, and every node is moved to where its text stands in the file.
"""

from __future__ import annotations

import ast
import bisect
import importlib
import re
import sys
from collections.abc import Iterable, Iterator, Sequence

from gdprlint.tuples import NamedTuple

GRAMMAR = "gdprlint.fix.newer_syntax"
TEXT_CALL = "_gdprlint_text"
"""In lowered text, `TEXT_CALL(3, (a), (b))` stands for formatted string number 3."""

_NEWER = re.compile(
    r"^[ \t]*(?:type|lazy)[ \t]+\w|^[ \t]*(?:async[ \t]+def|def|class)[ \t]+\w+[ \t]*\[|"
    r"^[ \t]*except\b(?:[ \t]*\*|[^(:\n]*,)|\b(?:[tT][rR]?|[rR][tT])[\"']",
    re.MULTILINE,
)
"""PEP 695 and 810, 695, 654 and 758, 750."""
_STARRED = re.compile(r"[\[,:]\s*\*\w")
"""PEP 646."""
_FORMATTED = re.compile(r"\b(?:[fF][rR]?|[rR][fF])[\"']")
_UNPACKING = "unpacking cannot be used"
"""What interpreters before PEP 798 say of it."""


class Piece(NamedTuple):
    """A stretch of lowered text: kept from `start` on, or put in place of `start` to `end`."""

    text: str
    start: int
    end: int
    is_kept: bool


class Value(NamedTuple):
    """The value `number` of a formatted string; `spec` describes its format."""

    number: int
    conversion: int
    spec: tuple[str | Value, ...] | None


class Formatted(NamedTuple):
    """A formatted string: its place in the file and its parts."""

    start: int
    end: int
    parts: tuple[str | Value, ...]


class Lowered(NamedTuple):
    """A file in older syntax; `constructs` names what was newer, for messages."""

    pieces: tuple[Piece, ...]
    strings: tuple[Formatted, ...]
    constructs: tuple[str, ...]


def may_be_newer(text: str, error: SyntaxError) -> bool:
    """Whether a syntax error may come from syntax that `lower` knows: most files that do not parse
    are half written, and its grammar takes longer to load than everything else."""
    message = error.msg or ""
    if _UNPACKING in message or _NEWER.search(text):
        return True
    if sys.version_info < (3, 12):
        line = text.split("\n")[(error.lineno or 1) - 1 :][:1]
        if "f-string" in message or "unterminated" in message or any(map(_FORMATTED.search, line)):
            return True
    return sys.version_info < (3, 11) and _STARRED.search(text) is not None


def lower(path: str, text: str) -> Lowered | None:
    """The file in older syntax, None if no parser understands it or nothing in it is new."""
    try:
        grammar = importlib.import_module(GRAMMAR)
    except ImportError:
        return None
    lowered: Lowered | None = grammar.lowered(path, text)
    return lowered


def parse_lowered(path: str, text: str) -> ast.Module | str | None:
    """The tree of a file the interpreter refused; the newest construct where that fails as well."""
    lowered = lower(path, text)
    if lowered is None or not lowered.constructs:
        return None
    older = "".join(piece.text for piece in lowered.pieces)
    try:
        tree = ast.parse(older, path)
    except (SyntaxError, ValueError):
        return ", ".join(lowered.constructs)
    assembled = Assembler(lowered.strings).visit(tree)
    move(assembled, Places(text, older, lowered.pieces), lowered.strings)
    return assembled if isinstance(assembled, ast.Module) else None


class Assembler(ast.NodeTransformer):
    """Turns the calls that stand for formatted strings back into `JoinedStr`."""

    def __init__(self, strings: Sequence[Formatted]) -> None:
        self.strings = strings

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """A formatted string, or any other call unchanged."""
        self.generic_visit(node)
        number = number_of(node)
        if number is None:
            return node
        return self.joined(self.strings[number].parts, node.args[1:], node)

    def joined(
        self, parts: Sequence[str | Value], values: Sequence[ast.expr], place: ast.Call
    ) -> ast.JoinedStr:
        """The string of some parts; its own place is that of the call."""
        found: list[ast.expr] = []
        for part in merged(parts):
            if isinstance(part, str):
                found.append(ast.copy_location(ast.Constant(part), place))
                continue
            spec = None if part.spec is None else self.joined(part.spec, values, place)
            value = values[part.number]
            shown = ast.FormattedValue(value, part.conversion, spec)
            found.append(ast.copy_location(shown, value))
        return ast.copy_location(ast.JoinedStr(found), place)


def merged(parts: Iterable[str | Value]) -> Iterator[str | Value]:
    """The parts with neighbouring texts put together: `f"to {name=}"` has one before its value."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            yield text
        text = ""
        yield part
    if text:
        yield text


def number_of(node: ast.Call) -> int | None:
    """The number of the formatted string that a call stands for."""
    if not isinstance(node.func, ast.Name) or node.func.id != TEXT_CALL:
        return None
    first = node.args[0]
    return first.value if isinstance(first, ast.Constant) and type(first.value) is int else None


class Places:
    """From places in lowered text to places in the file, as `ast` counts them (UTF-8 bytes)."""

    def __init__(self, text: str, older: str, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self.begins = list(_begins(pieces))
        self.lines, self.older_lines = text.split("\n"), older.split("\n")
        self.starts, self.older_starts = _line_starts(self.lines), _line_starts(self.older_lines)

    def moved(self, line: int, column: int, *, is_end: bool) -> tuple[int, int]:
        """The place in the file of a place in lowered text."""
        before = self.older_lines[line - 1].encode()[:column].decode(errors="ignore")
        offset = self.older_starts[line - 1] + len(before)
        if is_end:
            index = max(bisect.bisect_left(self.begins, offset) - 1, 0)
        else:
            index = max(bisect.bisect_right(self.begins, offset) - 1, 0)
        piece = self.pieces[index]
        if piece.is_kept:
            origin = piece.start + offset - self.begins[index]
        else:
            origin = piece.end if is_end else piece.start
        number = bisect.bisect_right(self.starts, origin)
        inside = self.lines[number - 1][: origin - self.starts[number - 1]]
        return number, len(inside.encode())


def _begins(pieces: Sequence[Piece]) -> Iterator[int]:
    offset = 0
    for piece in pieces:
        yield offset
        offset += len(piece.text)


def _line_starts(lines: Sequence[str]) -> list[int]:
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    return starts


def move(tree: ast.AST, places: Places, strings: Sequence[Formatted]) -> None:
    """Give every node its place in the file."""
    for node in ast.walk(tree):
        line, column = getattr(node, "lineno", None), getattr(node, "col_offset", None)
        if line is None or column is None:
            continue
        node.lineno, node.col_offset = places.moved(  # type: ignore[attr-defined]
            line, column, is_end=False
        )
        end_line, end_column = (
            getattr(node, "end_lineno", None),
            getattr(node, "end_col_offset", None),
        )
        if end_line is not None and end_column is not None:
            node.end_lineno, node.end_col_offset = places.moved(  # type: ignore[attr-defined]
                end_line, end_column, is_end=True
            )
