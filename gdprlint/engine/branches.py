"""Statements where paths split and meet: each branch runs under an undo log, the outcomes are
joined where they fall through; a loop body runs a second time only if it changed something that
data flows through.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from gdprlint.engine.declared import Class, bare_name
from gdprlint.engine.dispatch import evaluate, execute
from gdprlint.engine.frame import Changes, Frame
from gdprlint.engine.naming import note_drawn
from gdprlint.engine.omission import without
from gdprlint.engine.redaction import (
    Keys,
    lacking_else,
    passed_by,
    viewed_without,
    written_over,
)
from gdprlint.engine.stores import bind_target
from gdprlint.engine.values import CLEAN, Val
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from gdprlint.engine.language import Language

MAX_LOOP_REPEAT = 3
_READERS = frozenset(("get", "getenv"))
_TEXT_TYPES = frozenset(("str", "bytes", "string_types", "text_type", "basestring"))


def if_statement(frame: Frame, node: ast.If) -> bool:
    """`if` with its `elif`s; what a test says of its variable holds inside its branch."""
    kind = node.test.__class__
    if kind is ast.Name or kind is ast.Attribute:
        if getattr(node.test, "id", getattr(node.test, "attr", "")) == "TYPE_CHECKING":
            return execute(frame, node.body)
    elif kind is ast.Constant and not node.test.value:  # type: ignore[attr-defined]
        return execute(frame, node.orelse) if node.orelse else True
    branches: list[Changes] = []
    current = node
    no_text = ""
    nothing: list[str] = []
    lacking: list[tuple[str, Keys]] = []
    while True:
        evaluate(frame, current.test)
        lacking.extend(lacking_else(frame, current.test))
        outer = frame.mark()
        empty = empty_in(current.test)
        if not empty and _is_refusal(current.body):
            empty = _no_text_in(current.test)
        if empty in frame.env:
            frame.assign(empty, CLEAN)
        else:
            narrow(frame, current.test)
        is_debug = _asks_for_debug(frame.program.language, current.test)
        frame.debugging += is_debug
        falls = execute(frame, current.body)
        frame.debugging -= is_debug
        left = frame.undo(outer)
        if left.get(empty) is CLEAN:
            del left[empty]
        if falls:
            branches.append(left)
        rest = current.orelse
        if rest:
            no_text = no_text or _text_in(current.test)
            if current.test.__class__ is ast.Name:
                nothing.append(current.test.id)
        if len(rest) == 1 and rest[0].__class__ is ast.If:
            current = rest[0]
            continue
        break
    outer = frame.mark()
    if no_text in frame.env and _is_refusal(rest):
        frame.assign(no_text, CLEAN)
    for name in nothing:
        if name in frame.env:
            frame.assign(name, CLEAN)
    _leave_out(frame, lacking)
    falls = execute(frame, rest) if rest else True
    left = frame.undo(outer)
    for name in nothing:
        if left.get(name) is CLEAN:
            del left[name]
    if falls:
        branches.append(left)
    frame.merge(branches)
    return bool(branches)


def _leave_out(frame: Frame, lacking: Iterable[tuple[str, Keys]]) -> None:
    """Bind variables to their mappings without the parts under some keys."""
    for name, keys in lacking:
        value = frame.env.get(name)
        left = None if value is None else without(value, keys)
        if left is not None and left is not value:
            frame.assign(name, left)


def _asks_for_debug(language: Language, test: ast.expr) -> bool:
    """`if settings.DEBUG`: what follows does not happen in production."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(_asks_for_debug(language, part) for part in test.values)
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.Eq, ast.In)):
        is_stage = _asked_of(test.left).endswith(language.stages)
        return is_stage and _is_development(language, test.comparators[0])
    if isinstance(test, ast.Attribute) and test.attr == "DEBUG":
        return bare_name(test.value) in language.debug_holders
    return _asked_of(test) in language.debug_switches


def _asked_of(node: ast.expr) -> str:
    """The last name or key of what is asked: `conf["developer_mode"]`, `os.environ.get("ENV")`."""
    if isinstance(node, ast.Subscript):
        node = node.slice
    elif isinstance(node, ast.Call) and node.args and getattr(node.func, "attr", "") in _READERS:
        node = node.args[0]
    name = getattr(node, "attr", getattr(node, "id", getattr(node, "value", "")))
    return name.lower() if isinstance(name, str) else ""


def _is_development(language: Language, node: ast.expr) -> bool:
    """`"local"`, `("dev", "test")`."""
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    values = [part.value if isinstance(part, ast.Constant) else None for part in parts]
    return language.development_stages.issuperset(values)


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
    is_not = test.__class__ is ast.UnaryOp and test.op.__class__ is ast.Not
    return _text_in(test.operand) if is_not else ""  # type: ignore[attr-defined]


def _text_in(test: ast.expr) -> str:
    """The variable of `isinstance(x, str)`, if a text is among the types asked for."""
    if not isinstance(test, ast.Call) or len(test.args) != 2:
        return ""
    is_asked = getattr(test.func, "id", "") == "isinstance" and _names_text(test.args[1])
    return getattr(test.args[0], "id", "") if is_asked else ""


def _names_text(types: ast.expr) -> bool:
    """True for `str`, `six.string_types`, `(str, bytes)`, `str | int`, `string_types + (int,)`."""
    if isinstance(types, ast.Tuple):
        return any(map(_names_text, types.elts))
    if isinstance(types, ast.BinOp):
        return _names_text(types.left) or _names_text(types.right)
    return bare_name(types) in _TEXT_TYPES


def _is_refusal(body: list[ast.stmt]) -> bool:
    """True if a branch ends in `raise`: the value is of a kind that nobody expected."""
    return bool(body) and body[-1].__class__ is ast.Raise


def narrow(frame: Frame, test: ast.expr) -> None:
    """`isinstance(x, C)` gives `x` the type C inside the branch."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for part in test.values:
            narrow(frame, part)
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
    if value is None or kind is None:
        return
    if value.type is None or (value.deps and isinstance(value.type, Class)):
        frame.assign(test.args[0].id, value.replace(type=kind, opaque=False))


def loop_statement(frame: Frame, node: ast.For | ast.AsyncFor | ast.While) -> bool:
    """`for` and `while`."""
    source: Val | None = None
    if isinstance(node, ast.While):
        evaluate(frame, node.test)
    else:
        source = evaluate(frame, node.iter)
        note_drawn(frame, node.target, node.iter)
        passed = passed_by(frame, node)
        if passed:
            source = viewed_without(frame, node.iter, passed) or source
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
    if not isinstance(node, ast.While):
        _leave_out(frame, written_over(frame, node))
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


def try_statement(frame: Frame, node: Any) -> bool:
    """`try`: what its body raises reaches the handlers; the rest leaves the function."""
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


def match_statement(frame: Frame, node: ast.Match) -> bool:
    """`match`: each pattern binds parts of the subject."""
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
