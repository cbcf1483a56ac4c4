"""Which expression to mend: the datum itself, where nothing but a text or a sink receives it.

A finding may stand at a call that hands a value on to code which needs it, or at a variable that
holds a text or a dictionary with the value inside. Edits there would change what the program does,
so the datum is looked for in the text; where that is not sure there is no target.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gdprlint.fix.context import Task
from gdprlint.fix.imports import dotted
from gdprlint.fix.tree import find_expression
from gdprlint.model import Span

REPORTING = frozenset(
    {
        "critical", "debug", "error", "exception", "fatal", "info", "log", "print", "success",
        "trace", "warn", "warning",
    }
)  # fmt: skip
"""Methods and functions that only write what they are given."""
TEXT_CALLS = frozenset({"dict", "dumps", "format", "join", "pformat", "repr", "str"})
"""Functions and methods that make a text, or part of one, of what they are given."""
UNWRAPPABLE = (
    cst.GeneratorExp,
    cst.Yield,
    cst.StarredElement,
    cst.StarredDictElement,
    cst.Dict,
    cst.DictComp,
    cst.List,
    cst.ListComp,
    cst.Set,
    cst.Tuple,
)

CHOICES = (cst.BooleanOperation, cst.IfExp)
"""Expressions whose value is one of their parts."""
DISPLAYS = (cst.Dict, cst.List, cst.Set, cst.Tuple)


def find_target(task: Task) -> cst.BaseExpression | None:
    """The expression whose text is to change, None if that is not sure."""
    node = find_expression(task.tree, task.finding.span, task.finding.expr)
    if isinstance(node, DISPLAYS):
        node = datum_in(task, node)
    if node is None or isinstance(node, UNWRAPPABLE):
        return None
    if not is_written(task, node):
        return None
    if is_text(node) or chooses_text(node):
        return datum_in_text(task, node)
    return node if is_datum(task, node) else origin_of(task, node)


def is_text(node: cst.CSTNode) -> bool:
    """Whether an expression puts a text together."""
    if isinstance(node, (cst.FormattedString, cst.ConcatenatedString)):
        return True
    if isinstance(node, cst.BinaryOperation):
        return isinstance(node.operator, (cst.Add, cst.Modulo))
    return is_format_call(node)


def chooses_text(node: cst.CSTNode) -> bool:
    """`TEXT if ... else TEXT`."""
    return isinstance(node, cst.IfExp) and (is_text(node.body) or is_text(node.orelse))


def holds_text(task: Task, name: cst.Name) -> bool:
    """Whether a text is put together in a variable, in the function around it."""
    function = task.tree.around(name, cst.FunctionDef)
    for node in task.tree.nodes(cst.BaseSmallStatement):  # type: ignore[type-abstract]
        if isinstance(node, cst.AugAssign):
            target, value = node.target, None
        elif isinstance(node, cst.Assign):
            target, value = node.targets[0].target, node.value
        else:
            continue
        is_same = isinstance(target, cst.Name) and target.value == name.value
        if not is_same or task.tree.around(node, cst.FunctionDef) is not function:
            continue
        if value is None or is_text(value) or chooses_text(value):
            return True
    return False


def is_format_call(node: cst.CSTNode) -> bool:
    """`"...".format(...)`."""
    return (
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Attribute)
        and node.func.attr.value == "format"
        and isinstance(node.func.value, (cst.SimpleString, cst.ConcatenatedString))
    )


def datum_in(task: Task, display: cst.CSTNode) -> cst.BaseExpression | None:
    """The one expression of a dictionary or list that reads as the finding says."""
    found = [
        node
        for node in task.tree.expressions.values()
        if display in task.tree.ancestors(node)
        and task.tree.code(node).strip("() ") == task.finding.expr
    ]
    return found[0] if len(found) == 1 else None


def datum_in_text(task: Task, text: cst.CSTNode) -> cst.BaseExpression | None:
    """The one value of a text that reads as the finding says."""
    found = [
        node
        for node in parts_of(task, text)
        if task.tree.code(node).strip("() ") == task.finding.expr
    ]
    return found[0] if len(found) == 1 else None


def parts_of(task: Task, text: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """The values that a text is made of, at any depth."""
    for node in task.tree.expressions.values():
        parent = task.tree.parents.get(node)
        if is_part(task, node, parent) and text in task.tree.ancestors(node):
            yield node


def is_part(task: Task, node: cst.BaseExpression, parent: cst.CSTNode | None) -> bool:
    """Whether a node is a value that its parent puts into a text."""
    if isinstance(parent, cst.FormattedStringExpression):
        return parent.expression is node
    if isinstance(parent, cst.BinaryOperation):
        return is_text(parent) and not is_text(node)
    return isinstance(parent, cst.Arg) and is_format_call(task.tree.parents[parent])


def is_written(task: Task, node: cst.BaseExpression) -> bool:
    """Whether an expression goes, alone or in a text, to the sink and not to other code."""
    last = task.finding.sink.rpartition(".")[2]
    inner: cst.CSTNode = node
    for outer in task.tree.ancestors(node):
        if isinstance(outer, cst.Call) and outer.func is inner:
            return False
        inner = outer
        if isinstance(outer, cst.Arg) and is_mapping_argument(outer):
            return False
        if isinstance(outer, cst.Call) and name_of(outer) not in TEXT_CALLS:
            return name_of(outer) == last or name_of(outer) in REPORTING
        if isinstance(outer, cst.BaseSmallStatement):
            return isinstance(outer, cst.Raise)
    return False


def name_of(call: cst.Call) -> str:
    """The last name of what is called: `get(x).info(...)` gives "info"."""
    return call.func.attr.value if isinstance(call.func, cst.Attribute) else dotted(call.func)


def is_mapping_argument(arg: cst.Arg) -> bool:
    """`extra=name` and `**name` need a mapping: its values may change, it may not."""
    named = arg.keyword is not None and arg.keyword.value == "extra"
    return (named and not isinstance(arg.value, cst.Dict)) or arg.star == "**"


def is_datum(task: Task, node: cst.BaseExpression) -> bool:
    """Whether the value of an expression is the datum, not something that holds it."""
    if isinstance(node, cst.Name) and holds_text(task, node):
        return False
    if task.tree.code(node).strip("() ") == task.finding.expr:
        return True
    origin = source_span(task)
    if origin is None:
        return not isinstance(node, cst.Name)
    span = task.tree.span(node)
    inside = (span.line, span.column) <= (origin.line, origin.column) and (
        origin.end_line, origin.end_column) <= (span.end_line, span.end_column)  # fmt: skip
    if inside:
        return True
    entered = find_expression(task.tree, origin, "")
    parent = None if entered is None else task.tree.parents.get(entered)
    while isinstance(parent, CHOICES):
        parent = task.tree.parents.get(parent)
    return isinstance(node, cst.Name) and isinstance(parent, (cst.Assign, cst.NamedExpr))


def source_span(task: Task) -> Span | None:
    """Where the datum enters, if that is in this file."""
    if not task.finding.steps:
        return None
    step = task.finding.steps[0]
    is_here = step.role == "source" and step.span.path == task.finding.span.path
    return step.span if is_here else None


def origin_of(task: Task, node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The datum in the text that a variable holds, if nothing else than messages reads it."""
    origin = source_span(task)
    if origin is None or not isinstance(node, cst.Name):
        return None
    entered = find_expression(task.tree, origin, task.finding.expr)
    if entered is None or not is_part(task, entered, task.tree.parents.get(entered)):
        return None
    assignment = task.tree.around(entered, cst.Assign)
    if assignment is None or not is_only_reported(task, node):
        return None
    return entered


def is_only_reported(task: Task, name: cst.Name) -> bool:
    """Whether every use of a variable in its function is part of a message or of an exception."""
    function = task.tree.around(name, cst.FunctionDef)
    if function is None or task.finding.category.startswith("credential."):
        return False
    for other in task.tree.nodes(cst.Name):
        if other.value != name.value or function not in task.tree.ancestors(other):
            continue
        if isinstance(task.tree.parents.get(other), cst.AssignTarget):
            continue
        if not any(is_report(outer) for outer in task.tree.ancestors(other)):
            return False
    return True


def is_report(node: cst.CSTNode) -> bool:
    """A call that writes a message, or a `raise`."""
    return isinstance(node, cst.Raise) or (
        isinstance(node, cst.Call) and name_of(node) in REPORTING
    )
