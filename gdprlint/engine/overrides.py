"""Template methods: a base class shows what `self.hook()` gives, and a subclass supplies the hook.

The call of an own method is a symbolic input, a step `hook()` on the way from `self`, beside what
the base's own version returns. It is resolved where the class is known: at a call on an instance,
in the text of an instance, and for each class that overrides a hook of a base in the project.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from gdprlint.engine.declared import Class, Function, Module
from gdprlint.engine.frame import Frame
from gdprlint.engine.substitute import substitute
from gdprlint.engine.values import CLEAN, POSSIBLE, UNKNOWN, Val, merge_deps
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.observations import Flow
    from gdprlint.engine.program import Program

CALL = "()"


def is_own_call(frame: Frame, node: ast.Call, receiver: Val) -> bool:
    """True for `self.method()` (not `super().method()`) in the method that is being evaluated."""
    deps = receiver.deps
    function = frame.function
    return (
        len(deps) == 1
        and getattr(node.func, "value", None).__class__ is ast.Name
        and not deps[0].path
        and deps[0].owner == function.id
        and receiver.type is function.cls
    )


def or_overridden(
    frame: Frame, result: Val, function: Function, receiver: Val, is_stub: bool
) -> Val:
    """What an own method returns, or what a subclass's method of that name returns instead."""
    name = function.name
    is_text = result.type in (None, "str") and result.ref is None
    if not is_text or name.startswith("__") or isinstance(result.const, bool):
        return result
    if result.fields or result.element or any(t.confidence > POSSIBLE for t in result.tags):
        return result
    if result is UNKNOWN and not is_stub:
        return result
    deps = merge_deps(result.deps, frame.part_of(receiver, name + CALL).deps)
    return Val(result.tags, deps, type=result.type, opaque=result.opaque)


def supplied(frame: Frame, value: Val, step: str, node: ast.expr) -> Val:
    """What the hook of that step gives on a value: its class's method, run on it."""
    outer = frame.part_of(value, step) if value.deps else CLEAN
    if not isinstance(value.type, Class):
        return outer
    method = lineage.method_of(frame.program, value.type, step[: -len(CALL)])
    if method is None or not method.has_self() or not method.params:
        return outer
    summary = frame.program.summary_of(method)
    if summary.hides:
        return outer
    given = substitute(frame, summary.returns, method.id, {method.params[0].name: value}, node)
    return given if outer is CLEAN else given.replace(deps=merge_deps(given.deps, outer.deps))


def inherited_flows(program: Program, module: Module) -> Iterator[Flow]:
    """What methods inherited from the project show of the hooks that a class overrides."""
    for cls in module.classes:
        hooks = {n: f for n, f in cls.methods.items() if not n.startswith("__") and f.has_self()}
        if not hooks or not cls.bases:
            continue
        for base in lineage.bases_of(program, cls)[1:]:
            if isinstance(base, Class):
                yield from _shown_by(program, cls, base, hooks)


def _shown_by(
    program: Program, cls: Class, base: Class, hooks: dict[str, Function]
) -> Iterator[Flow]:
    from gdprlint.engine.calls import keep_promise

    names = asked_of_itself(base.module)
    asked = [name for name in hooks if name in base.methods and name in names]
    if not asked:
        return
    steps = {name + CALL: hooks[name] for name in asked}
    for method in base.methods.values():
        if method.name in cls.methods or not method.params:
            continue
        for promise in program.summary_of(method).sinks:
            path = promise.dep.path
            hook = steps.get(path[0]) if path and promise.dep.owner == method.id else None
            if hook is None:
                continue
            frame = Frame(program, hook, {})
            place = _place(hook)
            given = {method.params[0].name: Val(type=cls)}
            keep_promise(frame, place, method, promise, given, {}, is_hook=True)
            yield from frame.flows.values()


def asked_of_itself(module: Module) -> frozenset[str]:
    """Names that some method of the module asks of its own object."""
    if module.asks_itself is None:
        module.asks_itself = frozenset(re.findall(r"\bself\.(\w+)", module.text))
    return module.asks_itself


def _place(hook: Function) -> ast.expr:
    """The line of the method that supplies the data, as far as its first letter."""
    return ast.Name("self", ast.Load(), lineno=hook.line, col_offset=0, end_lineno=hook.line,
                    end_col_offset=1)  # fmt: skip


# the engine is one recursion: values of calls need classes, texts of classes need calls
from gdprlint.engine import lineage  # noqa: E402
