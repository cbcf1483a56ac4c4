"""Simple statements: what they bind, return, raise and define; the table of all statements."""

from __future__ import annotations

import ast
from collections.abc import Callable

from gdprlint.engine.branches import (
    if_statement,
    loop_statement,
    match_statement,
    narrow,
    try_statement,
)
from gdprlint.engine.declared import Class, Function, bare_name
from gdprlint.engine.dispatch import evaluate, execute
from gdprlint.engine.facts import declare_class
from gdprlint.engine.frame import Frame
from gdprlint.engine.importing import imported_names
from gdprlint.engine.places import text_of
from gdprlint.engine.stores import bind_target, take_out
from gdprlint.engine.values import (
    CLEAN,
    NONE,
    Val,
    doubted,
    join,
)
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


def _expression(frame: Frame, node: ast.Expr) -> bool:
    if node.value.__class__ is not ast.Constant:
        evaluate(frame, node.value)
    return True


def _value_of(frame: Frame, node: ast.expr) -> Val:
    if node.__class__ is ast.Constant:
        constant = node.value
        return NONE if constant is None else Val(const=constant)
    value = evaluate(frame, node)
    if node.__class__ in (ast.Set, ast.List, ast.Tuple) and value.is_plain():
        names = _constant_strings(node)
        if names is not None:
            return Val(type="list", const=names)
    return value


def _constant_strings(node: ast.expr) -> frozenset[str] | None:
    items = node.elts  # type: ignore[attr-defined]
    if not items or not all(i.__class__ is ast.Constant for i in items):
        return None
    names = [i.value for i in items]
    return frozenset(names) if all(isinstance(n, str) for n in names) else None


def _assign(frame: Frame, node: ast.Assign) -> bool:
    value = _value_of(frame, node.value)
    for target in node.targets:
        if value.tags and target.__class__ is ast.Name:
            value = _renamed(frame, target.id, node.value, value)
        if value.opaque and _is_kept_setting(frame, target, node.value, value):
            frame.assign(target.id, value.replace(opaque=False))  # type: ignore[attr-defined]
        else:
            bind_target(frame, target, value, node.value)
    return True


def _renamed(frame: Frame, name: str, node: ast.expr, value: Val) -> Val:
    """What a new name says against an old one: `bot_name = user.username` is the account a bot
    runs as, and whoever is sent a message under the name `url` is a place."""
    words = name.split("_")
    language = frame.program.language
    if not language.machine_words.isdisjoint(words):
        families: tuple[str, ...] = ("account.", "name.")
    elif words[-1] in language.place_words:
        families = ("contact.email", "contact.phone")
        source = _unwrapped(node)
        if any(tag.expr != text_of(frame.module, source) for tag in value.tags):
            return value
    else:
        return value
    return doubted(value) if all(t.category.startswith(families) for t in value.tags) else value


def _unwrapped(node: ast.expr) -> ast.expr:
    """`str(x[0])` -> `x`."""
    while True:
        if isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "str" and node.args:
            node = node.args[0]
        else:
            return node


def _is_kept_setting(frame: Frame, target: ast.expr, node: ast.expr, value: Val) -> bool:
    """`username = config.BOT_NAME`: the account of a program, whatever the variable is called;
    a secret is one in settings as well."""
    name = bare_name(node)
    if not (name.isupper() and target.__class__ is ast.Name) or value.tags:
        return False
    classify = frame.program.lexicon.classify
    match = classify(target.id, (), False, frame.module.context)
    return match is not None and not match.category.startswith("credential.")


def _annotated(frame: Frame, node: ast.AnnAssign) -> bool:
    from gdprlint.engine.types import annotated

    if node.value is None:
        known = annotated(frame.program, frame.module, node.annotation)
        name = node.target.id if isinstance(node.target, ast.Name) else ""
        before = frame.env.get(name)
        if name and known is not None and (before is None or before.opaque):
            frame.assign(name, known)
        return True
    value = _value_of(frame, node.value)
    is_empty = value.type in ("dict", "list") and value.is_plain()
    if is_empty or value is NONE or (value.opaque and value.type is None):
        known = annotated(frame.program, frame.module, node.annotation)
        if known is not None and is_empty:
            value = Val(type=value.type, element=known.element)
        elif known is not None:
            value = known if not (value.tags or value.deps) else value.replace(type=known.type)
    bind_target(frame, node.target, value, node.value)
    return True


def _augmented(frame: Frame, node: ast.AugAssign) -> bool:
    from gdprlint.engine.reveal import text_value

    added = evaluate(frame, node.value)
    if isinstance(node.target, ast.Name):
        before = evaluate(frame, node.target)
        if added.element is not None or before.element is not None or before.type == "list":
            frame.assign(node.target.id, join(before, added))
        else:
            shown = text_value(frame, added, "str")
            if shown.tags or shown.deps or before.tags or before.deps:
                frame.assign(node.target.id, join(before, shown))
            elif before.const is not None:
                frame.assign(node.target.id, Val(type="str", opaque=added.opaque))
    else:
        bind_target(frame, node.target, added, node.value)
    return True


def _with(frame: Frame, node: ast.With | ast.AsyncWith) -> bool:
    for item in node.items:
        value = evaluate(frame, item.context_expr)
        if item.optional_vars is not None:
            bind_target(frame, item.optional_vars, value, item.context_expr)
    return execute(frame, node.body)


def _return(frame: Frame, node: ast.Return) -> bool:
    if node.value is None:
        frame.returns.append(NONE)
    else:
        value = _value_of(frame, node.value)
        if value.const is not None:
            value = CLEAN
        frame.returns.append(value)
        if not value.is_plain():
            _check_promise(frame, node, value)
    return False


def _check_promise(frame: Frame, node: ast.Return, value: Val) -> None:
    from gdprlint.engine.pseudonyms import note_return
    from gdprlint.engine.sanitizers import check_promise

    check_promise(frame, node, value)
    note_return(frame, node, value)


def _raise(frame: Frame, node: ast.Raise) -> bool:
    from gdprlint.engine.exceptions import raise_statement

    raise_statement(frame, node)
    return False


def _assert(frame: Frame, node: ast.Assert) -> bool:
    evaluate(frame, node.test)
    narrow(frame, node.test)
    if node.msg is not None:
        from gdprlint.engine.exceptions import assert_message

        assert_message(frame, node)
    return True


def _delete(frame: Frame, node: ast.Delete) -> bool:
    for target in node.targets:
        if isinstance(target, ast.Subscript):
            index = target.slice
            key = index.value if isinstance(index, ast.Constant) else evaluate(frame, index).const
            take_out(frame, target.value, key)
    return True


def _function(frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    declared = frame.module.declared.get(node)
    if isinstance(declared, Function):
        function = declared
    else:
        known = frame.nested.get(node)
        if known is None:
            name = f"{frame.function.qualname}.{node.name}".lstrip(".")
            known = frame.nested[node] = Function(
                node.name, name, frame.module, node, None, frame.env
            )
        function = known
    for default in (*node.args.defaults, *node.args.kw_defaults):
        if default is not None and default.__class__ is not ast.Constant:
            evaluate(frame, default)
    frame.assign(node.name, Val(ref=function))
    return True


def _class(frame: Frame, node: ast.ClassDef) -> bool:
    declared = frame.module.declared.get(node)
    if not isinstance(declared, Class):
        declared = declare_class(frame.module, node, frame.function.qualname + ".")
        declared.closure = frame.env
        for method in declared.methods.values():
            method.closure = frame.env
            frame.nested[method.node] = method  # type: ignore[index]
    frame.assign(node.name, Val(ref=declared))
    return True


def _import(frame: Frame, node: ast.Import | ast.ImportFrom) -> bool:
    if frame.function.name == "<module>":
        return True
    for name, dotted in imported_names(frame.program, frame.module, node):
        frame.assign(name, frame.program.resolve(dotted))
    return True


def _global(frame: Frame, node: ast.stmt) -> bool:
    return True


def _pass(frame: Frame, node: ast.stmt) -> bool:
    return True


HANDLED: dict[type, Callable[[Frame, Any], bool]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: if_statement,
    ast.For: loop_statement,
    ast.AsyncFor: loop_statement,
    ast.While: loop_statement,
    ast.Try: try_statement,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Delete: _delete,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Global: _global,
    ast.Nonlocal: _global,
    ast.Pass: _pass,
    ast.Break: _pass,
    ast.Continue: _pass,
    ast.Match: match_statement,
}
if hasattr(ast, "TryStar"):
    HANDLED[ast.TryStar] = try_statement
if hasattr(ast, "TypeAlias"):
    HANDLED[ast.TypeAlias] = _pass
