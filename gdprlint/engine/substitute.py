"""From a summary in terms of parameters to what it means at one call."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from gdprlint.engine.declared import Class
from gdprlint.engine.frame import Frame
from gdprlint.engine.omission import WITHOUT, keys_of, without
from gdprlint.engine.values import (
    CLEAN,
    EACH,
    FIELDS,
    FULL,
    MAX_DEPTH,
    POSSIBLE,
    UNKNOWN,
    Dep,
    Tag,
    Val,
    doubtful_part,
    element_of,
    flat_deps,
    flat_tags,
    join,
    join_all,
    lower,
)
from gdprlint.tuples import NamedTuple

MAX_FOLLOW = 3


class Call(NamedTuple):
    """One call of the function numbered `owner`: its arguments by parameter, the place, and what
    inputs were found to be, which is asked for once."""

    owner: int
    args: Mapping[str, Val]
    node: ast.expr
    known: dict[Dep, Val]


def substitute(frame: Frame, value: Val, call: Call, depth: int = 0) -> Val:
    """`value` with the parameters of the function that is called replaced by its arguments."""
    deps = value.deps
    if depth > MAX_DEPTH or (not deps and not value.fields and value.element is None):
        return value
    result = value
    if deps:
        owner = call.owner
        mine = [d for d in deps if d.owner == owner]
        if mine:
            rest = tuple([d for d in deps if d.owner != owner]) if len(mine) < len(deps) else ()
            tags = _not_known_better(value.tags, mine, call) if value.tags else ()
            result = value.replace(tags=tags, deps=rest, opaque=False)
            if result.is_plain() and result.type is None and result.ref is None:
                result = CLEAN
            for dep in mine:
                given = resolve(frame, dep, call)
                result = given if result is CLEAN else join(result, given)
    if result.fields or result.element is not None or result.keys is not None:
        result = _parts(frame, result, call, depth)
    return result


def _not_known_better(tags: tuple[Tag, ...], inputs: list[Dep], call: Call) -> tuple[Tag, ...]:
    """Data that only the name of a parameter tells of, unless the caller hands in a constant or
    something of which more is known."""
    known = [dep.name for dep in inputs if not dep.path and _is_known(call.args.get(dep.name))]
    return tuple([tag for tag in tags if tag.expr not in known]) if known else tags


def _is_known(given: Val | None) -> bool:
    if given is None or given.deps:
        return False
    if given.tags:
        return any(tag.confidence > POSSIBLE for tag in given.tags)
    if given.opaque or given.type not in (None, "str", "list"):
        return False
    return not (flat_tags(given) or flat_deps(given))


def _parts(frame: Frame, value: Val, call: Call, depth: int) -> Val:
    fields = value.fields
    if fields:
        put_in = {name: substitute(frame, part, call, depth + 1) for name, part in fields.items()}
        if any(put_in[name] is not part for name, part in fields.items()):
            fields = put_in
    element, keys = value.element, value.keys
    if element is not None:
        element = substitute(frame, element, call, depth + 1)
    if keys is not None:
        keys = substitute(frame, keys, call, depth + 1)
    if fields is value.fields and element is value.element and keys is value.keys:
        return value
    return Val(
        value.tags,
        value.deps,
        type=value.type,
        fields=fields,
        element=element,
        keys=keys,
        const=value.const,
        ref=value.ref,
        opaque=value.opaque,
    )


def resolve(frame: Frame, dep: Dep, call: Call) -> Val:
    """What a symbolic input is at this call."""
    value = call.known.get(dep)
    if value is None:
        value = call.known[dep] = _resolve(frame, dep, call)
    return value


def _resolve(frame: Frame, dep: Dep, call: Call) -> Val:
    base = call.args.get(dep.name)
    program = frame.program
    if base is None or program.following >= MAX_FOLLOW:
        return CLEAN
    program.following += 1
    try:
        value = follow(frame, base, dep.path, call.node) if dep.path else base
    finally:
        program.following -= 1
    if not (value.tags or value.deps or value.fields or value.type or value.element):
        return value
    if dep.show:
        tags, deps = reveal(frame, value, dep.show)
        value = Val(tags, deps, type="str", opaque=value.opaque)
    return value if dep.disclosure == FULL else lower(value, dep.disclosure)


def follow(frame: Frame, base: Val, path: tuple[str, ...], node: ast.expr) -> Val:
    """A part of an argument, by what is known of it (the callee has judged its name)."""
    value = base
    for name in path:
        if name.startswith(WITHOUT):
            value = without(value, keys_of(name))
        elif value.fields is not None and name in value.fields:
            value = value.fields[name]
        elif name == EACH:
            value = element_of(value)
        elif name == "*":
            value = doubtful_part(_any_part(frame, value))
        elif name.endswith(overrides.CALL):
            value = overrides.supplied(frame, value, name, node)
        elif isinstance(value.type, Class) and name == FIELDS:
            value = classes.all_fields(frame, value, value.type)
        elif isinstance(value.type, Class):
            found = classes.instance_attribute(frame, value, value.type, name, node)
            value = found if found is not None else UNKNOWN
        elif isinstance(value.type, str) and value.type not in ("str", "dict", "list"):
            fact = frame.program.catalogue.member(value.type, name, is_call=False)
            if fact is None:
                return CLEAN
            value = factual.value_of_fact(frame.program, fact, value, (), frame, node, value.type)
        elif value.deps:
            value = frame.part_of(value, name)
        else:
            return UNKNOWN if value.opaque else CLEAN
    return value


def _any_part(frame: Frame, value: Val) -> Val:
    """What an unknown key may yield."""
    if value.element is not None:
        return value.element
    if value.type == "dict" and (value.fields or value.deps):
        parts = [*(value.fields or {}).values()]
        return join_all([*parts, frame.part_of(value, "*")] if value.deps else parts)
    return element_of(value)


# the engine is one recursion: values of calls need classes, texts of classes need calls
from gdprlint.engine import classes, factual, overrides  # noqa: E402

# the engine is one recursion: the text of a value needs calls, what a call means needs texts
from gdprlint.engine.reveal import reveal  # noqa: E402
