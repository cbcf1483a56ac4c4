"""Where values are kept: in names, attributes and items, or spread over several targets."""

from __future__ import annotations

import ast

from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.frame import Frame
from gdprlint.engine.naming import keyed
from gdprlint.engine.omission import without_asked
from gdprlint.engine.values import (
    CLEAN,
    MAX_FIELDS,
    OBJECT,
    Val,
    element_of,
    join,
    without_single,
)


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
        if base.type is None and not base.fields:
            base = with_field(base, OBJECT, CLEAN)
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
    frame.assign(name, with_field(base, key, value))


def with_field(base: Val, key: str, value: Val) -> Val:
    """The object or mapping with one part stored under a name."""
    fields = base.fields or {}
    if len(fields) >= MAX_FIELDS and key not in fields:
        return base
    return base.replace(fields={**fields, key: value})


def take_out(frame: Frame, holder: ast.expr, key: object) -> None:
    """Bind a variable to its mapping without the part under a key: `del`, `pop`."""
    base = frame.env.get(holder.id) if isinstance(holder, ast.Name) else None
    if base is not None and isinstance(key, str):
        left = without_asked(frame, base, key)
        if left is not base:
            frame.assign(holder.id, left)  # type: ignore[attr-defined]


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
    if isinstance(key, str):
        stored = with_field(without_asked(frame, base, key), key, value)
    else:
        stored = _with_element(base, value)
    if isinstance(holder, ast.Name):
        frame.assign(holder.id, stored)
    elif isinstance(holder, ast.Attribute):
        _store_attribute(frame, holder, stored)
