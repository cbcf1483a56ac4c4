"""A verdict <-> the JSON it is kept as; whatever has another shape is no verdict."""

from __future__ import annotations

from collections.abc import Sequence

from gdprlint.judge.verdict import Verdict
from gdprlint.model import Finding, Span, Step

_BLANK = Finding("", "info", "possible", "", Span("", 0, 0, 0, 0))


def row_of(verdict: Verdict) -> list[object] | None:
    """The verdict as JSON: named tuples are lists; None for a file without any finding."""
    return [verdict.shown, verdict.hidden] if verdict.shown or verdict.hidden else None


def stored_verdict(row: object) -> Verdict | None:
    """The verdict of a row; None if the row was not written by `row_of`."""
    if row is None:
        return Verdict((), ())
    try:
        shown, hidden = listed(row)
        texts = [reason for reason in listed(hidden) if isinstance(reason, str)]
        if len(texts) != len(listed(hidden)):
            return None
        return Verdict(tuple(finding_of(listed(one)) for one in listed(shown)), tuple(texts))
    except (ValueError, TypeError):
        return None


def finding_of(row: Sequence[object]) -> Finding:
    """A finding from its JSON. Raises `ValueError` or `TypeError` for anything else."""
    values: list[object] = []
    for name, blank, value in zip(Finding._fields, _BLANK, row, strict=True):
        if name == "span":
            values.append(span_of(value))
        elif name == "steps":
            values.append(tuple(step_of(listed(step)) for step in listed(value)))
        elif type(value) is type(blank):
            values.append(value)
        else:
            raise ValueError(name)
    return Finding(*values)  # type: ignore[arg-type]


def step_of(row: Sequence[object]) -> Step:
    """A step from its JSON."""
    span, role, text = row
    if role not in ("source", "hop", "sink") or not isinstance(text, str):
        raise ValueError(role)
    return Step(span_of(span), role, text)


def span_of(row: object) -> Span:
    """A span from its JSON."""
    path, *numbers = listed(row)
    if not isinstance(path, str) or not all(type(number) is int for number in numbers):
        raise ValueError(path)
    return Span(path, *numbers)  # type: ignore[arg-type]


def listed(value: object) -> Sequence[object]:
    """A list, as it is. Raises `TypeError` for anything else."""
    if not isinstance(value, list):
        raise TypeError(value)
    return value
