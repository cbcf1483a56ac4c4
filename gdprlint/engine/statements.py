"""Statements: what they bind, where paths split and meet, what they raise.

Branches run on the same environment under an undo log and are joined where they fall through;
a loop body runs a second time only if it changed something data flows through.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from gdprlint.engine.declared import Class, Function, Lazy, Module
from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.facts import declare_class
from gdprlint.engine.frame import Changes, Frame
from gdprlint.engine.naming import keyed
from gdprlint.engine.values import (
    CLEAN,
    MAX_FIELDS,
    NONE,
    Val,
    element_of,
    join,
    without_single,
)
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from gdprlint.engine.program import Program

MAX_LOOP_REPEAT = 3


def execute(frame: Frame, body: list[ast.stmt]) -> bool:
    """Run a block; False if control cannot leave it at the end (return, raise)."""
    for statement in body:
        frame.statement = statement
        if not STATEMENTS[statement.__class__](frame, statement):
            return False
    return True


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
        bind_target(frame, target, value, node.value)
    return True


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
    if is_empty or (value.opaque and value.type is None):
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


def bind_target(frame: Frame, target: ast.expr, value: Val, source: ast.expr) -> None:
    """Store a value in a name, an attribute, an item, or spread over a tuple of targets."""
    kind = target.__class__
    if kind is ast.Name:
        frame.assign(target.id, value)  # type: ignore[attr-defined]
    elif kind is ast.Tuple or kind is ast.List:
        _unpack(frame, target, value, source)  # type: ignore[arg-type]
    elif kind is ast.Attribute:
        _store_attribute(frame, target, value)  # type: ignore[arg-type]
        _show_if_sink(frame, target, source)  # type: ignore[arg-type]
    elif kind is ast.Subscript:
        _store_item(frame, target, value, source)  # type: ignore[arg-type]
    elif kind is ast.Starred:
        bind_target(frame, target.value, Val(type="list", element=value), source)  # type: ignore[attr-defined]


def _unpack(frame: Frame, target: ast.Tuple | ast.List, value: Val, source: ast.expr) -> None:
    fields = value.fields or {}
    spread = element_of(value)
    if value.opaque and value.tags and value.element is None and not fields:
        spread = without_single(value)
    for index, item in enumerate(target.elts):
        part = fields.get(str(index)) if value.type == "list" else None
        bind_target(frame, item, spread if part is None else part, source)


def _store_attribute(frame: Frame, target: ast.Attribute, value: Val) -> None:
    holder = target.value
    if not isinstance(holder, ast.Name):
        evaluate(frame, holder)
        return
    base = frame.env.get(holder.id)
    params = frame.function.params
    if params and frame.function.cls is not None and holder.id == params[0].name:
        known = frame.writes.get(target.attr)
        frame.writes[target.attr] = value if known is None else join(known, value)
    if base is not None and base.ref is None:
        _store_field(frame, holder.id, base, target.attr, value)


def _show_if_sink(frame: Frame, target: ast.Attribute, source: ast.expr) -> None:
    """`scope.user = {...}`: some libraries take data through an attribute."""
    holder = target.value
    base = frame.env.get(holder.id) if isinstance(holder, ast.Name) else None
    if base is None or base.type is None:
        return
    sink = frame.program.catalogue.sinks.get(f"{base.type}.{target.attr}")
    if sink is not None:
        from gdprlint.engine.messages import leaves
        from gdprlint.engine.sinks import show

        show(frame, leaves(frame, source, "repr"), sink.set, sink.name, sink.level)


def _store_field(frame: Frame, name: str, base: Val, key: str, value: Val) -> None:
    frame.assign(name, _with_field(base, key, value))


def _with_field(base: Val, key: str, value: Val) -> Val:
    fields = base.fields or {}
    if len(fields) >= MAX_FIELDS and key not in fields:
        return base
    return base.replace(fields={**fields, key: value})


def _with_element(base: Val, value: Val) -> Val:
    return Val(
        base.tags,
        base.deps,
        type=base.type,
        fields=base.fields,
        element=value if base.element is None else join(base.element, value),
        opaque=base.opaque,
    )


def _store_item(frame: Frame, target: ast.Subscript, value: Val, source: ast.expr) -> None:
    holder, index = target.value, target.slice
    key = index.value if isinstance(index, ast.Constant) else evaluate(frame, index).const
    if isinstance(key, str):
        value = keyed(frame, key, value, source)
    base = frame.env.get(holder.id) if isinstance(holder, ast.Name) else evaluate(frame, holder)
    if base is None or base.ref is not None or (value.is_plain() and not isinstance(key, str)):
        return
    stored = _with_field(base, key, value) if isinstance(key, str) else _with_element(base, value)
    if isinstance(holder, ast.Name):
        frame.assign(holder.id, stored)
    elif isinstance(holder, ast.Attribute):
        _store_attribute(frame, holder, stored)


def empty_in(test: ast.expr) -> str:
    """The variable that holds nothing where a test is true (`not x`, `x is None`, `x == ""`), or
    no text (`not x or not isinstance(x, str)`); "" if the test says no such thing."""
    kind = test.__class__
    if kind is ast.UnaryOp and test.op.__class__ is ast.Not:  # type: ignore[attr-defined]
        return getattr(test.operand, "id", "")  # type: ignore[attr-defined]
    if kind is ast.Compare and len(test.ops) == 1:  # type: ignore[attr-defined]
        other = test.comparators[0]  # type: ignore[attr-defined]
        is_equal = test.ops[0].__class__ in (ast.Is, ast.Eq)  # type: ignore[attr-defined]
        if is_equal and other.__class__ is ast.Constant and not other.value:
            return getattr(test.left, "id", "")  # type: ignore[attr-defined]
        return ""
    if kind is ast.BoolOp and test.op.__class__ is ast.Or:  # type: ignore[attr-defined]
        names = {empty_in(part) or _no_text_in(part) for part in test.values}  # type: ignore[attr-defined]
        return names.pop() if len(names) == 1 else ""
    return ""


def _no_text_in(test: ast.expr) -> str:
    """The variable of `not isinstance(x, str)`."""
    call = test.operand if isinstance(test, ast.UnaryOp) else None
    if not isinstance(call, ast.Call) or len(call.args) != 2:
        return ""
    is_asked = getattr(call.func, "id", "") == "isinstance"
    is_asked = is_asked and getattr(call.args[1], "id", "") in ("str", "bytes")
    return getattr(call.args[0], "id", "") if is_asked else ""


def _if(frame: Frame, node: ast.If) -> bool:
    if getattr(node.test, "id", getattr(node.test, "attr", "")) == "TYPE_CHECKING":
        return execute(frame, node.body)
    branches: list[Changes] = []
    current = node
    while True:
        evaluate(frame, current.test)
        outer = frame.mark()
        empty = empty_in(current.test)
        if empty in frame.env:
            frame.assign(empty, CLEAN)
        else:
            _narrow(frame, current.test)
        falls = execute(frame, current.body)
        left = frame.undo(outer)
        if left.get(empty) is CLEAN:
            del left[empty]
        if falls:
            branches.append(left)
        rest = current.orelse
        if len(rest) == 1 and rest[0].__class__ is ast.If:
            current = rest[0]
            continue
        break
    outer = frame.mark()
    falls = execute(frame, rest) if rest else True
    left = frame.undo(outer)
    if falls:
        branches.append(left)
    frame.merge(branches)
    return bool(branches)


def _narrow(frame: Frame, test: ast.expr) -> None:
    """`isinstance(x, C)` gives `x` the type C inside the branch."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for part in test.values:
            _narrow(frame, part)
        return
    if not (
        isinstance(test, ast.Call)
        and isinstance(test.func, ast.Name)
        and test.func.id == "isinstance"
        and len(test.args) == 2
        and isinstance(test.args[0], ast.Name)
    ):
        return
    ref = evaluate(frame, test.args[1]).ref
    kind: Class | str | None = ref if isinstance(ref, Class) else None
    if isinstance(ref, str) and ref in frame.program.catalogue.types:
        kind = frame.program.catalogue.types[ref].name
    value = frame.env.get(test.args[0].id)
    if value is not None and value.type is None and kind is not None:
        frame.assign(test.args[0].id, value.replace(type=kind, opaque=False))


def _loop(frame: Frame, node: ast.For | ast.AsyncFor | ast.While) -> bool:
    source: Val | None = None
    if isinstance(node, ast.While):
        evaluate(frame, node.test)
    else:
        source = evaluate(frame, node.iter)
    frame.loops += 1
    for _ in range(2):
        outer = frame.mark()
        if source is not None:
            bind_target(frame, node.target, frame.each_of(source), node.iter)  # type: ignore[union-attr]
        execute(frame, node.body)
        left = frame.undo(outer)
        again = frame.loops <= MAX_LOOP_REPEAT and _carries(frame, left)
        frame.merge([left, {}])
        if not again:
            break
    frame.loops -= 1
    return not node.orelse or execute(frame, node.orelse) or _is_left_early(node.body)


def _is_left_early(body: list[ast.stmt]) -> bool:
    """True if a `break` of this loop passes over its `else`."""
    for statement in body:
        if isinstance(statement, ast.Break):
            return True
        if isinstance(statement, (ast.For, ast.AsyncFor, ast.While)):
            if _is_left_early(statement.orelse):
                return True
        elif not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            parts = ("body", "orelse", "finalbody", "handlers", "cases")
            if any(_is_left_early(getattr(statement, part, [])) for part in parts):
                return True
    return False


def _carries(frame: Frame, left: Changes) -> bool:
    """True if a variable known before the loop now holds data it did not hold."""
    for name, value in left.items():
        before = frame.env.get(name)
        if before is None or value is None or before is value or value.is_plain():
            continue
        if value != before:
            return True
    return False


def _try(frame: Frame, node: Any) -> bool:
    from gdprlint.engine.exceptions import Carried, caught, run_guarded

    before = len(frame.raises)
    outer = frame.mark()
    carried: list[Carried] = []
    falls = run_guarded(frame, node.body, carried)
    left = frame.undo(outer)
    raised = frame.raises[before:]
    del frame.raises[before:]
    branches: list[Changes] = []
    frame.merge([left, {}])
    for handler in node.handlers:
        exception, raised = caught(frame, handler, raised, carried)
        outer = frame.mark()
        if handler.name:
            frame.assign(handler.name, exception)
        frame.handling.append(exception)
        if execute(frame, handler.body):
            branches.append(frame.undo(outer))
        else:
            frame.undo(outer)
        frame.handling.pop()
    frame.raises.extend(raised)
    outer = frame.mark()
    frame.merge([left])
    if falls and node.orelse:
        falls = execute(frame, node.orelse)
    changes = frame.undo(outer)
    if falls:
        branches.insert(0, changes)
    frame.merge(branches)
    if node.finalbody and not execute(frame, node.finalbody):
        return False
    return bool(branches)


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
    _narrow(frame, node.test)
    if node.msg is not None:
        from gdprlint.engine.exceptions import assert_message

        assert_message(frame, node)
    return True


def _delete(frame: Frame, node: ast.Delete) -> bool:
    for target in node.targets:
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            base = frame.env.get(target.value.id)
            key = target.slice.value if isinstance(target.slice, ast.Constant) else None
            if base is not None and base.fields and key in base.fields:
                fields = {k: v for k, v in base.fields.items() if k != key}
                frame.assign(target.value.id, base.replace(fields=fields))
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


def imported_names(
    program: Program, module: Module, node: ast.Import | ast.ImportFrom
) -> list[tuple[str, str]]:
    """The names an import binds, with what each stands for; star imports go to the module."""
    bound: list[tuple[str, str]] = []
    finder = program.finder
    if isinstance(node, ast.Import):
        for alias in node.names:
            module.imports.add(alias.name)
            module.imports.add(alias.name.partition(".")[0])
            if alias.asname:
                bound.append((alias.asname, finder.absolute(module.path, 0, alias.name)))
            else:
                top = alias.name.partition(".")[0]
                bound.append((top, finder.absolute(module.path, 0, top)))
        return bound
    source = node.module or ""
    if not node.level:
        module.imports.add(source)
        module.imports.add(source.partition(".")[0])
    dotted = finder.absolute(module.path, node.level, source)
    for alias in node.names:
        if alias.name == "*":
            module.stars.append(dotted)
        else:
            glue = "" if dotted.endswith(":") else "."
            bound.append((alias.asname or alias.name, f"{dotted}{glue}{alias.name}"))
    return bound


def bind_imports(program: Program, module: Module, tree: ast.Module) -> None:
    """Bind every import at module level, lazily, before the body runs."""
    from gdprlint.engine.facts import blocks

    pending: list[list[ast.stmt]] = [tree.body]
    while pending:
        for statement in pending.pop():
            kind = statement.__class__
            if kind is ast.Import or kind is ast.ImportFrom:
                for name, dotted in imported_names(program, module, statement):  # type: ignore[arg-type]
                    module.env.setdefault(name, Val(ref=Lazy(dotted)))
            elif kind is ast.If or kind is ast.Try or kind is ast.With:
                pending.extend(blocks(statement))


def _global(frame: Frame, node: ast.stmt) -> bool:
    return True


def _pass(frame: Frame, node: ast.stmt) -> bool:
    return True


def _match(frame: Frame, node: ast.Match) -> bool:
    from gdprlint.engine.patterns import bind_pattern

    subject = evaluate(frame, node.subject)
    branches: list[Changes] = [{}]
    for case in node.cases:
        outer = frame.mark()
        bind_pattern(frame, case.pattern, subject, node.subject)
        if case.guard is not None:
            evaluate(frame, case.guard)
        falls = execute(frame, case.body)
        left = frame.undo(outer)
        if falls:
            branches.append(left)
    frame.merge(branches)
    return True


STATEMENTS: dict[type, Callable[[Frame, Any], bool]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.For: _loop,
    ast.AsyncFor: _loop,
    ast.While: _loop,
    ast.Try: _try,
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
    ast.Match: _match,
}
if hasattr(ast, "TryStar"):
    STATEMENTS[ast.TryStar] = _try
if hasattr(ast, "TypeAlias"):
    STATEMENTS[ast.TypeAlias] = _pass
