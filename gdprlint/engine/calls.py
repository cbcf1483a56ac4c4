"""Calls: of project functions through their summaries, of classes, of libraries through facts."""

from __future__ import annotations

import ast
from sys import intern

from gdprlint.engine.arguments import Given, bind, given_of
from gdprlint.engine.declared import Bound, Class, Function, LogMethod, Partial, bare_name
from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.frame import MAX_SINKS, Frame
from gdprlint.engine.overrides import CALL, is_own_call, or_overridden
from gdprlint.engine.places import span_of, text_of
from gdprlint.engine.reveal import TEXT_FIELD
from gdprlint.engine.sinks import left_open, record
from gdprlint.engine.substitute import Call, resolve, substitute
from gdprlint.engine.summaries import BOTTOM, SinkDep, Summary
from gdprlint.engine.values import (
    CLEAN,
    MAX_HOPS,
    NONE,
    UNKNOWN,
    Dep,
    Tag,
    Val,
    doubted,
    with_hop,
)
from gdprlint.engine.watched import note_watched
from gdprlint.model import Step

MAX_RAISES = 16
_BUNDLES = ("credential.auth_header", "online.cookie", "online.session_id", "container.")
FAR = 3
"""Calls an exception has to leave until its text is hardly ever what a handler is there to show."""


def evaluate_call(frame: Frame, node: ast.Call) -> Val:
    """The value of a call; what it shows, raises and writes is recorded on the way."""
    func = node.func
    program = frame.program
    base: Val | None = None
    if program.options.audit and bare_name(func) in (program.options.audit_names):
        from gdprlint.engine.effects import show_event

        show_event(frame, node)
    if func.__class__ is ast.Attribute:
        base = evaluate(frame, func.value)
        method = func.attr
        if program.options.audit:
            from gdprlint.engine.effects import EFFECTS, note_effect

            if method in EFFECTS:
                note_effect(frame, node, base)
        if method in program.level_methods:
            spec = loggers.logger_of(frame, base, func.value, method)
            if spec is not None and loggers.is_level(frame, spec, method):
                return loggers.log_call(frame, node, base, spec, method)
        elif method in program.catalogue.bind_methods:
            spec = loggers.logger_of(frame, base, func.value)
            if spec is not None and method in spec.bind:
                return loggers.bind_call(frame, node, base, spec)
        callee = attributes.attribute_of(frame, base, method, func, is_call=True)
    else:
        callee = evaluate(frame, func)
    options = program.options
    if options.sink_words and transfer.own_sink_call(frame, node, callee):
        return UNKNOWN
    ref = callee.ref
    if ref is None:
        return unknown.unknown_call(frame, node, base)
    if ref.__class__ is str and not frame.guards:
        result = unknown.plain_result(frame, ref)
        if result is not None:
            unknown.pass_by(frame, node)
            return result
    return call_reference(frame, node, callee, base, given_of(frame, node))


def call_reference(
    frame: Frame, node: ast.Call, callee: Val, base: Val | None, given: Given
) -> Val:
    """Call whatever the callee's reference denotes."""
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
    if isinstance(ref, LogMethod):
        return loggers.log_call(frame, node, ref.receiver, ref.spec, ref.method)
    if isinstance(ref, str):
        return transfer.library_call(frame, node, ref, base, given)
    return UNKNOWN


def apply(
    frame: Frame, node: ast.Call, function: Function, receiver: Val | None, given: Given
) -> Val:
    """Call a function of the project: its summary, with the arguments put in."""
    if function.name in frame.program.options.watched_words:
        note_watched(frame, node, dotted_of(function), given)
    trusted = frame.program.options.sanitizers
    if trusted and not trusted.isdisjoint((function.name, dotted_of(function))):
        return CLEAN
    summary = frame.program.summary_of(function)
    if summary is BOTTOM:
        return UNKNOWN
    result = CLEAN if summary.hides else summary.returns
    if summary.sinks or summary.raises or summary.is_symbolic or TEXT_FIELD in summary.writes:
        args, nodes = bind(frame, node, function, receiver, given)
        call = Call(function.id, args, node, {})
        effects(frame, function, summary, call, nodes)
        if TEXT_FIELD in summary.writes and frame.function.name == "__init__":
            frame.writes[TEXT_FIELD] = substitute(frame, summary.writes[TEXT_FIELD], call)
        if summary.is_symbolic and not summary.hides:
            result = substitute(frame, result, call)
    if summary.is_stub:
        result = CLEAN if transfer.is_trusted_sanitizer(frame, function.name) else UNKNOWN
    elif receiver is not None and function.cls is not None:
        result = _for_subclass(frame, result, function.cls, receiver)
    if receiver is not None and result is not NONE and is_own_call(frame, node, receiver):
        result = or_overridden(frame, result, function, receiver, summary.is_stub)
    if result is UNKNOWN and summary.is_stub and summary.returns is not NONE:
        result = summary.returns
    if result.tags:
        result = _told_by_getter(frame, node, function, result)
        hop = Step(span_of(frame.module, node), "hop", f"`{function.qualname}` returns it")
        result = with_hop(result, hop)
    return result


def _told_by_getter(frame: Frame, node: ast.Call, function: Function, value: Val) -> Val:
    """What a function takes out of a header, a cookie or a request, by its own name:
    `get_username()` returns no cookie."""
    if frame.program.silent[function.name] or not any(map(_is_bundle, value.tags)):
        return value
    match = frame.program.lexicon.classify(function.name, (), True, function.module.context)
    if match is None or match.confidence == "possible" or match.category.startswith(_BUNDLES):
        return value
    tags = tuple(
        tag._replace(category=match.category, reason=f"{tag.reason}; {match.why}", form="value")
        if _is_bundle(tag)
        else tag
        for tag in value.tags
    )
    return value.replace(tags=tags)


def _is_bundle(tag: Tag) -> bool:
    return tag.category.startswith(_BUNDLES)


def _for_subclass(frame: Frame, value: Val, base: Class, receiver: Val, depth: int = 0) -> Val:
    """A method inherited from `base` makes instances of the class it is called on."""
    actual = receiver.ref if isinstance(receiver.ref, Class) else receiver.type
    if not isinstance(actual, Class) or actual is base or depth > 1:
        return value
    if base not in lineage.bases_of(frame.program, actual):
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
    frame: Frame, function: Function, summary: Summary, call: Call, nodes: dict[str, ast.expr]
) -> None:
    """What a call shows and raises, in terms of the caller."""
    if summary.sinks and (
        len(frame.sinks) < MAX_SINKS or not all(map(_is_symbol, call.args.values()))
    ):
        hop = passed_to(frame, function, call)
        for promise in summary.sinks:
            if promise.dep.owner == function.id:
                keep_promise(frame, promise, call, nodes, hop)
            else:
                frame.add_sink(promise)
    for raised in summary.raises:
        if len(frame.raises) >= MAX_RAISES:
            return
        text = substitute(frame, raised.text, call)
        if text.tags or text.deps:
            if text.tags:
                place = span_of(frame.module, call.node)
                hop = Step(place, "hop", f"raised inside `{function.qualname}`")
                text = with_hop(text, hop)
            left = raised.calls + 1
            if left >= FAR and text.tags:
                text = doubted(text)
            frame.raises.append(raised._replace(text=text, calls=left))


def passed_to(frame: Frame, function: Function, call: Call) -> Step:
    """The call as a station on the way of what it is given."""
    text = intern(f"passed to `{function.qualname}`")
    return Step(span_of(frame.module, call.node), "hop", text)


def _is_symbol(value: Val) -> bool:
    """Whether nothing is known of a value but which inputs it stands for."""
    parts = (value.tags, value.type, value.fields, value.element, value.keys, value.ref)
    return not any(parts)


def keep_promise(
    frame: Frame,
    promise: SinkDep,
    call: Call,
    nodes: dict[str, ast.expr],
    hop: Step,
    *,
    is_hook: bool = False,
) -> None:
    """Record what a callee shows of the arguments; what a hook supplies is told of at the hook."""
    dep = promise.dep
    given = call.args.get(dep.name)
    if given is None or given is UNKNOWN or given is CLEAN or given is NONE:
        return
    if not dep.show:
        dep = Dep(dep.owner, dep.name, dep.path, "str", dep.disclosure)
    value = resolve(frame, dep, call)
    tags = value.tags
    if tags and dep.path and dep.path[0].endswith(CALL) and not is_hook:
        tags = ()
    inputs = [outer for outer in value.deps if frame.lacks(outer, promise)]
    if not (tags or inputs):
        return
    hops = (hop, *promise.hops)
    if tags:
        place = nodes.get(dep.name, call.node)
        span, text = span_of(frame.module, place), text_of(frame.module, place)
        way = (*hops, Step(promise.span, "sink", f"shown by `{promise.sink}`"))
        for tag in tags:
            record(frame, tag, promise.sinks, promise.sink, promise.level, span, text, way)
    if inputs and not frame.debugging and len(promise.hops) < MAX_HOPS:
        _, sinks, sink, level, shown, _ = promise
        for outer in left_open(frame, tags, inputs, None if dep.path else given):
            frame.add_sink(SinkDep(outer, sinks, sink, level, shown, hops))


def dotted_of(function: Function) -> str:
    """The dotted name of a project function, as a policy would write it."""
    return f"{function.module.name}.{function.qualname}"


# the engine is one recursion: values of calls need classes, texts of classes need calls
from gdprlint.engine import attributes, classes, lineage, loggers, transfer, unknown  # noqa: E402
