"""GDL203 at a message: `locals()` becomes the few arguments of the function that are nobody's."""

from __future__ import annotations

import libcst as cst

from gdprlint.fix.context import Proposal, Task
from gdprlint.fix.imports import dotted
from gdprlint.fix.targets import is_written
from gdprlint.fix.tree import find_expression

DUMPS = frozenset({"locals()", "vars()"})
MOST = 3
PLAIN = frozenset({"bool", "date", "datetime", "Decimal", "float", "int", "str", "UUID"})
"""Types that show nothing but themselves."""
UNSPOKEN = frozenset({"self", "cls", "args", "kwargs", "request", "response", "context"})
"""Parameters that explain nothing, or too much."""


def fix_variables(task: Task) -> Proposal | None:
    """Name what explains the fault instead of all that is in reach."""
    node = find_expression(task.tree, task.finding.span, "")
    names = [] if node is None else harmless_parameters(task, node)
    if node is None or not names or task.tree.code(node) not in DUMPS:
        return None
    parent = task.tree.parents.get(node)
    title = "name the variables that explain the fault"
    if isinstance(parent, cst.FormattedStringExpression) and is_written(task, node):
        if parent.conversion is not None or parent.format_spec is not None or parent.equal:
            return None
        shown = ", ".join(f"{{{name}=}}" for name in names)
        return task.propose(title, "unsafe", task.replace(parent, shown))
    if not isinstance(parent, cst.Arg) or parent.star or not is_written(task, node):
        return None
    call = task.tree.parents.get(parent)
    if not isinstance(call, cst.Call) or "%(" in task.tree.code(call.args[0]):
        return None
    entries = ", ".join(f'"{name}": {name}' for name in names)
    return task.propose(title, "unsafe", task.replace(node, f"{{{entries}}}"))


def harmless_parameters(task: Task, node: cst.CSTNode) -> list[str]:
    """The first parameters of the function around a node whose names speak of no person."""
    function = task.tree.around(node, cst.FunctionDef)
    if function is None:
        return []
    params = (*function.params.params, *function.params.kwonly_params)
    names = [
        param.name.value
        for param in params
        if param.annotation is None or dotted(param.annotation.annotation) in PLAIN
    ]
    classify = task.setting.policy.lexicon.classify
    return [n for n in names if n not in UNSPOKEN and classify(n) is None][:MOST]
