"""Reading a part of a value: `x.name`, `x["key"]`, `x[i]`, `x[a:b]`.

Order of evidence: a part already known, then what the type says, then the name.
"""

from __future__ import annotations

import ast

from gdprlint.engine.contents import note_read
from gdprlint.engine.declared import Bound, Class, Function, Module, Super, bare_name
from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.factual import value_of_fact
from gdprlint.engine.frame import Frame
from gdprlint.engine.naming import by_name, receivers_of
from gdprlint.engine.values import (
    CLEAN,
    PARTIAL,
    UNKNOWN,
    Tag,
    Val,
    doubtful_part,
    in_form,
    join,
    join_all,
    lower,
)
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TypeGuard

    from gdprlint.engine.program import Program

SHORT_SLICE = 4
_REQUEST = "container.request"


def attribute_of(
    frame: Frame, base: Val, name: str, node: ast.Attribute, *, is_call: bool = False
) -> Val:
    """The value of `base.name`; with `is_call` the attribute is about to be called."""
    fields = base.fields
    if fields is not None and name in fields and base.type != "dict":
        known = fields[name]
        if known.opaque and not known.tags and not is_call and not frame.program.silent[name]:
            return by_name(frame, node, name, receivers_of(frame, node.value, base), known)
        return known
    if frame.program.options.identify and name in ("id", "pk") and not is_call:
        known = by_name(frame, node, "id", receivers_of(frame, node.value, base), UNKNOWN)
        if known.tags:
            return known
    ref = base.ref
    if ref is not None:
        referred = _of_reference(frame, base, ref, name)
        if referred is not None:
            return referred
    program = frame.program
    typed = _of_type(frame, base, name, node, is_call)
    if typed is not None:
        return typed
    if is_call:
        return UNKNOWN
    if name in program.language.clear_attributes:
        return CLEAN
    value = UNKNOWN
    if base.deps:
        value = frame.part_of(base, name)
    elif not base.opaque and base.type is None and base.ref is None and base.is_plain():
        return CLEAN
    if name == "__dict__":
        return transfer.dump(frame, base)
    if name == "data" and _is_field_of_form(node.value):
        return _typed_into(frame, base, node.value, value)
    if name == "value" and base.tags:
        return value.replace(tags=_wrapped(base.tags))
    if program.silent[name]:
        return value
    return by_name(frame, node, name, receivers_of(frame, node.value, base), value)


def _wrapped(tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """What an object that is named as a datum keeps as its `value` (`email.value`): the datum; a
    token has a value in every parser."""
    return tuple([t for t in tags if not t.category.startswith(("container.", "credential.token"))])


def _is_field_of_form(node: ast.expr) -> TypeGuard[ast.Attribute]:
    """`form.email`, `self.login_form.email` (WTForms): its `data` is what was typed into it."""
    if not isinstance(node, ast.Attribute):
        return False
    holder = node.value
    return bare_name(holder).endswith("form")


def _typed_into(frame: Frame, field: Val, node: ast.Attribute, value: Val) -> Val:
    tags = tuple([t for t in field.tags if not t.category.startswith("container.")])
    if tags:
        return value.replace(tags=tags)
    return value if frame.program.silent[node.attr] else by_name(frame, node, node.attr, (), value)


def _of_reference(frame: Frame, base: Val, ref: object, name: str) -> Val | None:
    program = frame.program
    if isinstance(ref, str):
        if ref.startswith("fact:"):
            return None
        if ref.startswith("./"):
            return program.resolve(ref + name if ref.endswith(":") else f"{ref}.{name}")
        return program.external(f"{ref}.{name}")
    if isinstance(ref, Module):
        found = program.global_of(ref, name)
        if found is not None:
            return found
        folder, _, file = ref.path.rpartition("/")
        return program.resolve(f"./{folder}:{name}") if file == "__init__.py" else UNKNOWN
    if isinstance(ref, Class):
        return classes.class_attribute(program, ref, name)
    if isinstance(ref, Super):
        return lineage.super_attribute(program, ref, name)
    return CLEAN if isinstance(ref, (Function, Bound)) else None


def _of_type(frame: Frame, base: Val, name: str, node: ast.Attribute, is_call: bool) -> Val | None:
    kind = base.type
    if kind is None:
        return None
    if isinstance(kind, Class):
        return classes.instance_attribute(frame, base, kind, name, node, is_call=is_call)
    if is_call:
        return None
    fact = frame.program.catalogue.member(kind, name, is_call=False)
    if fact is None:
        return None
    return value_of_fact(frame.program, fact, base, (), frame, node, f"{kind}.{name}")


def item_of(frame: Frame, base: Val, key: object, node: ast.expr) -> Val:
    """The value of `base[key]`; `key` is the constant, or None when it is not known."""
    fields = base.fields
    if fields is not None:
        index = key if isinstance(key, str) else str(key) if isinstance(key, int) else None
        if index is not None and index in fields:
            return in_form(fields[index], "value", instead_of="dump")
        if key is None or base.element is None:
            rest = join_all(fields.values()) if key is None else None
            if rest is not None and base.type == "list" and base.element is not None:
                rest = join(rest, base.element)
            if rest is not None and (rest.tags or rest.deps or rest.type):
                return rest
    if isinstance(key, str):
        return _by_key(frame, base, key, node)
    if base.element is not None:
        return doubtful_part(base.element) if base.type == "dict" else base.element
    if isinstance(base.type, str):
        fact = frame.program.catalogue.items_of(base.type)
        if fact:
            return doubtful_part(
                value_of_fact(frame.program, fact, base, (), frame, node, base.type)
            )
    if base.tags:
        deps = frame.part_of(base, "*").deps if base.deps else ()
        return doubtful_part(Val(base.tags, deps))
    if base.deps:
        return frame.part_of(base, "*")
    if base.type == "list" or (base.type == "dict" and not base.opaque):
        return CLEAN if base.fields else UNKNOWN
    return UNKNOWN


def _by_key(frame: Frame, base: Val, key: str, node: ast.expr) -> Val:
    program = frame.program
    if isinstance(base.type, str):
        fact = program.catalogue.key_of(base.type, key)
        if fact is not None:
            return value_of_fact(program, fact, base, (), frame, node, f"{base.type}[{key}]")
    if isinstance(base.type, Class):
        known = fields.field_value(frame, base.type, key, node)
        if known is not None:
            return known
    if base is CLEAN:
        return CLEAN
    value = frame.part_of(base, key) if base.deps else _named_part(program, base.element)
    if value.opaque and not value.tags and not program.silent[key]:
        holder: ast.expr = node.value if isinstance(node, ast.Subscript) else node
        named = by_name(frame, node, key, receivers_of(frame, holder, base), value)
        if named.tags:
            note_read(frame, node, named)
            return named
    if isinstance(base.type, str):
        fact = program.catalogue.items_of(base.type)
        if fact:
            return value_of_fact(program, fact, base, (), frame, node, base.type)
    return value


def _named_part(program: Program, element: Val | None) -> Val:
    """One of the parts of a mapping, by a key that the code names: where these came out of a
    request, its key says what it is, as it does of the request itself."""
    if element is None:
        return UNKNOWN
    kind = element.type
    if isinstance(kind, str) and program.catalogue.text_of(kind, "str").endswith(_REQUEST):
        return UNKNOWN
    tags = tuple([t for t in element.tags if t.category != _REQUEST])
    return element if len(tags) == len(element.tags) else element.replace(tags=tags, opaque=True)


def slice_of(frame: Frame, base: Val, node: ast.Slice) -> Val:
    """A slice: a short one (at most four characters) reveals only a part, as does a domain."""
    if base.is_plain() or base.element is not None:
        return base
    if _is_after_at(node.lower):
        return lower(base, PARTIAL)
    length = _length(frame, node)
    return lower(base, PARTIAL) if length is not None and length <= SHORT_SLICE else base


def _is_after_at(start: ast.expr | None) -> bool:
    """`address[address.rfind("@") + 1 :]` is the domain of an address."""
    found = start.left if isinstance(start, ast.BinOp) else start
    return (
        isinstance(found, ast.Call)
        and isinstance(found.func, ast.Attribute)
        and found.func.attr in ("find", "rfind", "index", "rindex")
        and len(found.args) == 1
        and isinstance(found.args[0], ast.Constant)
        and found.args[0].value == "@"
    )


def _length(frame: Frame, node: ast.Slice) -> int | None:
    lower_bound, upper_bound = _number(frame, node.lower, 0), _number(frame, node.upper, None)
    if node.upper is None:
        return -lower_bound if lower_bound is not None and lower_bound < 0 else None
    if lower_bound is None or upper_bound is None or upper_bound < 0 or lower_bound < 0:
        return None
    return upper_bound - lower_bound


def _number(frame: Frame, node: ast.expr | None, default: int | None) -> int | None:
    """A bound: written out, or the number that a name stands for (`SHOWN`, `-SHOWN`)."""
    if node is None:
        return default
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _number(frame, node.operand, None)
        return None if value is None else -value
    known = node.value if isinstance(node, ast.Constant) else evaluate(frame, node).const
    return known if isinstance(known, int) else None


# the engine is one recursion: values of calls need classes, texts of classes need calls
from gdprlint.engine import classes, fields, lineage, transfer  # noqa: E402
