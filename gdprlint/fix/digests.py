"""Fixes of pseudonyms: a keyed wrapper in place of a digest anybody can recompute."""

from __future__ import annotations

import libcst as cst

from gdprlint.fix.context import Proposal, Task
from gdprlint.fix.imports import require
from gdprlint.fix.tree import find_expression
from gdprlint.fix.wrapping import choose_wrapper, is_home_of, wrap
from gdprlint.model import Edit, Span

READING = frozenset({"hexdigest", "digest"})
ENCODING = frozenset({"encode"})


def fix_digest(task: Task) -> Proposal | None:
    """GDL302: `sha256(email.encode()).hexdigest()` becomes `pseudonymise(email)`."""
    node = find_expression(task.tree, task.finding.span, task.finding.expr)
    call = node if isinstance(node, cst.Call) else None
    if node is not None and call is None:
        call = task.tree.around(node, cst.Call)
    if call is None:
        return None
    outer = _read_digest(task, call)
    digest = outer.func.value if isinstance(outer.func, cst.Attribute) else None
    if not isinstance(digest, cst.Call) or len(digest.args) != 1:
        return wrap(task, node) if node is not None else None
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


def _read_digest(task: Task, call: cst.Call) -> cst.Call:
    """The `.hexdigest()` around a call, or the call itself."""
    attribute = task.tree.parents.get(call)
    outer = task.tree.parents.get(attribute) if attribute is not None else None
    if isinstance(attribute, cst.Attribute) and attribute.attr.value in READING:
        return outer if isinstance(outer, cst.Call) else call
    return call


def _without_encoding(node: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        return node.func.value if node.func.attr.value in ENCODING else node
    return node
