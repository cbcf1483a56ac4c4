"""Fixes of pseudonyms: a keyed wrapper in place of a digest anybody can recompute."""

from __future__ import annotations

import libcst as cst

from gdprlint.fix.context import Proposal, Task
from gdprlint.fix.imports import require
from gdprlint.fix.targets import is_report, name_of
from gdprlint.fix.tree import find_expression
from gdprlint.fix.wrapping import choose_wrapper, is_home_of
from gdprlint.model import Edit, Span

READING = frozenset({"hexdigest"})
ENCODING = frozenset({"encode"})


def fix_digest(task: Task) -> Proposal | None:
    """GDL302: `sha256(email.encode()).hexdigest()` becomes `pseudonymise(email)`."""
    node = find_expression(task.tree, task.finding.span, task.finding.expr)
    outer = None if node is None else read_digest(task, node)
    if outer is None or not isinstance(outer.func, cst.Attribute):
        return None
    digest = outer.func.value
    if is_handed_on(task, outer):
        return None
    if not isinstance(digest, cst.Call) or len(digest.args) != 1:
        return None
    wrapper = choose_wrapper(task)
    if wrapper is None or is_home_of(task, wrapper):
        return None
    imported = require(task.setting, wrapper.module, wrapper.name)
    value = _without_encoding(digest.args[0].value)
    start, end = task.tree.span(outer), task.tree.span(value)
    return task.propose(
        f"use the keyed `{wrapper.name}`",
        "unsafe",
        Edit(Span(start.path, start.line, start.column, end.line, end.column), f"{imported.name}("),
        Edit(Span(end.path, end.end_line, end.end_column, start.end_line, start.end_column), ")"),
        imports=imported.edits,
    )


def read_digest(task: Task, node: cst.CSTNode) -> cst.Call | None:
    """The call of `hexdigest` that a finding stands in or at."""
    for outer in (node, *task.tree.ancestors(node)):
        if isinstance(outer, cst.BaseSmallStatement):
            return None
        if isinstance(outer, cst.Call) and name_of(outer) in READING:
            return outer
    return None


def is_handed_on(task: Task, digest: cst.Call) -> bool:
    """Whether other code is called with a digest: it may need that very one (Mailchimp, Gravatar).

    Directly, or through the variable it is assigned to.
    """
    for outer in task.tree.ancestors(digest):
        if isinstance(outer, cst.Arg):
            return not is_report(task.tree.parents[outer])
        if isinstance(outer, cst.Assign):
            target = outer.targets[0].target
            return isinstance(target, cst.Name) and is_argument(task, target)
        if isinstance(outer, cst.BaseSmallStatement):
            return False
    return False


def is_argument(task: Task, name: cst.Name) -> bool:
    """Whether a variable is handed to a call that is no message, in the same function."""
    function = task.tree.around(name, cst.FunctionDef)
    for other in task.tree.nodes(cst.Name):
        if other.value != name.value or (
            function is not None and function not in task.tree.ancestors(other)
        ):
            continue
        argument = task.tree.around(other, cst.Arg)
        if argument is not None and not is_report(task.tree.parents[argument]):
            return True
    return False


def _without_encoding(node: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        return node.func.value if node.func.attr.value in ENCODING else node
    return node
