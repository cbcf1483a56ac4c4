"""The text of a file without the values that findings of kind `literal` stand on.

A report shows source lines; a value that was found in the source must not spread with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from gdprlint.model import Finding, Rule

MASK = "*"


def without_values(text: str, findings: Iterable[Finding], rules: Mapping[str, Rule]) -> str:
    """The text with every found value starred out, at the same width."""
    spans = [f.span for f in findings if f.rule in rules and rules[f.rule].kind == "literal"]
    if not spans:
        return text
    lines = text.split("\n")
    hidden: dict[int, list[tuple[int, int]]] = {}
    for span in spans:
        for number in range(span.line, min(span.end_line, len(lines)) + 1):
            start = span.column - 1 if number == span.line else 0
            end = span.end_column - 1 if number == span.end_line else len(lines[number - 1])
            hidden.setdefault(number, []).append((start, end))
    for number, ranges in hidden.items():
        lines[number - 1] = starred(lines[number - 1], ranges)
    return "\n".join(lines)


def starred(line: str, ranges: Iterable[tuple[int, int]]) -> str:
    """A line with all but the white space of some ranges starred out."""
    pieces: list[str] = []
    at = 0
    for start, end in sorted(ranges):
        pieces += (line[at:start], re.sub(r"\S", MASK, line[max(at, start) : end]))
        at = max(at, end)
    return "".join((*pieces, line[at:]))
