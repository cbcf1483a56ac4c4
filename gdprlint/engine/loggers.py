"""Recognising a logger, and what a call of one of its methods shows.

First hit wins: the value came from a known constructor; its name is configured; its name looks
like a logger's, its type is not known and the method is a level.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gdprlint.engine.catalogue import LoggerSpec
from gdprlint.engine.declared import Class, bare_name
from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.frame import Frame
from gdprlint.engine.messages import (
    Leaf,
    brace_argument_leaves,
    brace_fields,
    leaves,
    percent_leaves,
    template_text,
)
from gdprlint.engine.naming import by_name, keyed
from gdprlint.engine.reveal import text_value
from gdprlint.engine.sinks import show
from gdprlint.engine.values import UNKNOWN, Val, flat_deps, join, merge_deps, merge_tags

DEFAULT = "logging.Logger"
BOUND = "__bound__"
_STANDARD_KEYWORDS = frozenset(("exc_info", "stack_info", "stacklevel", "extra"))


def logger_of(frame: Frame, base: Val, node: ast.expr, method: str = "") -> LoggerSpec | None:
    """What kind of logger the receiver of a method call is, or None; a method that only loggers
    have makes one of an object of which nothing is known."""
    loggers = frame.program.catalogue.loggers
    kind = base.type
    if isinstance(kind, str) and kind in loggers:
        return loggers[kind]
    if isinstance(kind, Class):
        return _project_logger(frame, kind, loggers)
    if isinstance(base.ref, str):
        known = loggers.get(frame.program.catalogue.constructors.get(base.ref, base.ref))
        is_imported_logger = "." in base.ref and _is_named_like_logger(frame, node)
        return known or (loggers.get(DEFAULT) if is_imported_logger else None)
    if base.ref is not None or kind is not None:
        return None
    is_logger = _is_named_like_logger(frame, node) or (
        method in frame.program.language.telling_levels and not base.tags
    )
    return loggers.get(DEFAULT) if is_logger else None


def _project_logger(frame: Frame, cls: Class, loggers: dict[str, LoggerSpec]) -> LoggerSpec | None:
    from gdprlint.engine.lineage import library_bases

    for base in library_bases(frame.program, cls):
        name = frame.program.catalogue.constructors.get(base, base)
        if name in loggers:
            return loggers[name]
    return None


def _is_named_like_logger(frame: Frame, node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        name = node.attr
    elif isinstance(node, ast.Name):
        name = node.id
    elif isinstance(node, ast.Call):
        func = node.func
        name = bare_name(func)
        if name.lower() in ("getlogger", "get_logger", "get_run_logger", "get_task_logger"):
            return True
    else:
        return False
    if name in frame.program.options.loggers:
        return True
    words = name.lower().strip("_").split("_")
    return words[-1] in frame.program.language.logger_names


def is_level(frame: Frame, spec: LoggerSpec, method: str) -> bool:
    """True for a level of this kind of logger, or one that projects commonly add to theirs."""
    return method in spec.methods or method in frame.program.language.short_levels


def log_call(frame: Frame, node: ast.Call, base: Val, spec: LoggerSpec, method: str) -> Val:
    """A call of a level method: record what its message and fields show."""
    level = spec.methods.get(method, method)
    args = list(node.args)
    if method == "log" and args and not isinstance(args[0], ast.JoinedStr):
        evaluate(frame, args.pop(0))
    name = f"{_written(node)}"
    message = list(_message(frame, node, spec, args))
    show(frame, message, spec.set, name, level)
    show(frame, _fields(frame, node, spec), spec.set, name, level)
    show(frame, _bound(node, base), spec.set, name, level)
    rest = _not_shown(_active_exception(frame, node, spec, method), message)
    show(frame, rest, spec.set, name, level)
    return UNKNOWN


def _not_shown(traceback: Iterator[Leaf], message: list[Leaf]) -> Iterator[Leaf]:
    """`log.exception("...: %s", e)` shows the text of `e` twice: one leak."""
    for node, value in traceback:
        known = {(t.category, t.span) for _, part in message for t in part.tags}
        tags = tuple(t for t in value.tags if (t.category, t.span) not in known)
        yield node, value.replace(tags=tags)


def _written(node: ast.Call) -> str:
    func = node.func
    if not isinstance(func, ast.Attribute):
        return getattr(func, "id", "log")
    holder = func.value
    while isinstance(holder, ast.Call):
        holder = holder.func
    name = bare_name(holder)
    return f"{name}.{func.attr}" if name else func.attr


def _message(
    frame: Frame, node: ast.Call, spec: LoggerSpec, args: list[ast.expr]
) -> Iterator[Leaf]:
    if not args:
        for keyword in node.keywords:
            if keyword.arg in ("msg", "event", "message"):
                yield from leaves(frame, keyword.value)
        return
    template, rest = args[0], args[1:]
    yield from leaves(frame, template)
    if spec.format == "brace":
        shown = brace_fields(template_text(frame, template))
        call = ast.Call(func=node.func, args=rest, keywords=[])
        yield from brace_argument_leaves(frame, call, shown)
    elif rest:
        constant = template if template_text(frame, template) is not None else None
        yield from percent_leaves(frame, constant, rest)


def _fields(frame: Frame, node: ast.Call, spec: LoggerSpec) -> Iterator[Leaf]:
    is_letter = any(keyword.arg == "subject" for keyword in node.keywords)
    for keyword in node.keywords:
        name = keyword.arg
        if name is None:
            value = evaluate(frame, keyword.value)
            if spec.keywords == "fields":
                yield keyword.value, text_value(frame, value, "repr")
        elif name == "extra":
            yield from _extra(frame, keyword.value)
        elif name in _STANDARD_KEYWORDS:
            evaluate(frame, keyword.value)
        elif name not in ("msg", "event", "message"):
            # the standard logger takes no other keywords, so this one takes fields
            yield from named_field(frame, name, keyword.value, is_letter=is_letter)


def named_field(
    frame: Frame, name: str, node: ast.expr, *, is_letter: bool = False
) -> Iterator[Leaf]:
    """A keyword field: the value, or what its key says while the value is not known. Beside a
    subject `from` and `to` are the addresses of a letter."""
    if isinstance(node, ast.Constant):
        return
    value = evaluate(frame, node)
    if is_letter and name in frame.program.language.letter_keys and not isinstance(node, ast.Call):
        value = by_name(frame, node, f"{name}_email", (), value) if value.opaque else value
    else:
        value = keyed(frame, name, value, node)
    yield node, text_value(frame, value, "repr")


def _extra(frame: Frame, node: ast.expr) -> Iterator[Leaf]:
    parts: list[tuple[str | None, ast.expr]]
    if isinstance(node, ast.Dict):
        keys = (getattr(key, "value", None) for key in node.keys)
        names = (key if isinstance(key, str) else None for key in keys)
        parts = list(zip(names, node.values, strict=True))
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "dict" and not node.args:
        parts = [(keyword.arg, keyword.value) for keyword in node.keywords]
    else:
        parts = [(None, node)]
    is_letter = any(name == "subject" for name, _ in parts)
    for name, value in parts:
        if name is None:
            yield value, text_value(frame, evaluate(frame, value), "repr")
        else:
            yield from named_field(frame, name, value, is_letter=is_letter)


def _bound(node: ast.Call, base: Val) -> Iterator[Leaf]:
    """Data that an earlier `bind` (or a LoggerAdapter's extra) put on the logger."""
    if base.fields and BOUND in base.fields and isinstance(node.func, ast.Attribute):
        yield node.func.value, base.fields[BOUND]


def _active_exception(
    frame: Frame, node: ast.Call, spec: LoggerSpec, method: str
) -> Iterator[Leaf]:
    """The exception that `.exception()` or `exc_info=` puts behind the message."""
    chosen: ast.expr | None = None
    for keyword in node.keywords:
        if keyword.arg == "exc_info":
            chosen = keyword.value
    if chosen is None and method not in frame.program.language.exception_methods:
        return
    if isinstance(chosen, ast.Constant) and not chosen.value:
        return
    if chosen is not None and not isinstance(chosen, ast.Constant):
        yield chosen, text_value(frame, evaluate(frame, chosen), "str")
    elif frame.handling:
        yield node, text_value(frame, frame.handling[-1], "str")


def bind_call(frame: Frame, node: ast.Call, base: Val, spec: LoggerSpec) -> Val:
    """`logger.bind(...)`: the logger that carries the fields, which count as bound context."""
    bound = base.fields.get(BOUND) if base.fields else None
    shown: list[Leaf] = []
    for keyword in node.keywords:
        if keyword.arg is None:
            value = text_value(frame, evaluate(frame, keyword.value), "repr")
            shown.append((keyword.value, value))
        else:
            shown.extend(named_field(frame, keyword.arg, keyword.value))
    for arg in node.args:
        evaluate(frame, arg)
    show(frame, shown, "context", _written(node))
    for _, value in shown:
        if value.tags or value.deps:
            bound = value if bound is None else join(bound, value)
    return Val(type=spec.type, fields={BOUND: bound} if bound is not None else None)


def adapter(frame: Frame, spec: LoggerSpec, args: list[Val], keywords: dict[str, Val]) -> Val:
    """`LoggerAdapter(logger, extra)`: a logger that carries the extra's values."""
    extra = keywords.get("extra") or (args[1] if len(args) > 1 else None)
    if extra is None:
        return Val(type=spec.type)
    shown = text_value(frame, extra, "repr")
    deps = merge_deps(shown.deps, flat_deps(extra))
    bound = Val(merge_tags(shown.tags, ()), deps)
    return Val(type=spec.type, fields={BOUND: bound})
