"""Template methods: a base class shows what `self.hook()` gives, and a subclass supplies the hook.

The call of an own method is a symbolic input, a step `hook()` on the way from `self`, beside what
the base's own version returns. It is resolved where the class is known: at a call on an instance,
in the text of an instance, and for each class that overrides a hook of a base in the project.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from gdprlint.engine.consulted import fact_of_class
from gdprlint.engine.declared import Class, Function, Module
from gdprlint.engine.frame import Frame
from gdprlint.engine.values import CLEAN, POSSIBLE, UNKNOWN, Val, flat_tags, merge_deps
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TypeAlias

    from gdprlint.engine.observations import Flow
    from gdprlint.engine.program import Program
    from gdprlint.engine.summaries import SinkDep

CALL = "()"
OwnPromises: TypeAlias = "tuple[tuple[Function, SinkDep, str], ...]"


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
    key = (id(value), step)
    known = frame.hooks.get(key)
    if known is not None:
        return known[1]
    given = _supplied(frame, value, step, node)
    if not flat_tags(given):  # a tag tells where it was read
        frame.hooks[key] = (value, given)
    return given


def _supplied(frame: Frame, value: Val, step: str, node: ast.expr) -> Val:
    outer = frame.part_of(value, step) if value.deps else CLEAN
    if not isinstance(value.type, Class):
        return outer
    method = lineage.method_of(frame.program, value.type, step[: -len(CALL)])
    if method is None or not method.has_self() or not method.params:
        return outer
    summary = frame.program.summary_of(method)
    if summary.hides:
        return outer
    call = Call(method.id, {method.params[0].name: value}, node, {})
    given = substitute(frame, summary.returns, call)
    return given if outer is CLEAN else given.replace(deps=merge_deps(given.deps, outer.deps))


def inherited_flows(program: Program, cls: Class) -> Iterator[Flow]:
    """What methods inherited from the project show of the hooks that a class overrides."""
    hooks = {n: f for n, f in cls.methods.items() if not n.startswith("__") and f.has_self()}
    if hooks and cls.bases:
        for base in lineage.bases_of(program, cls)[1:]:
            if isinstance(base, Class):
                yield from _shown_by(program, cls, base, hooks)


def _shown_by(
    program: Program, cls: Class, base: Class, hooks: dict[str, Function]
) -> Iterator[Flow]:
    from gdprlint.engine.calls import keep_promise, passed_to

    names = asked_of_itself(base.module)
    asked = [name for name in hooks if name in base.methods and name in names]
    if not asked:
        return
    for method, promise, name in _own_promises(program, base):
        if name not in asked or method.name in cls.methods:
            continue
        hook = hooks[name]
        frame = Frame(program, hook, {})
        given = {method.params[0].name: Val(type=cls)}
        call = Call(method.id, given, _place(hook), {})
        hop = passed_to(frame, method, call)
        keep_promise(frame, promise, call, {}, hop, is_hook=True)
        yield from frame.flows.values()


@fact_of_class
def _own_promises(program: Program, base: Class) -> OwnPromises:
    """What the methods of a class show of its own calls: the method, the promise, who is called."""
    known = base.cache.get("promises")
    if known is None:
        since = len(program.pending)
        found = tuple(
            (method, promise, promise.dep.path[0].removesuffix(CALL))
            for method in base.methods.values()
            if method.params
            for promise in program.summary_of(method).sinks
            if promise.dep.owner == method.id
            and promise.dep.path
            and promise.dep.path[0].endswith(CALL)
        )
        known = program.keep(base.cache, "promises", found, since)
    return known  # type: ignore[return-value]


def asked_of_itself(module: Module) -> frozenset[str]:
    """Names that some method of the module asks of its own object."""
    if module.asks_itself is None:
        # fixed letters come first, which `re` looks for before it tries anything else
        module.asks_itself = frozenset(re.findall(r"self\.(?<!\wself\.)(\w+)", module.text))
    return module.asks_itself


def _place(hook: Function) -> ast.expr:
    """The line of the method that supplies the data, as far as its first letter."""
    return ast.Name("self", ast.Load(), lineno=hook.line, col_offset=0, end_lineno=hook.line,
                    end_col_offset=1)  # fmt: skip


# the engine is one recursion: values of calls need classes, texts of classes need calls
from gdprlint.engine import lineage  # noqa: E402
from gdprlint.engine.substitute import Call, substitute  # noqa: E402
