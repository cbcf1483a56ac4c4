"""Do edits keep their promise? The text still parses, and no other statement has changed."""

from __future__ import annotations

import ast
import contextlib
import textwrap
from collections.abc import Iterable, Iterator

from gdprlint.engine.observations import AnalysisError
from gdprlint.engine.parsing import parse
from gdprlint.fix.document import Document
from gdprlint.model import Edit
from gdprlint.tuples import NamedTuple

BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


class Header(NamedTuple):
    """A statement without the blocks inside it, as comparable text, with its 1-based lines."""

    text: str
    first: int
    last: int
    is_import: bool


def problem_with(before: Document, after: Document, edits: Iterable[Edit]) -> str:
    """What the edits broke, "" if nothing."""
    old, new = parse(before.path, before.text), parse(after.path, after.text)
    if isinstance(old, AnalysisError) or isinstance(new, AnalysisError):
        return "the result does not compile"
    listed = list(edits)
    touched = [(edit.span.line, edit.span.end_line) for edit in listed]
    added = {header.text for edit in listed for header in added_by(edit)}
    return "" if is_same(list(headers(old)), list(headers(new)), touched, added) else (
        "it changes another statement"
    )  # fmt: skip


def added_by(edit: Edit) -> Iterator[Header]:
    """The statements that an edit puts on lines of their own."""
    if not edit.replacement.startswith("\n"):
        return
    with contextlib.suppress(SyntaxError, ValueError):
        yield from headers(ast.parse(textwrap.dedent(edit.replacement)))


def is_same(
    old: list[Header], new: list[Header], touched: list[tuple[int, int]], added: set[str]
) -> bool:
    """Whether all statements but the touched ones and the added ones are the same, in order."""
    known = {header.text for header in old}
    spare = len(new) - len(old)
    position = 0

    def is_spare(header: Header) -> bool:
        if not spare or position == len(new):
            return False
        other = new[position]
        if other.text in added and other.text != header.text:
            return True
        is_new = other.text not in known and not header.is_import
        is_other = other.text != header.text and not _is_touched(header, touched)
        return other.is_import and (is_new or is_other)

    for header in old:
        while is_spare(header):
            position, spare = position + 1, spare - 1
        if position == len(new):
            return False
        if new[position].text != header.text and not _is_touched(header, touched):
            return False
        position += 1
    return all(header.is_import or header.text in added for header in new[position:])


def _is_touched(header: Header, touched: list[tuple[int, int]]) -> bool:
    return any(first <= header.last and header.first <= last for first, last in touched)


def headers(tree: ast.AST) -> Iterator[Header]:
    """Every statement, except handler and case of a module, outer before inner."""
    for child in _blocks(tree):
        yield _header(child)
        yield from headers(child)


def _blocks(node: ast.AST) -> Iterator[ast.AST]:
    for field in BLOCKS:
        block = getattr(node, field, None)
        if isinstance(block, list):
            yield from block


def _header(node: ast.AST) -> Header:
    inner = {id(child) for child in _blocks(node)}
    fields = [
        (name, value)
        for name, value in ast.iter_fields(node)
        if not (isinstance(value, list) and value and id(value[0]) in inner)
    ]
    text = f"{type(node).__name__} {[(name, _dumped(value)) for name, value in fields]}"
    first = _line(node, "lineno")
    nested = [_line(child, "lineno") for child in _blocks(node)]
    end = _line(node, "end_lineno") if not nested else max(first, min(filter(None, nested)) - 1)
    decorators = getattr(node, "decorator_list", ())
    first = min([first, *(decorator.lineno for decorator in decorators)])
    return Header(text, first, end, isinstance(node, (ast.Import, ast.ImportFrom)))


def _line(node: ast.AST, name: str) -> int:
    if isinstance(node, ast.match_case):
        node = node.pattern
    return int(getattr(node, name, 0) or 0)


def _dumped(value: object) -> str:
    if isinstance(value, list):
        return str([_dumped(item) for item in value])
    return ast.dump(value) if isinstance(value, ast.AST) else repr(value)
