"""Expressions to values: one small function for each kind of node, found by the node's type."""

from __future__ import annotations

import ast
from collections.abc import Callable

from gdprlint.engine.attributes import attribute_of, item_of, slice_of
from gdprlint.engine.calls import evaluate_call
from gdprlint.engine.declared import Function, Lazy, LogMethod
from gdprlint.engine.dispatch import HANDLERS, evaluate
from gdprlint.engine.frame import Frame
from gdprlint.engine.loggers import is_level, logger_of
from gdprlint.engine.messages import cut_off, formatted, percent_text, with_next
from gdprlint.engine.naming import by_name, corroborated, keyed, make_tag, note_drawn
from gdprlint.engine.sanitizers import promises_to_hide
from gdprlint.engine.sums import OF_NUMBERS, added, product
from gdprlint.engine.values import (
    CLEAN,
    LIKELY,
    MAX_FIELDS,
    NONE,
    OPAQUE_TEXT,
    PARTIAL,
    POSSIBLE,
    TEXT,
    UNKNOWN,
    Val,
    join,
    join_all,
    lower,
    several,
)
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


def _name(frame: Frame, node: ast.Name) -> Val:
    name = node.id
    value = frame.env.get(name)
    if value is None:
        value = frame.lookup(name)
    elif value.ref.__class__ is Lazy:
        value = frame.program.bound(frame.env, name, value)
    if value.tags:
        return corroborated(frame, node, value) if value.tags[0].confidence == POSSIBLE else value
    if value.opaque and not frame.program.silent[name]:
        return by_name(frame, node, name, (), value)
    return value


def _constant(frame: Frame, node: ast.Constant) -> Val:
    return NONE if node.value is None else CLEAN


def _attribute(frame: Frame, node: ast.Attribute) -> Val:
    base = evaluate(frame, node.value)
    if node.attr in frame.program.level_methods:
        spec = logger_of(frame, base, node.value)
        if spec is not None and is_level(frame, spec, node.attr):
            return Val(ref=LogMethod(base, spec, node.attr))
    return attribute_of(frame, base, node.attr, node)


def _subscript(frame: Frame, node: ast.Subscript) -> Val:
    base = evaluate(frame, node.value)
    key = node.slice
    if key.__class__ is ast.Slice:
        if base.tags or base.deps:
            from gdprlint.engine.pseudonyms import note_slice

            note_slice(frame, node, base)
        return slice_of(frame, base, key)
    if key.__class__ is ast.UnaryOp and base.fields:
        from_end = base.fields.get(ast.unparse(key))
        if from_end is not None:
            return from_end
    if key.__class__ is ast.List and base.opaque:
        keys = (k.value for k in key.elts if k.__class__ is ast.Constant)
        return join_all(item_of(frame, base, k, node) for k in keys) if key.elts else base
    if key.__class__ is not ast.Constant:
        index = evaluate(frame, key)
        part = item_of(frame, base, index.const, node)
        return _one_letter(frame, part) if key.__class__ is ast.UnaryOp else part
    part = item_of(frame, base, key.value, node)
    return _one_letter(frame, part) if key.value.__class__ is int else part


def _one_letter(frame: Frame, part: Val) -> Val:
    """`value[0]` in a function that promises to mask: a letter of the text, not a member."""
    if (part.tags or part.deps) and promises_to_hide(frame, frame.function.name):
        return lower(part, PARTIAL)
    return part


def _joined(frame: Frame, node: ast.JoinedStr) -> Val:
    result = TEXT
    for part, after in with_next(node.values):
        if isinstance(part, ast.FormattedValue):
            shown = cut_off(part, after, formatted(frame, part))
            if shown.tags or shown.deps:
                result = join(result, shown)
            elif shown.opaque and not result.opaque:
                result = OPAQUE_TEXT if result is TEXT else result.replace(opaque=True)
    return result


def _formatted(frame: Frame, node: ast.FormattedValue) -> Val:
    return formatted(frame, node)


def _binary(frame: Frame, node: ast.BinOp) -> Val:
    if node.op.__class__ in OF_NUMBERS:
        return product(frame, node)
    operands: list[ast.expr] = []
    current: ast.expr = node
    while isinstance(current, ast.BinOp):
        operands.append(current.right)
        left = current.left
        if current.op.__class__ is ast.Mod and _is_text(frame, left):
            operands.pop()
            result = percent_text(frame, left, current.right)
            break
        current = left
    else:
        result = evaluate(frame, current)
    for operand in reversed(operands):
        right = evaluate(frame, operand)
        if right.is_plain() and result.is_plain():
            if result is TEXT or result is CLEAN:
                result = OPAQUE_TEXT if right.opaque and right.type in (None, "str") else result
            else:
                result = Val(type=result.type or right.type, opaque=result.opaque and right.opaque)
            continue
        result = added(frame, result, right)
    return result


def _is_text(frame: Frame, node: ast.expr) -> bool:
    if node.__class__ is ast.Constant:
        return isinstance(node.value, str)
    if node.__class__ is ast.Name:
        value = frame.env.get(node.id)
        if value is None:
            value = frame.lookup(node.id)
        return isinstance(value.const, str) or value.type == "str"
    if node.__class__ is ast.Call:
        func = node.func
        return func.__class__ is ast.Name and func.id in ("_", "gettext", "ugettext", "str")
    return node.__class__ is ast.JoinedStr


def _boolean(frame: Frame, node: ast.BoolOp) -> Val:
    values = [evaluate(frame, value) for value in node.values]
    # `a and b` is `a` only where `a` is empty
    return values[-1] if node.op.__class__ is ast.And else join_all(values)


def _unary(frame: Frame, node: ast.UnaryOp) -> Val:
    value = evaluate(frame, node.operand)
    return CLEAN if node.op.__class__ is ast.Not else value


def _compare(frame: Frame, node: ast.Compare) -> Val:
    evaluate(frame, node.left)
    for operand in node.comparators:
        evaluate(frame, operand)
    return CLEAN


def _conditional(frame: Frame, node: ast.IfExp) -> Val:
    evaluate(frame, node.test)
    return join(evaluate(frame, node.body), evaluate(frame, node.orelse))


def _dict(frame: Frame, node: ast.Dict) -> Val:
    fields: dict[str, Val] = {}
    element: Val | None = None
    keys: Val | None = None
    for key, item in zip(node.keys, node.values, strict=True):
        kind = item.__class__
        if kind is ast.Constant and key.__class__ is ast.Constant:
            name_of_part = key.value
            if name_of_part.__class__ is str and len(fields) < MAX_FIELDS:
                fields[name_of_part] = NONE if item.value is None else CLEAN  # type: ignore[attr-defined]
            elif element is None:
                element = CLEAN
            continue
        value = HANDLERS[kind](frame, item)
        if key is None:
            fields.update(value.fields or {})
            element = value.element if element is None else element
            continue
        if isinstance(key, ast.Constant):
            if isinstance(key.value, str) and len(fields) < MAX_FIELDS:
                fields[key.value] = keyed(frame, key.value, value, item)
            elif not value.is_plain():
                element = value if element is None else join(element, value)
            continue
        name = evaluate(frame, key)
        if not name.is_plain():
            keys = name if keys is None else join(keys, name)
        if isinstance(name.const, str) and len(fields) < MAX_FIELDS:
            fields[name.const] = keyed(frame, name.const, value, item)
        elif not value.is_plain():
            element = value if element is None else join(element, value)
    if "content" in fields and "role" in fields:
        fields["content"] = _turn(frame, node, fields["content"])
    return Val(type="dict", fields=fields, element=element, keys=keys)


def _turn(frame: Frame, node: ast.Dict, content: Val) -> Val:
    """What is said in a conversation with a language model: `{"role": ..., "content": ...}`."""
    if not content.opaque or content.tags:
        return content
    parts = {
        key.value: value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant)
    }
    role, place = parts.get("role"), parts.get("content")
    if place is None or getattr(role, "value", "") in frame.program.language.turns_of_nobody:
        return content
    reason = "what is said in a conversation with a language model"
    return content.replace(tags=(make_tag(frame, place, "content.llm", LIKELY, reason),))


def _collection(frame: Frame, node: ast.List | ast.Tuple | ast.Set) -> Val:
    element: Val | None = None
    fields: dict[str, Val] = {}
    is_tuple = node.__class__ is not ast.Set and len(node.elts) <= 8
    is_open = False
    for index, item in enumerate(node.elts):
        kind = item.__class__
        value = HANDLERS[kind](frame, item)
        if kind is ast.Starred:
            value = value.element or value
        elif is_tuple:
            fields[str(index)] = value
        if not (value.is_plain() and value.type is None and value.ref is None):
            element = value if element is None else join(element, value)
        elif value.opaque and node.__class__ is not ast.Tuple:
            is_open = True
    if element is None:
        return several(UNKNOWN) if is_open else Val(type="list")
    return Val(type="list", element=element, fields=fields if is_tuple else None)


def _starred(frame: Frame, node: ast.Starred) -> Val:
    return evaluate(frame, node.value)


def _comprehension(
    frame: Frame, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
) -> Val:
    from gdprlint.engine.redaction import left_out, viewed_without
    from gdprlint.engine.stores import bind_target
    from gdprlint.engine.transfer import kept_fields

    outer = frame.mark()
    for generator in node.generators:
        source = evaluate(frame, generator.iter)
        note_drawn(frame, generator.target, generator.iter)
        passed = left_out(frame, node) if isinstance(node, ast.DictComp) else None
        if passed:
            source = viewed_without(frame, generator.iter, passed) or source
        bind_target(frame, generator.target, frame.each_of(source), generator.iter)
        for condition in generator.ifs:
            evaluate(frame, condition)
    if isinstance(node, ast.DictComp):
        key, value = evaluate(frame, node.key), evaluate(frame, node.value)
        is_open = value.opaque and not value.tags
        result = kept_fields(frame, node) or Val(
            type="dict", element=value, keys=key, opaque=is_open
        )
    else:
        result = several(evaluate(frame, node.elt))
    frame.undo(outer)
    return result


def _lambda(frame: Frame, node: ast.Lambda) -> Val:
    function = frame.nested.get(node)
    if function is None:
        name = f"{frame.function.qualname}.<lambda>".lstrip(".")
        function = Function("<lambda>", name, frame.module, node, None, frame.env)
        frame.nested[node] = function
    return Val(ref=function)


def _walrus(frame: Frame, node: ast.NamedExpr) -> Val:
    value = evaluate(frame, node.value)
    frame.assign(node.target.id, value)
    if value.opaque and not value.tags and not frame.program.silent[node.target.id]:
        return by_name(frame, node, node.target.id, (), value)
    return value


def _await(frame: Frame, node: ast.Await) -> Val:
    return evaluate(frame, node.value)


def _yield(frame: Frame, node: ast.Yield | ast.YieldFrom) -> Val:
    if node.value is not None:
        value = evaluate(frame, node.value)
        if node.__class__ is ast.Yield:
            value = Val(type="list", element=value)
        frame.returns.append(value)
    return UNKNOWN


def _slice(frame: Frame, node: ast.Slice) -> Val:
    return CLEAN


EXPRESSIONS: dict[type, Callable[[Frame, Any], Val]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    ast.Call: evaluate_call,
    ast.Subscript: _subscript,
    ast.JoinedStr: _joined,
    ast.FormattedValue: _formatted,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.Dict: _dict,
    ast.List: _collection,
    ast.Tuple: _collection,
    ast.Set: _collection,
    ast.Starred: _starred,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Slice: _slice,
}
if hasattr(ast, "TemplateStr"):
    EXPRESSIONS[ast.TemplateStr] = _joined
    EXPRESSIONS[ast.Interpolation] = _formatted  # type: ignore[attr-defined,unused-ignore]
