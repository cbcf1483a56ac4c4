"""Exceptions: their text travels from `raise` to the handler that catches it.

A library's exception carries data only when the guarded block hands personal data to a call the
catalogue names as able to raise it. An exception without such evidence shows nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gdprlint.engine.arguments import Given
from gdprlint.engine.catalogue import CarrierSpec
from gdprlint.engine.declared import Class, Function, Super
from gdprlint.engine.dispatch import evaluate, execute
from gdprlint.engine.frame import Frame
from gdprlint.engine.lineage import bases_of, kind_of, library_bases, method_of
from gdprlint.engine.messages import Leaf, leaves
from gdprlint.engine.places import span_of
from gdprlint.engine.reveal import TEXT_FIELD
from gdprlint.engine.sinks import show
from gdprlint.engine.summaries import Raised
from gdprlint.engine.texts import shown, text_provider
from gdprlint.engine.values import (
    CLEAN,
    FULL,
    POSSIBLE,
    TEXT,
    Val,
    doubted,
    flat_tags,
    join,
    join_all,
)
from gdprlint.model import Step

Carried = tuple[CarrierSpec, Val]

_NEVER_TEXT = frozenset(("headers", "request", "response"))
_OF_BASE = ((), ("args",))
_ALL = frozenset(("Exception", "BaseException", "builtins.Exception", "builtins.BaseException"))


def raise_statement(frame: Frame, node: ast.Raise) -> None:
    """Record what a raised exception's text shows, and send it on its way."""
    if node.cause is not None:
        evaluate(frame, node.cause)
    exception = node.exc
    if exception is None:
        if frame.handling:
            _send(frame, node, frame.handling[-1])
        return
    if isinstance(exception, ast.Call):
        kind = evaluate(frame, exception.func)
        parts = _text_parts(frame, exception, kind)
        told = [leaf for part in parts for leaf in leaves(frame, part)]
        if isinstance(kind.ref, Class):
            written = _written_text(frame, exception, kind.ref, told)
            told = _told_by_class(frame, exception, kind.ref, told, written)
        sinks = "validation" if _is_user_error(frame, kind) else "exception"
        show(frame, told, sinks, _class_name(exception.func))
        text = join_all(value for _, value in told) if told else CLEAN
        _send(frame, node, exception_value(_dotted(kind, exception.func), text, kind))
        return
    value = evaluate(frame, exception)
    if isinstance(value.ref, (Class, str)):
        value = exception_value(_dotted(value, exception), CLEAN, value)
    _send(frame, node, value)


def _text_parts(frame: Frame, exception: ast.Call, kind: Val) -> Iterator[ast.expr]:
    """The arguments that become an exception's text: those by position, and of a library's
    exception the keywords that name a text; `request=` and `response=` are kept beside it."""
    yield from (arg for arg in exception.args if not isinstance(arg, ast.Starred))
    is_own = isinstance(kind.ref, Class) and method_of(frame.program, kind.ref, "__init__") is None
    text = frame.program.language.exception_text
    for keyword in exception.keywords:
        if keyword.arg in text or (is_own and keyword.arg not in _NEVER_TEXT):
            yield keyword.value


def _is_likely(leaf: Leaf) -> bool:
    return any(tag.confidence > POSSIBLE for tag in leaf[1].tags)


def _written_text(
    frame: Frame, exception: ast.Call, cls: Class, given: list[Leaf]
) -> list[Leaf] | None:
    """What the `__str__` of a project's exception shows of what it is given; None if it has none,
    or one that asks its base for the text."""
    method = text_provider(frame.program, cls, "str")
    if not isinstance(method, Function) or method_of(frame.program, cls, "__init__") is None:
        return None
    returns = frame.program.summary_of(method).returns
    if returns.opaque or all(dep.path[:1] in _OF_BASE for dep in returns.deps):
        return None
    if not any(value.tags or value.deps for _, value in given):
        return []
    tags, deps = shown(frame, evaluate(frame, exception), cls, "str", 0)
    return [(exception, Val(tags, deps, type="str"))] if tags or deps else []


def _told_by_class(
    frame: Frame, exception: ast.Call, cls: Class, given: list[Leaf], written: list[Leaf] | None
) -> list[Leaf]:
    """What the text of a project's exception shows of what it is given: what its `__str__` shows,
    what its `__init__` hands on to its base, else all of it."""
    if written is not None and not written:
        return []
    made = _own_text(frame, exception, cls)
    if not any(map(_is_likely, given)):
        return written or (given if made is None else [(exception, made)])
    if made is None or text_provider(frame.program, cls, "str") != "nothing":
        return given
    return [leaf for leaf in given if _is_part(leaf[1], made)]


def _is_part(value: Val, text: Val) -> bool:
    """Whether a text shows a value: its data or its inputs are among those of the text."""
    inputs = {dep.name for dep in text.deps}
    if inputs and value.deps:
        return any(dep.name in inputs for dep in value.deps)
    shown = {tag.category for tag in text.tags}
    return any(tag.category in shown for tag in value.tags)


def _own_text(frame: Frame, exception: ast.Call, cls: Class) -> Val | None:
    """The text that an exception's own `__init__` makes of what it is given, if it makes one."""
    if method_of(frame.program, cls, "__init__") is None:
        return None
    return (evaluate(frame, exception).fields or {}).get(TEXT_FIELD)


def note_own_text(frame: Frame, node: ast.Call, base: Val) -> None:
    """`super().__init__(f"no {email}")` in an exception says what its text will be; without an
    argument that could hold data, that it shows nothing of what it was given."""
    function = frame.function
    if function.cls is None or function.name != "__init__" or not isinstance(base.ref, Super):
        return
    if kind_of(frame.program, function.cls) == "exception":
        texts = [value for arg in node.args for _, value in leaves(frame, arg)]
        told = [text for text in texts if text.tags or text.deps]
        if told:
            frame.writes[TEXT_FIELD] = join_all(told)
        elif not (node.keywords or any(text.opaque for text in texts) or _has_starred(node)):
            frame.writes.setdefault(TEXT_FIELD, TEXT)


def _has_starred(node: ast.Call) -> bool:
    """True for `f(*args)`."""
    return any(isinstance(arg, ast.Starred) for arg in node.args)


def _send(frame: Frame, node: ast.Raise, value: Val) -> None:
    text = (value.fields or {}).get(TEXT_FIELD, CLEAN)
    if not (text.tags or text.deps):
        return
    kind = value.type
    name = kind.name if isinstance(kind, Class) else kind or "Exception"
    span = span_of(frame.module, node)
    hop = Step(span, "hop", f"raised as `{name.rpartition('.')[2]}`")
    tags = tuple(t._replace(hops=(*t.hops, hop)) for t in text.tags if hop not in t.hops)
    bases = bases_of(frame.program, kind)[1:] if isinstance(kind, Class) else ()
    names = tuple(base if isinstance(base, str) else base.name for base in bases)
    frame.raises.append(Raised(name, text.replace(tags=tags), span, names))


def exception_value(name: str, text: Val, kind: Val | None = None) -> Val:
    """An exception of that class whose `str()` is `text`."""
    known = kind.ref if kind is not None and isinstance(kind.ref, Class) else name
    return Val(type=known, fields={TEXT_FIELD: text})


def _is_user_error(frame: Frame, kind: Val) -> bool:
    """Whether the framework hands the text to the person who filled in a form, and to no log."""
    known = frame.program.language.user_errors
    if isinstance(kind.ref, Class):
        return not known.isdisjoint(library_bases(frame.program, kind.ref))
    return isinstance(kind.ref, str) and kind.ref in known


def _class_name(node: ast.expr) -> str:
    return getattr(node, "attr", getattr(node, "id", "Exception"))


def _dotted(value: Val, node: ast.expr) -> str:
    if isinstance(value.ref, Class):
        return value.ref.name
    return value.ref if isinstance(value.ref, str) else _class_name(node)


def assert_message(frame: Frame, node: ast.Assert) -> None:
    """`assert test, message` raises AssertionError with the message as its text."""
    if node.msg is not None:
        show(frame, leaves(frame, node.msg), "exception", "AssertionError")


def run_guarded(frame: Frame, body: list[ast.stmt], carried: list[Carried]) -> bool:
    """Run the body of a `try`, noting in `carried` what is handed to calls that may raise it."""
    frame.guards.append(carried)
    falls = execute(frame, body)
    frame.guards.pop()
    return falls


def note_carrier(frame: Frame, names: tuple[str, ...], given: Given) -> None:
    """Inside a `try`: remember data handed to a call whose exceptions show their arguments."""
    by_name = frame.program.catalogue.carriers_by_call
    for name in names:
        for carrier in by_name.get(name, ()):
            values = [*given.args, *given.keywords.values()]
            if carrier.shows == "url":
                values = values[:1]
            tags = tuple(t for v in values for t in flat_tags(v) if t.disclosure == FULL)
            if carrier.shows == "addresses":
                tags = tuple(t for t in tags if t.category.startswith("contact."))
            if tags:
                frame.guards[-1].append((carrier, Val(tags, type="str")))


def caught(
    frame: Frame, handler: ast.ExceptHandler, raised: list[Raised], carried: list[Carried]
) -> tuple[Val, list[Raised]]:
    """The exception a handler binds, and the raised ones it lets pass."""
    names = handler_names(frame, handler)
    mine = [r for r in raised if any(_catches(names, name) for name in (r.type, *r.bases))]
    rest = [r for r in raised if r not in mine]
    text = CLEAN
    for one in mine:
        text = one.text if text is CLEAN else join(text, one.text)
    for carrier, value in carried:
        shown = _carried_text(names, carrier, value)
        if shown is not None:
            text = shown if text is CLEAN else join(text, shown)
    kind = names[0] if names else "builtins.Exception"
    return Val(type=kind, fields={TEXT_FIELD: text}), rest


def _carried_text(names: list[str], carrier: CarrierSpec, value: Val) -> Val | None:
    """The carrier's data in the text of the exception; surely only if the handler names it."""
    last = {n.rpartition(".")[2] for n in carrier.exceptions}
    if any(n.rpartition(".")[2] in last for n in names):
        return value
    if names and not any(n in _ALL for n in names):
        return None
    return doubted(value)


def handler_names(frame: Frame, handler: ast.ExceptHandler) -> list[str]:
    """The classes a handler names, as project class names or dotted names."""
    if handler.type is None:
        return []
    nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [_dotted(evaluate(frame, node), node) for node in nodes]


def _catches(names: list[str], raised: str) -> bool:
    if not names or any(n in _ALL for n in names):
        return True
    last = raised.rpartition(".")[2]
    if any(n == raised or n.rpartition(".")[2] == last for n in names):
        return True
    return any(_is_base(n, last) for n in names)


def _is_base(name: str, raised: str) -> bool:
    import builtins

    base = getattr(builtins, name.rpartition(".")[2], None)
    kind = getattr(builtins, raised, None)
    return isinstance(base, type) and isinstance(kind, type) and issubclass(kind, base)
