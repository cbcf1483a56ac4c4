"""Calls: of project functions through their summaries, of classes, of libraries through facts."""

from __future__ import annotations

import ast
from typing import NamedTuple

from gdprlint.engine.declared import Bound, Class, Function, Partial
from gdprlint.engine.frame import Frame
from gdprlint.engine.places import span_of, text_of
from gdprlint.engine.sinks import record
from gdprlint.engine.substitute import resolve, substitute
from gdprlint.engine.summaries import BOTTOM, Raised, SinkDep, Summary
from gdprlint.engine.values import (
    CLEAN,
    LIKELY,
    MAX_FIELDS,
    MAX_HOPS,
    UNKNOWN,
    Val,
    join,
    join_all,
    with_hop,
)
from gdprlint.model import Step


class Given(NamedTuple):
    """The evaluated arguments of a call, with the nodes they came from."""

    args: list[Val]
    keywords: dict[str, Val]
    nodes: list[ast.expr]
    keyword_nodes: dict[str, ast.expr]
    starred: list[int]
    has_unknown: bool


def evaluate_call(frame: Frame, node: ast.Call) -> Val:
    """The value of a call; what it shows, raises and writes is recorded on the way."""
    from gdprlint.engine import loggers, transfer
    from gdprlint.engine.attributes import attribute_of
    from gdprlint.engine.expressions import evaluate

    func = node.func
    program = frame.program
    base: Val | None = None
    if program.options.audit and getattr(func, "attr", getattr(func, "id", "")) in (
        program.options.audit_names
    ):
        from gdprlint.engine.effects import show_event

        show_event(frame, node)
    if func.__class__ is ast.Attribute:
        base = evaluate(frame, func.value)  # type: ignore[attr-defined]
        method = func.attr  # type: ignore[attr-defined]
        if program.options.audit:
            from gdprlint.engine.effects import EFFECTS, note_effect

            if method in EFFECTS:
                note_effect(frame, node, base)
        if method in program.level_methods:
            spec = loggers.logger_of(frame, base, func.value)  # type: ignore[attr-defined]
            if spec is not None and loggers.is_level(frame, spec, method):
                return loggers.log_call(frame, node, base, spec, method)
        elif method in program.catalogue.bind_methods:
            spec = loggers.logger_of(frame, base, func.value)  # type: ignore[attr-defined]
            if spec is not None and method in spec.bind:
                return loggers.bind_call(frame, node, base, spec)
        callee = attribute_of(frame, base, method, func, is_call=True)  # type: ignore[arg-type]
    else:
        callee = evaluate(frame, func)
    if callee.ref is None:
        return transfer.unknown_call(frame, node, base, callee)
    return call_reference(frame, node, callee, base, given_of(frame, node))


def given_of(frame: Frame, node: ast.Call) -> Given:
    """Evaluate the arguments of a call, in order."""
    from gdprlint.engine.expressions import evaluate

    args: list[Val] = []
    keywords: dict[str, Val] = {}
    keyword_nodes: dict[str, ast.expr] = {}
    starred: list[int] = []
    has_unknown = False
    for index, arg in enumerate(node.args):
        value = evaluate(frame, arg)
        if arg.__class__ is ast.Starred:
            starred.append(index)
        elif arg.__class__ is ast.Constant and isinstance(arg.value, (str, int)):  # type: ignore[attr-defined]
            value = Val(const=arg.value)  # type: ignore[attr-defined]
        args.append(value)
    for keyword in node.keywords:
        value = evaluate(frame, keyword.value)
        if keyword.arg is None:
            has_unknown = value.type != "dict" or value.element is not None
            for name, part in (value.fields or {}).items():
                keywords.setdefault(name, part)
                keyword_nodes.setdefault(name, keyword.value)
            if value.deps or value.tags or value.element:
                keywords["**"] = value
                keyword_nodes["**"] = keyword.value
        else:
            if keyword.value.__class__ is ast.Constant:
                value = Val(const=keyword.value.value)  # type: ignore[attr-defined]
            keywords[keyword.arg] = value
            keyword_nodes[keyword.arg] = keyword.value
    return Given(args, keywords, list(node.args), keyword_nodes, starred, has_unknown)


def call_reference(
    frame: Frame, node: ast.Call, callee: Val, base: Val | None, given: Given
) -> Val:
    """Call whatever the callee's reference denotes."""
    from gdprlint.engine import classes, transfer

    ref = callee.ref
    if isinstance(ref, Function):
        receiver = base if ref.cls is not None and "classmethod" in ref.flags else None
        return apply(frame, node, ref, receiver, given)
    if isinstance(ref, Bound):
        return apply(frame, node, ref.function, ref.receiver, given)
    if isinstance(ref, Class):
        return classes.construct(frame, node, ref, given)
    if isinstance(ref, Partial):
        merged = given._replace(
            args=[*ref.args, *given.args],
            nodes=[*([node.func] * len(ref.args)), *given.nodes],
            keywords={**dict(ref.keywords), **given.keywords},
        )
        return call_reference(frame, node, ref.target, base, merged)
    if isinstance(ref, str):
        return transfer.library_call(frame, node, ref, base, given)
    return UNKNOWN


def apply(
    frame: Frame, node: ast.Call, function: Function, receiver: Val | None, given: Given
) -> Val:
    """Call a function of the project: its summary, with the arguments put in."""
    from gdprlint.engine.transfer import is_trusted_sanitizer, note_watched

    if frame.program.options.watch:
        note_watched(frame, node, dotted_of(function), given)
    summary = frame.program.summary_of(function)
    if summary is BOTTOM:
        return UNKNOWN
    args, nodes = bind(frame, node, function, receiver, given)
    effects(frame, node, function, summary, args, nodes)
    if summary.is_stub:
        if is_trusted_sanitizer(frame, function.name):
            return CLEAN
        return UNKNOWN
    result = substitute(frame, summary.returns, function.id, args, node)
    if receiver is not None and function.cls is not None:
        result = _for_subclass(frame, result, function.cls, receiver)
    if result.tags:
        hop = Step(span_of(frame.module, node), "hop", f"`{function.qualname}` returns it")
        result = with_hop(result, hop)
    return result


def _for_subclass(frame: Frame, value: Val, base: Class, receiver: Val, depth: int = 0) -> Val:
    """A method inherited from `base` makes instances of the class it is called on."""
    from gdprlint.engine.classes import bases_of

    actual = receiver.ref if isinstance(receiver.ref, Class) else receiver.type
    if not isinstance(actual, Class) or actual is base or depth > 1:
        return value
    if base not in bases_of(frame.program, actual):
        return value
    element = value.element
    if element is not None:
        element = _for_subclass(frame, element, base, receiver, depth + 1)
    kind = actual if value.type is base else value.type
    if kind is value.type and element is value.element:
        return value
    return Val(
        value.tags,
        value.deps,
        type=kind,
        fields=value.fields,
        element=element,
        keys=value.keys,
        ref=value.ref,
        opaque=value.opaque,
    )


def effects(
    frame: Frame,
    node: ast.Call,
    function: Function,
    summary: Summary,
    args: dict[str, Val],
    nodes: dict[str, ast.expr],
) -> None:
    """What a call shows and raises, in terms of the caller."""
    for promise in summary.sinks:
        if promise.dep.owner == function.id:
            _keep_promise(frame, node, function, promise, args, nodes)
        else:
            frame.add_sink(promise)
    for raised in summary.raises:
        text = substitute(frame, raised.text, function.id, args, node)
        if text.tags or text.deps:
            hop = Step(span_of(frame.module, node), "hop", f"raised inside `{function.qualname}`")
            frame.raises.append(Raised(raised.type, with_hop(text, hop), raised.span))
        else:
            frame.raises.append(raised._replace(text=text))


def _keep_promise(
    frame: Frame,
    node: ast.Call,
    function: Function,
    promise: SinkDep,
    args: dict[str, Val],
    nodes: dict[str, ast.expr],
) -> None:
    dep = promise.dep
    if not dep.show:
        dep = dep._replace(show="str")
    value = resolve(frame, dep, args, node)
    if not (value.tags or value.deps):
        return
    place = nodes.get(dep.name, node)
    span = span_of(frame.module, place)
    sink = Step(promise.span, "sink", f"shown by `{promise.sink}`")
    call = Step(span_of(frame.module, node), "hop", f"passed to `{function.qualname}`")
    named = False
    for tag in value.tags:
        hops = (call, *promise.hops, sink)
        record(
            frame,
            tag,
            promise.sinks,
            promise.sink,
            promise.level,
            span,
            text_of(frame.module, place),
            hops,
        )
        named = named or tag.confidence >= LIKELY
    if not named and len(promise.hops) < MAX_HOPS:
        for outer in value.deps:
            frame.add_sink(promise._replace(dep=outer, hops=(call, *promise.hops)))


def bind(
    frame: Frame, node: ast.Call, function: Function, receiver: Val | None, given: Given
) -> tuple[dict[str, Val], dict[str, ast.expr]]:
    """Arguments by parameter name, and the node each came from."""
    args: dict[str, Val] = {}
    nodes: dict[str, ast.expr] = {}
    params = function.params
    start = 0
    if receiver is not None and params and function.has_self():
        args[params[0].name] = receiver
        nodes[params[0].name] = node.func
        start = 1
    plain = [p for p in params[start:] if p.kind == "plain"]
    names = {p.name for p in params if p.kind in ("plain", "keyword")}
    extra: list[Val] = []
    for index, value in enumerate(given.args):
        if index in given.starred:
            spread = value.element or value
            for param in plain[index:]:
                args.setdefault(param.name, spread)
                nodes.setdefault(param.name, given.nodes[index])
            extra.append(spread)
        elif index < len(plain):
            args[plain[index].name] = value
            nodes[plain[index].name] = given.nodes[index]
        else:
            extra.append(value)
    rest: dict[str, Val] = {}
    for name, value in given.keywords.items():
        if name in names:
            args[name] = value
            nodes[name] = given.keyword_nodes.get(name, node)
        elif len(rest) < MAX_FIELDS:
            rest[name] = value
    _bind_rest(function, node, given, args, nodes, extra, rest)
    return args, nodes


def _bind_rest(
    function: Function,
    node: ast.Call,
    given: Given,
    args: dict[str, Val],
    nodes: dict[str, ast.expr],
    extra: list[Val],
    rest: dict[str, Val],
) -> None:
    spread = rest.pop("**", None)
    for param in function.params:
        if param.kind == "args" and extra:
            args[param.name] = Val(type="list", element=join_all(extra))
            carrying = [
                n for n, v in zip(given.nodes, given.args, strict=False) if v.tags or v.type
            ]
            nodes[param.name] = carrying[-1] if carrying else node
        elif param.kind == "kwargs" and (rest or spread):
            value = Val(type="dict", fields=rest)
            args[param.name] = value if spread is None else join(value, spread)
            nodes[param.name] = next(
                (given.keyword_nodes[n] for n in rest if n in given.keyword_nodes), node
            )


def dotted_of(function: Function) -> str:
    """The dotted name of a project function, as a policy would write it."""
    return f"{function.module.name}.{function.qualname}"
