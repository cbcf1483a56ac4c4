"""Arguments of a call: which one binds a parameter, and how to set one without moving others."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from gdprlint.fix.context import Task, end_of, start_of
from gdprlint.model import Edit, Span


def has_unpacked(call: cst.Call) -> bool:
    """Whether arguments come from `*args` or `**kwargs`."""
    return any(arg.star for arg in call.args)


def find_argument(call: cst.Call, name: str, parameters: Sequence[str]) -> cst.Arg | None:
    """The argument that binds a parameter, by keyword or by position."""
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == name:
            return arg
    if name in parameters:
        positional = [arg for arg in call.args if arg.keyword is None and not arg.star]
        index = list(parameters).index(name)
        return positional[index] if index < len(positional) else None
    return None


def set_arguments(
    task: Task, call: cst.Call, values: Sequence[tuple[str, str]], parameters: Sequence[str]
) -> tuple[Edit, ...] | None:
    """Edits that give parameters these source texts; None where they cannot be known."""
    if has_unpacked(call) or any(isinstance(a.value, cst.GeneratorExp) for a in call.args):
        return None
    edits: list[Edit] = []
    missing: list[str] = []
    for name, text in values:
        given = find_argument(call, name, parameters)
        if given is None:
            missing.append(f"{name}={text}")
        else:
            edits.append(task.replace(given.value, text))
    if missing:
        edits += added(task, call, missing)
    return tuple(edits)


def added(task: Task, call: cst.Call, arguments: Sequence[str]) -> list[Edit]:
    """Edits that add keyword arguments at the end, in the layout of the call."""
    if not call.args:
        return [Edit(_before_parenthesis(task, call), ", ".join(arguments))]
    tree, document = task.tree, task.setting.document
    place, last = tree.span(call), tree.span(call.args[-1])
    closing = document.line(place.end_line)[: place.end_column - 2]
    if closing.strip() or last.end_line == place.end_line:
        return [Edit(end_of(last), "".join(f", {argument}" for argument in arguments))]
    first_line = document.line(last.line)
    own = first_line[: len(first_line) - len(first_line.lstrip())]
    indent = own if not first_line[: last.column - 1].strip() else closing + "    "
    has_comma = isinstance(call.args[-1].comma, cst.Comma)
    line = document.line(last.end_line)
    rest = Span(last.path, last.end_line, len(line) + 1, last.end_line, len(line) + 1)
    text = ",".join(f"\n{indent}{argument}" for argument in arguments)
    if has_comma:
        return [Edit(rest, f"{text},")]
    return [Edit(end_of(last), ","), Edit(rest, text)]


def _before_parenthesis(task: Task, call: cst.Call) -> Span:
    place = task.tree.span(call)
    column = place.end_column - 1
    return start_of(Span(place.path, place.end_line, column, place.end_line, column))
