"""Spans with labels -> the source lines they stand on, with markers under them.

12 | def invite(user):
   |            ---- `user` enters here
13 |     logger.info("to %s", user.email)
   |                          ^^^^^^^^^^
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gdprlint.model import Span
from gdprlint.report.columns import clip, column_of, expand_tabs, width_of, wrap
from gdprlint.report.masking import mask_values
from gdprlint.report.style import Style
from gdprlint.tuples import NamedTuple

ELLIPSIS = "..."
_COMMANDS = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"
"""Control characters, with which a file could command the terminal it is shown in."""


class Label(NamedTuple):
    """A marked span; `color` is the SGR sequence of marker and text."""

    span: Span
    marker: str
    text: str
    color: str


class Window(NamedTuple):
    """The terminal columns of the source that fit on the screen."""

    first: int
    width: int


def excerpt(
    lines: list[str], labels: Sequence[Label], *, gutter: int, width: int, style: Style
) -> list[str]:
    """The rows of an excerpt of one file; `gutter` is the width of the line numbers."""
    marked = sorted({label.span.line for label in labels if has_text(lines, label.span.line)})
    rows: list[str] = []
    previous = 0
    for number in marked:
        if previous and number > previous + 1:
            rows.append(f"{style.dim}{ELLIPSIS}{style.reset}")
        here = sorted((label for label in labels if label.span.line == number), key=_is_source)
        rows += line_rows(lines[number - 1], here, number, gutter, width, style)
        previous = number
    return rows


def has_text(lines: list[str], number: int) -> bool:
    """Whether there is anything to show on the 1-based line `number`."""
    return 0 < number <= len(lines) and bool(lines[number - 1].strip())


def line_rows(
    line: str, labels: Sequence[Label], number: int, gutter: int, width: int, style: Style
) -> list[str]:
    """A source line and one row of markers for each of its labels."""
    shown = expand_tabs(mask_values(line))
    if not shown.isprintable():
        shown = re.sub(_COMMANDS, "\N{REPLACEMENT CHARACTER}", shown)
    shown = shown.rstrip()
    window = window_of(line, labels, width - gutter - 4)
    rows = [f"{style.dim}{number:>{gutter}} |{style.reset} {cut(shown, window)}".rstrip()]
    bar = f"{style.dim}{' ' * gutter} |{style.reset} "
    for label in labels:
        rows += marker_rows(line, label, window, bar, style)
    return rows


def window_of(line: str, labels: Sequence[Label], width: int) -> Window:
    """The part of a long line that holds its first label and some text before it."""
    total = width_of(expand_tabs(line).rstrip())
    if total <= width:
        return Window(0, width)
    start, end = marked_columns(line, labels[0].span)
    if end <= width - len(ELLIPSIS):
        return Window(0, width)
    return Window(max(0, min(start - width // 4, total - width)), width)


def cut(line: str, window: Window) -> str:
    """`line` as the window shows it, with dots where it goes on."""
    visible = clip(line, window.first, window.width)
    if window.first:
        visible = ELLIPSIS + clip(line, window.first + 3, window.width - 3)
    if width_of(line) > window.first + window.width:
        visible = clip(visible, 0, window.width - 3) + ELLIPSIS
    return visible


def marker_rows(line: str, label: Label, window: Window, bar: str, style: Style) -> list[str]:
    """Markers under a label's span, its text beside them or, if that is too long, below."""
    start, end = marked_columns(line, label.span)
    start = max(start - window.first, 0)
    end = min(max(end - window.first, start + 1), window.width)
    start = min(start, max(end - 1, 0))
    markers = " " * start + label.color + label.marker * (end - start)
    if not label.text:
        return [f"{bar}{markers}{style.reset}"]
    if end + 1 + width_of(label.text) <= window.width:
        return [f"{bar}{markers} {label.text}{style.reset}"]
    room = max(window.width - start, 30)
    indent = " " * max(0, min(start, window.width - room))
    below = [f"{bar}{indent}{label.color}{row}{style.reset}" for row in wrap(label.text, room)]
    return [f"{bar}{markers}{style.reset}", *below]


def marked_columns(line: str, span: Span) -> tuple[int, int]:
    """First and past-the-last terminal column of a span on its first line.

    A span in the indentation stands for the statement that follows it.
    """
    end = span.end_column if span.end_line == span.line else len(line.rstrip()) + 1
    column = span.column
    indent = len(line) - len(line.lstrip())
    if max(column, end - 1) <= indent:
        column, end = indent + 1, len(line.rstrip()) + 1
    start = column_of(line, column)
    return start, max(column_of(line, end), start + 1)


def _is_source(label: Label) -> bool:
    """The sink first, so that its carets touch the line; then the steps in their order."""
    return label.marker != "^"
