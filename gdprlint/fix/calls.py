"""Fixes of rules about calls: give the argument the value that ends the finding.

What to set follows from the rule's own table: where `when.diagnose = { is = true }` broke it,
`diagnose=False` mends it. So a rule of a pack is fixable as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import libcst as cst

from gdprlint.fix.arguments import find_argument, set_arguments
from gdprlint.fix.context import Proposal, Task, end_of
from gdprlint.fix.imports import dotted, require
from gdprlint.fix.opposites import LEVELS, opposite
from gdprlint.fix.tree import find_expression
from gdprlint.model import Edit, Safety
from gdprlint.tuples import NamedTuple

SAFE_PARAMETERS = frozenset(
    {
        "backtrace",
        "capture_locals",
        "diagnose",
        "hide_parameters",
        "include_local_variables",
        "log_locals",
        "pretty_exceptions_show_locals",
        "show_locals",
        "tracebacks_show_locals",
    }
)
"""Switches that change what a log shows and nothing else, whatever the rule says of its fixes."""
COMPANIONS: Mapping[str, tuple[tuple[str, str], ...]] = {"diagnose": (("backtrace", "False"),)}
PREFERRED: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "hide_parameters": ("True", {"is": True}),
    "secure": ("()", {"given": True}),
}
"""Exceptions of a rule that keep more of the program's meaning than its condition does."""
PRECONDITIONS: Mapping[str, str] = {"secure": "credentials"}
"""Parameters without which a preferred one is ignored (`logging.handlers.SMTPHandler`)."""
PROTECTION = re.compile(r"(^|_)(ssl|tls|secure|verify|validate)(_|$)")
"""Parameters that no fix switches off."""
LITERALS = (cst.Name, cst.Attribute, cst.Integer, cst.SimpleString)
_PLACEHOLDER = re.compile(r"\\\{[^{}]*\\\}")


class Change(NamedTuple):
    """A parameter and the source text it gets."""

    parameter: str
    text: str


def fix_call(task: Task) -> Proposal | None:
    """Set the argument that broke the rule, or the setting that did."""
    call = call_of(task)
    found = None if call is None else _fix_argument(task, call)
    return found or fix_setting(task)


def fix_setting(task: Task) -> Proposal | None:
    """Give a key of a settings module, an attribute or a logger another value."""
    node = level_of(task, find_expression(task.tree, task.finding.span, ""))
    if node is None:
        return None
    for table in tables_of(task, "setting", "in"):
        when = cast("Mapping[str, Mapping[str, object]]", table.get("when", {}))
        for tests in when.values():
            text = opposite(tests, node)
            if text is not None and isinstance(node, LITERALS):
                safety: Safety = "safe" if task.rule.fix == "auto" else "unsafe"
                return task.propose(f"set it to `{text}`", safety, task.replace(node, text))
    return None


def level_of(task: Task, node: cst.BaseExpression | None) -> cst.BaseExpression | None:
    """The level of a logger whose finding stands at its name or its call, else the node itself."""
    for outer in (node, *task.tree.ancestors(node)) if node is not None else ():
        if isinstance(outer, cst.Call) and isinstance(outer.func, cst.Attribute):
            if outer.func.attr.value == "setLevel" and outer.args:
                return outer.args[0].value
        elif isinstance(outer, cst.BaseSmallStatement):
            break
    return node


def _fix_argument(task: Task, call: cst.Call) -> Proposal | None:
    parameters = parameters_of(task)
    for table in tables_of(task, "call", "name"):
        own = cast("Sequence[str]", table.get("parameters", parameters))
        change = change_for(table, call, own)
        if change is None:
            continue
        imports: tuple[Edit, ...] = ()
        if change.text in LEVELS:
            level = require(task.setting, "logging", change.text)
            change, imports = change._replace(text=level.name), level.edits
        edits = change_edits(task, call, change, own)
        if edits is None:
            return None
        changes = [(change.parameter, change.text), *_companions(change, call)]
        shown = ", ".join(f"{parameter}={text}" for parameter, text in changes)
        return task.propose(f"set `{shown}`", safety_of(task, change), *edits, imports=imports)
    return None


def change_edits(
    task: Task, call: cst.Call, change: Change, parameters: Sequence[str]
) -> tuple[Edit, ...] | None:
    """The edits of a change; `locals.enabled` is a key of a dictionary that is handed over."""
    name, _, key = change.parameter.partition(".")
    given = find_argument(call, name, parameters)
    if not key:
        values = [(name, change.text), *_companions(change, call)]
        return set_arguments(task, call, values, parameters)
    if given is None:
        text = f'{{"{key}": {change.text}}}'
        return set_arguments(task, call, [(name, text)], parameters)
    if not isinstance(given.value, cst.Dict):
        return None
    for element in given.value.elements:
        if isinstance(element, cst.DictElement) and is_text(element.key, key):
            return (task.replace(element.value, change.text),)
    elements = given.value.elements
    if not elements or not isinstance(elements[-1], cst.DictElement):
        return None
    place = end_of(task.tree.span(elements[-1].value))
    return (Edit(place, f', "{key}": {change.text}'),)


def is_text(node: cst.BaseExpression, text: str) -> bool:
    """Whether a node is that string."""
    return isinstance(node, cst.SimpleString) and node.evaluated_value == text


def safety_of(task: Task, change: Change) -> Safety:
    """Safe if the rule or the parameter says so."""
    is_safe = task.rule.fix == "auto" or change.parameter in SAFE_PARAMETERS
    return "safe" if is_safe else "unsafe"


def _companions(change: Change, call: cst.Call) -> list[tuple[str, str]]:
    pairs = COMPANIONS.get(change.parameter, ())
    return [pair for pair in pairs if find_argument(call, pair[0], ()) is None]


def call_of(task: Task) -> cst.Call | None:
    """The call a finding speaks of: its place is the call, or an argument of it."""
    node = find_expression(task.tree, task.finding.span, "")
    if node is None:
        return None
    last = task.finding.sink.rpartition(".")[2]
    if isinstance(node, cst.Call) and dotted(node.func).rpartition(".")[2] == last:
        return node
    parent = task.tree.parents.get(node)
    outer = task.tree.parents.get(parent) if isinstance(parent, cst.Arg) else None
    if isinstance(outer, cst.Call):
        return outer
    return node if isinstance(node, cst.Call) else None


def parameters_of(task: Task) -> Sequence[str]:
    """Positional parameters of the called function, as far as the catalogue knows."""
    signature = task.setting.policy.catalogue.get("signature", {}).get(task.finding.sink, {})
    return cast("Sequence[str]", signature.get("parameters", ()))


def tables_of(task: Task, form: str, key: str) -> Iterator[Mapping[str, object]]:
    """The `[[match.call]]` or `[[match.setting]]` tables that speak in the finding's words."""
    tables = cast("Sequence[Mapping[str, object]]", task.rule.match.get(form, ()))
    for table in tables:
        names = cast("Sequence[str]", table.get(key, ()))
        methods = cast("Sequence[str]", table.get("method", ()))
        is_method = task.finding.sink.rpartition(".")[2] in methods
        if task.finding.sink not in names and not is_method and "text" not in table:
            continue
        message = str(table.get("message", task.rule.message))
        pattern = _PLACEHOLDER.sub(".*", re.escape(message))
        if re.fullmatch(pattern, task.finding.message, re.DOTALL):
            yield table


def change_for(
    table: Mapping[str, object], call: cst.Call, parameters: Sequence[str]
) -> Change | None:
    """What ends the finding of one table, None if nothing obvious does."""
    unless = cast("Mapping[str, Mapping[str, object]]", table.get("unless", {}))
    for parameter, (text, test) in PREFERRED.items():
        needed = PRECONDITIONS.get(parameter)
        if needed is not None and find_argument(call, needed, parameters) is None:
            continue
        if unless.get(parameter) == test:
            return Change(parameter, text)
    when = cast("Mapping[str, Mapping[str, object]]", table.get("when", {}))
    for parameter, tests in when.items():
        name, _, key = parameter.partition(".")
        if parameter.startswith("@") or "." in key:
            continue
        given = find_argument(call, name, parameters)
        value = None if given is None else given.value
        chosen = opposite(tests, value)
        if chosen is not None and not (chosen == "False" and PROTECTION.search(name)):
            return Change(parameter, chosen)
    return None
