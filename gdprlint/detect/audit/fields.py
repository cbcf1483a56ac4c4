"""GDL406: an audit event that lacks a field the policy requires, or a time without a zone."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from gdprlint.detect.audit.bench import Bench
from gdprlint.detect.audit.project import Function
from gdprlint.detect.imports import dotted_name
from gdprlint.detect.pseudonym.bench import finding_at
from gdprlint.model import Finding, Rule

NAIVE = ("datetime.datetime.now", "datetime.now", "datetime.datetime.utcnow", "datetime.utcnow")


def find_incomplete_events(bench: Bench, rule: Rule) -> Iterator[Finding]:
    """One finding for each audit call, naming all that it lacks."""
    required = bench.settings.audit.get("required-fields", ())
    wanted = tuple(map(str, required)) if isinstance(required, (list, tuple)) else ()
    for function in (None, *bench.module.functions.values()):
        if function is not None and bench.events.is_definition(function):
            continue
        node = bench.module.tree if function is None else function.node
        for call in bench.events.named_in(node, bench.module):
            if owner_of(bench, call) is not function:
                continue
            lacking = lacking_fields(bench, call, function, wanted)
            if lacking:
                yield finding_at(
                    rule,
                    bench.span_of(call),
                    "certain",
                    expr=ast.unparse(call.func),
                    sink=", ".join(lacking),
                    symbol="" if function is None else function.qualname,
                )


def owner_of(bench: Bench, call: ast.Call) -> Function | None:
    """The innermost function a call stands in."""
    inside = [
        function
        for function in bench.module.functions.values()
        if any(part is call for part in ast.walk(function.node))
    ]
    return max(inside, key=lambda function: function.node.lineno, default=None)


def lacking_fields(
    bench: Bench, call: ast.Call, around: Function | None, wanted: Collection[str]
) -> list[str]:
    """Required fields the call does not give and its function does not fill itself."""
    lacking: list[str] = []
    is_open = any(keyword.arg is None for keyword in call.keywords) or any(
        isinstance(arg, ast.Starred) for arg in call.args
    )
    if not is_open:
        target = bench.search.project.callee(call, bench.module, around)
        given = given_fields(call, target)
        filled = filled_by(target)
        lacking = [field for field in wanted if field not in given and field not in filled]
        if target is None:
            lacking = lacking[unnamed_fields(call, wanted) :]
    if any(is_naive(bench, part) for part in ast.walk(call)):
        lacking.append("time zone")
    return lacking


def unnamed_fields(call: ast.Call, wanted: Collection[str]) -> int:
    """How many required fields positional arguments may stand for, when the function is unknown.

    A text that comes first is the action.
    """
    first = call.args[0] if call.args else None
    is_action = isinstance(first, ast.Constant) and isinstance(first.value, str)
    return len(call.args) - (is_action and "action" not in wanted)


def given_fields(call: ast.Call, target: Function | None) -> set[str]:
    """Names of what a call passes: keywords, keys of dictionaries, positional parameters."""
    given = {keyword.arg for keyword in call.keywords if keyword.arg}
    for value in (*call.args, *(keyword.value for keyword in call.keywords)):
        if isinstance(value, ast.Dict):
            given.update(str(key.value) for key in value.keys if isinstance(key, ast.Constant))
    if target is not None:
        given.update(name for name, _ in zip(parameters_of(target), call.args, strict=False))
    return given


def parameters_of(target: Function) -> list[str]:
    """The names of positional parameters, without the receiver."""
    args = target.node.args
    plain = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    return plain[1:] if target.cls is not None and plain[:1] in (["self"], ["cls"]) else plain


def filled_by(target: Function | None) -> set[str]:
    """Fields that the audit function fills itself: keywords and keys of its body that are no
    parameters of it."""
    if target is None:
        return set()
    parameters = {arg.arg for arg in (*target.node.args.args, *target.node.args.kwonlyargs)}
    found: set[str] = set()
    for part in ast.walk(target.node):
        if isinstance(part, ast.keyword) and part.arg:
            found.add(part.arg)
        elif isinstance(part, ast.Dict):
            found.update(str(key.value) for key in part.keys if isinstance(key, ast.Constant))
    return found - parameters


def is_naive(bench: Bench, node: ast.AST) -> bool:
    """`datetime.now()` without a zone, `datetime.utcnow()`."""
    return (
        isinstance(node, ast.Call)
        and not node.args
        and not node.keywords
        and dotted_name(node.func, bench.module.imports) in NAIVE
    )
