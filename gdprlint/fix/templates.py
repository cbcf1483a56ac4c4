"""A value that is handed to a message beside its template: taken out with its placeholder.

`logger.info("login %s, %s", user, token)` becomes `logger.info("login %s", user)`; an entry of
`extra=` goes as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from gdprlint.fix.context import Task
from gdprlint.fix.document import span_between
from gdprlint.fix.messages import REDACTED, announces, cut_of
from gdprlint.fix.targets import is_format_call, name_of
from gdprlint.fix.tree import flat
from gdprlint.model import Edit, Span
from gdprlint.tuples import NamedTuple

PRINTING = frozenset({"print", "echo", "secho"})
LOGGING = frozenset(
    {
        "critical", "debug", "error", "exception", "fatal", "info", "log", "success", "trace",
        "warn", "warning",
    }
)  # fmt: skip
_PERCENT = re.compile(r"%[-#0 +]*(?:\d+)?(?:\.\d+)?[a-zA-Z]")
_BRACE = re.compile(r"\{(?:![rsa])?(?::[^{}]*)?\}")


class Placeholder(NamedTuple):
    """Where a template shows a value, as offsets: its own, and of the text around it."""

    first: int
    start: int
    end: int
    last: int
    opens: bool
    ends: bool


def without_value(task: Task, node: cst.BaseExpression) -> tuple[Edit, ...] | None:
    """Edits that take a value out of a call that writes it; None where that is not plain."""
    parent = task.tree.parents.get(node)
    if isinstance(parent, cst.DictElement):
        return without_entry(task, parent)
    call = task.tree.parents.get(parent) if isinstance(parent, cst.Arg) else None
    if not isinstance(call, cst.Call) or not isinstance(parent, cst.Arg):
        return None
    if parent.keyword is not None or any(arg.star for arg in call.args):
        return None
    removed = without_item(task, call.args, list(call.args).index(parent))
    if removed is None:
        return None
    if name_of(call) in PRINTING:
        return (removed,) if len(call.args) > 1 else None
    placeholder = placeholder_of(task, call, parent)
    return None if placeholder is None else (emptied(task, placeholder), removed)


def without_entry(task: Task, entry: cst.DictElement) -> tuple[Edit, ...] | None:
    """A dictionary without one of its entries; `extra=` goes with its last one."""
    display = task.tree.parents.get(entry)
    if not isinstance(display, cst.Dict):
        return None
    if len(display.elements) > 1:
        edit = without_item(task, display.elements, list(display.elements).index(entry))
        return None if edit is None else (edit,)
    argument = task.tree.parents.get(display)
    call = task.tree.parents.get(argument) if isinstance(argument, cst.Arg) else None
    if not isinstance(call, cst.Call) or not isinstance(argument, cst.Arg):
        return None
    if argument.keyword is None or argument.keyword.value != "extra":
        return None
    edit = without_item(task, call.args, list(call.args).index(argument))
    return None if edit is None else (edit,)


def without_item(task: Task, items: Sequence[cst.CSTNode], index: int) -> Edit | None:
    """Leave out one of several items with its comma; None if a comment would go with it."""
    own = task.tree.span(items[index])
    if index:
        before = task.tree.span(items[index - 1])
        place = Span(own.path, before.end_line, before.end_column, own.end_line, own.end_column)
    elif len(items) > 1:
        after = task.tree.span(items[1])
        place = Span(own.path, own.line, own.column, after.line, after.column)
    else:
        return None
    between = place._replace(end_line=own.line, end_column=own.column) if index else (
        place._replace(line=own.end_line, column=own.end_column)
    )  # fmt: skip
    return None if "#" in task.setting.document.slice(between) else Edit(place, "")


def placeholder_of(task: Task, call: cst.Call, argument: cst.Arg) -> Placeholder | None:
    """The placeholder that shows an argument, if each of the template's shows one."""
    patterns: tuple[re.Pattern[str], ...] = (_PERCENT, _BRACE)
    if is_format_call(call) and isinstance(call.func, cst.Attribute):
        template, values, patterns = call.func.value, list(call.args), (_BRACE,)
    elif name_of(call) in LOGGING:
        positional = [arg for arg in call.args if arg.keyword is None]
        first = 1 if name_of(call) == "log" and len(positional) > 1 else 0
        template, values = positional[first].value, positional[first + 1 :]
    else:
        return None
    if argument not in values or any(value.keyword is not None for value in values):
        return None
    for pattern in patterns:
        found = list(placeholders(task, template, pattern))
        if len(found) == len(values):
            return found[values.index(argument)]
    return None


def placeholders(
    task: Task, template: cst.BaseExpression, pattern: re.Pattern[str]
) -> Iterator[Placeholder]:
    """Every placeholder of a template of plain strings, in order; none if one is not plain."""
    strings = list(flat(template))
    if not all(isinstance(string, cst.SimpleString) for string in strings):
        return
    document = task.setting.document
    for index, string in enumerate(strings):
        assert isinstance(string, cst.SimpleString)
        span = task.tree.span(string)
        start = document.offset(span.line, span.column) + len(string.prefix) + len(string.quote)
        end = document.offset(span.end_line, span.end_column) - len(string.quote)
        text = document.raw[start:end]
        blanked = text.replace("%%", "  ").replace("{{", "  ").replace("}}", "  ")
        matches = [(m.start(), m.end()) for m in pattern.finditer(blanked)]
        edges = [0, *(last for _, last in matches)], [*(first for first, _ in matches), len(text)]
        for number, (first, last) in enumerate(matches):
            yield Placeholder(
                start + edges[0][number],
                start + first,
                start + last,
                start + edges[1][number + 1],
                opens=index == 0 and number == 0,
                ends=index == len(strings) - 1 and number == len(matches) - 1,
            )


def emptied(task: Task, placeholder: Placeholder) -> Edit:
    """The template without a placeholder; where a label announces it, it says `[redacted]`."""
    document = task.setting.document
    before = document.raw[placeholder.first : placeholder.start]
    after = document.raw[placeholder.end : placeholder.last]
    if announces(before):
        return Edit(span_between(document, placeholder.start, placeholder.end), REDACTED)
    cut = cut_of(task, before, after, opens=placeholder.opens, ends=placeholder.ends)
    place = span_between(document, placeholder.start - cut.left, placeholder.end + cut.right)
    return Edit(place, cut.text)
