"""The text of a file without the values that findings of kind `literal` stand on.

A report shows source lines; a value that was found in the source must not spread with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gdprlint.model import Finding, Rule, Span

MASK = "*"


def without_values(text: str, findings: Iterable[Finding], rules: Mapping[str, Rule]) -> str:
    """The text with every found value starred out, at the same width."""
    spans = [f.span for f in findings if f.rule in rules and rules[f.rule].kind == "literal"]
    if not spans:
        return text
    lines = text.split("\n")
    for span in spans:
        for number in range(span.line, min(span.end_line, len(lines)) + 1):
            lines[number - 1] = starred(lines[number - 1], span, number)
    return "\n".join(lines)


def starred(line: str, span: Span, number: int) -> str:
    """One line of a span with all but its white space starred out."""
    start = span.column - 1 if number == span.line else 0
    end = span.end_column - 1 if number == span.end_line else len(line)
    hidden = "".join(char if char.isspace() else MASK for char in line[start:end])
    return line[:start] + hidden + line[end:]
