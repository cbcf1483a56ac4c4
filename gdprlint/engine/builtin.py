"""Builtins with a meaning of their own (the plain keepers and clearers are data)."""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import islice

from gdprlint.engine.arguments import Given
from gdprlint.engine.declared import Bound, Class, Function, Super
from gdprlint.engine.frame import Frame
from gdprlint.engine.naming import keyed, make_tag
from gdprlint.engine.omission import without_asked
from gdprlint.engine.reveal import text_value
from gdprlint.engine.values import (
    CERTAIN,
    CLEAN,
    FIELDS,
    TEXT,
    UNKNOWN,
    Val,
    doubted,
    element_of,
    join,
    join_all,
    several,
)

MAX_VARIABLES = 512
"""That many are told of those that `locals()` gives; a longer list is worse in no other way."""


def _str(frame: Frame, node: ast.Call, given: Given) -> Val:
    return text_value(frame, given.args[0], "str") if given.args else CLEAN


def _repr(frame: Frame, node: ast.Call, given: Given) -> Val:
    return text_value(frame, given.args[0], "repr") if given.args else CLEAN


def _collect(frame: Frame, node: ast.Call, given: Given) -> Val:
    if not given.args:
        return Val(type="list")
    source = given.args[0]
    if _is_mapping(frame, source):
        return Val(type="list", element=source.keys or TEXT)
    if source.keys is None and source.element is None and (source.tags or source.deps):
        return source
    return several(element_of(source))


def _is_mapping(frame: Frame, value: Val) -> bool:
    kind = value.type
    return kind == "dict" or (isinstance(kind, str) and frame.program.catalogue.is_mapping(kind))


def _dict(frame: Frame, node: ast.Call, given: Given) -> Val:
    fields = {
        name: keyed(frame, name, value, given.keyword_nodes.get(name, node))
        for name, value in given.keywords.items()
        if name != "**"
    }
    source = given.args[0] if given.args else given.keywords.get("**")
    if source is None:
        return Val(type="dict", fields=fields)
    for key in fields:
        source = without_asked(frame, source, key)
    return join(source, Val(type="dict", fields=fields)) if fields else source


def _locals(frame: Frame, node: ast.Call, given: Given) -> Val:
    tag = make_tag(frame, node, "container.variables", CERTAIN, "all local variables")
    shown = dict(islice(frame.env.items(), MAX_VARIABLES))
    return Val((tag._replace(form="dump"),), type="dict", fields=shown)


def _vars(frame: Frame, node: ast.Call, given: Given) -> Val:
    from gdprlint.engine.transfer import dump

    return dump(frame, given.args[0]) if given.args else _locals(frame, node, given)


def _getattr(frame: Frame, node: ast.Call, given: Given) -> Val:
    if len(node.args) < 2:
        return UNKNOWN
    name = given.args[1].const
    if not isinstance(name, str):
        if any(dep.name != "self" for dep in given.args[1].deps):
            return UNKNOWN
        of_all = node.args[1].__class__ is ast.Attribute or _tells_all(frame)
        return _any_field(frame, given.args[0]) if of_all else _some_field(frame, given.args[0])
    place = ast.copy_location(ast.Attribute(node.args[0], name, ast.Load()), node)
    value = attributes.attribute_of(frame, given.args[0], name, place)
    return join(value, given.args[2]) if len(given.args) > 2 else value


def _any_field(frame: Frame, value: Val) -> Val:
    """`getattr(self, name)` in a loop over the columns: any of the declared fields."""
    from gdprlint.engine.classes import all_fields

    if not isinstance(value.type, Class):
        return UNKNOWN
    known = join_all((all_fields(frame, value, value.type).fields or {}).values())
    if not value.deps:
        return known
    return join(known, frame.part_of(frame.part_of(value, FIELDS), "*"))


def _tells_all(frame: Frame) -> bool:
    """Whether a method makes a text or a mapping of its object: it goes through all of it."""
    name = frame.function.name
    return name.startswith("__") or name in frame.program.language.dump_methods


def _some_field(frame: Frame, value: Val) -> Val:
    """`getattr(self, name)` with a name from somewhere: as likely a harmless field as another."""
    return doubted(_any_field(frame, value.replace(deps=())))


def _enumerate(frame: Frame, node: ast.Call, given: Given) -> Val:
    if not given.args:
        return UNKNOWN
    item = Val(type="list", fields={"0": CLEAN, "1": element_of(given.args[0])})
    return Val(type="list", element=item)


def _zip(frame: Frame, node: ast.Call, given: Given) -> Val:
    fields = {str(i): element_of(value) for i, value in enumerate(given.args)}
    return Val(type="list", element=Val(type="list", fields=fields))


def _map(frame: Frame, node: ast.Call, given: Given) -> Val:
    from gdprlint.engine.calls import call_reference

    if len(given.args) < 2 or given.args[0].ref is None:
        return UNKNOWN
    inner = given._replace(
        args=[element_of(v) for v in given.args[1:]], nodes=given.nodes[1:], starred=[]
    )
    return Val(type="list", element=call_reference(frame, node, given.args[0], None, inner))


def _filter(frame: Frame, node: ast.Call, given: Given) -> Val:
    return _collect(frame, node, given._replace(args=given.args[1:]))


def _format(frame: Frame, node: ast.Call, given: Given) -> Val:
    return _str(frame, node, given)


def _super(frame: Frame, node: ast.Call, given: Given) -> Val:
    cls = frame.function.cls
    params = frame.function.params
    if cls is None or not params:
        return UNKNOWN
    return Val(ref=Super(cls, frame.env.get(params[0].name, UNKNOWN)))


def _next(frame: Frame, node: ast.Call, given: Given) -> Val:
    if not given.args:
        return UNKNOWN
    return join_all([element_of(given.args[0]), *given.args[1:]])


def _input(frame: Frame, node: ast.Call, given: Given) -> Val:
    return UNKNOWN


def _isinstance_like(frame: Frame, node: ast.Call, given: Given) -> Val:
    return CLEAN


def _extreme(frame: Frame, node: ast.Call, given: Given) -> Val:
    if len(given.args) == 1:
        return element_of(given.args[0])
    key = given.keywords.get("key")
    if key is not None and isinstance(key.ref, (Function, Bound)) and given.args:
        return element_of(given.args[0])
    return join_all(given.args)


BUILTINS: dict[str, Callable[[Frame, ast.Call, Given], Val]] = {
    "str": _str,
    "repr": _repr,
    "ascii": _repr,
    "format": _format,
    "list": _collect,
    "tuple": _collect,
    "set": _collect,
    "frozenset": _collect,
    "sorted": _collect,
    "reversed": _collect,
    "iter": _collect,
    "dict": _dict,
    "locals": _locals,
    "vars": _vars,
    "getattr": _getattr,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "filter": _filter,
    "super": _super,
    "next": _next,
    "input": _input,
    "isinstance": _isinstance_like,
    "min": _extreme,
    "max": _extreme,
}


# the engine is one recursion: values of calls need classes, texts of classes need calls
from gdprlint.engine import attributes  # noqa: E402
