"""Facts of the catalogue, turned into values.

A fact is alternatives separated by `|` (the first that yields something counts), each made of
words separated by spaces that add up: `category:ID`, `random` (a credential if its name says so),
`possible` (lowers the confidence of what stands before it), `type:DOTTED`, `class:DOTTED`,
`list:DOTTED`, `instance:N`, `elements:N`, `argument:N`, `rewritten:N` (argument N unless argument
1, which takes the place of what is found in it, is a mask), `item:N[:DOTTED]` (the part named by
argument N), `rows:N` and `row:N` (rows of the columns that the SQL text in argument N names),
`tuple:FACT,FACT`, `handled` (the exception that is being handled), `element`, `elements`, `self`,
`model` (the class that the arguments name: `"app.Model"` or `"app", "Model"`), `subject` and
`subjects` (one or several instances of the model that the receiver's class is for), `sender` (an
instance of the model whose signals a function receives), `clean`, `unknown`.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from gdprlint.engine.declared import Class
from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.frame import Frame
from gdprlint.engine.naming import by_name, make_tag
from gdprlint.engine.omission import is_mask
from gdprlint.engine.values import CERTAIN, CLEAN, TEXT, UNKNOWN, Val, doubted, join, join_all
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gdprlint.engine.program import Program

RANDOM = "credential.token"


class _Site(NamedTuple):
    program: Program
    receiver: Val | None
    args: Sequence[Val]
    frame: Frame | None
    node: ast.AST | None
    source: str


def value_of_fact(
    program: Program,
    fact: str,
    receiver: Val | None,
    args: Sequence[Val] = (),
    frame: Frame | None = None,
    node: ast.AST | None = None,
    source: str = "",
) -> Val:
    """The value a fact describes; `frame` and `node` say where a datum it names enters."""
    site = _Site(program, receiver, args, frame, node, source)
    for alternative in fact.split("|"):
        value = _sum(site, alternative)
        if not value.opaque or value.tags or value.deps:
            return value
    return UNKNOWN


def _sum(site: _Site, fact: str) -> Val:
    result = UNKNOWN
    for word in fact.split():
        kind, _, detail = word.partition(":")
        if kind == "possible":
            result = doubted(result)
        elif kind == "category":
            result = _with_category(site, result, detail)
        elif kind == "random":
            result = _drawn(site)
        else:
            value = _word(site, kind, detail)
            if result is UNKNOWN:
                result = value
            elif value is not UNKNOWN:
                parts = value if value.element is not None else result
                result = Val(
                    (*value.tags, *result.tags),
                    (*value.deps, *result.deps),
                    type=value.type or result.type,
                    fields=parts.fields,
                    element=parts.element,
                    ref=value.ref or result.ref,
                )
    return result


def _with_category(site: _Site, value: Val, category: str) -> Val:
    if site.frame is None or site.node is None:
        return value
    source = site.source.removeprefix("gdprlint.")
    reason = f"`{source}` holds it" if source else "a framework fills it"
    tag = make_tag(site.frame, site.node, category, CERTAIN, reason)
    return value.replace(tags=(*value.tags, tag), opaque=False)


def _drawn(site: _Site) -> Val:
    """A value drawn at random: a credential if the name it is given says so."""
    value = _with_category(site, UNKNOWN, RANDOM)
    return doubted(value)


def _word(site: _Site, kind: str, detail: str) -> Val:
    receiver, args = site.receiver, site.args
    if kind == "clean":
        return CLEAN
    if kind == "type":
        return Val(type=detail)
    if kind == "class":
        return Val(ref=detail)
    if kind == "list":
        return Val(type="list", element=Val(type=detail))
    if kind == "instance":
        return instance_of(args, int(detail or 0)) or UNKNOWN
    if kind in ("subject", "subjects", "sender"):
        model = _model_of(site, kind)
        return Val(type="list", element=model) if kind == "subjects" and model else model or UNKNOWN
    if kind == "model" and site.frame is not None:
        label = ".".join([arg.const for arg in args if isinstance(arg.const, str)])
        return site.program.model_of(site.frame.module, label) or UNKNOWN
    if kind == "object":
        cls = args[int(detail)].ref if int(detail) < len(args) else None
        return Val(type=cls) if isinstance(cls, Class) else UNKNOWN
    if kind == "elements" and detail:
        return Val(type="list", element=instance_of(args, int(detail)) or _row_of(site))
    if kind in ("row", "rows") and site.frame is not None and site.node is not None:
        sql = args[int(detail)].const if int(detail) < len(args) else None
        row = contents.row_of_query(site.frame, site.node, sql)
        return Val(type="list", element=row) if kind == "rows" else row or UNKNOWN
    if kind == "argument" and detail == "*":
        return join_all(args)
    if kind == "argument":
        return args[int(detail or 0)] if int(detail or 0) < len(args) else UNKNOWN
    if kind == "rewritten":
        is_hidden = len(args) > 1 and is_mask(args[1])
        return TEXT if is_hidden else _word(site, "argument", detail)
    if kind == "item":
        return _item(site, detail)
    if kind == "handled":
        return site.frame.handling[-1] if site.frame and site.frame.handling else CLEAN
    if kind == "tuple":
        parts = [_sum(site, part) for part in detail.split(",")]
        return Val(type="list", fields={str(i): part for i, part in enumerate(parts)})
    if receiver is not None and kind == "self":
        return receiver
    if receiver is not None and kind == "element":
        return receiver.element or UNKNOWN
    if receiver is not None and kind == "elements":
        return Val(type="list", element=receiver.element)
    return UNKNOWN


def _model_of(site: _Site, kind: str) -> Val | None:
    """An instance of the model that the receiver's class, or a receiver of signals, is for."""
    if kind == "sender":
        if site.frame is None or not isinstance(site.node, ast.AST):
            return None
        return relations.sender_of(site.program, site.frame.module, site.node)
    receiver = site.receiver
    if receiver is None or not isinstance(receiver.type, Class):
        return None
    return relations.subject_of(site.program, receiver.type)


def _row_of(site: _Site) -> Val | None:
    """A row of a query for columns: `select(User.id, User.email)`."""
    frame, node = site.frame, site.node
    if frame is None or not isinstance(node, ast.Call):
        return None
    row: dict[str, Val] = {}
    for index, arg in enumerate(node.args):
        model = evaluate(frame, arg.value).ref if isinstance(arg, ast.Attribute) else None
        if isinstance(arg, ast.Attribute) and isinstance(model, Class):
            row[str(index)] = fields.field_value(frame, model, arg.attr, arg) or CLEAN
    return Val(type="list", fields=row) if any(part.tags for part in row.values()) else None


def _item(site: _Site, detail: str) -> Val:
    from gdprlint.engine.attributes import item_of

    number, _, type_name = detail.partition(":")
    if number == "*":
        named = [i for i, arg in enumerate(site.args) if isinstance(arg.const, str)]
        parts = [_item(site, f"{index}:{type_name}") for index in named]
        return join_all(parts) if parts else UNKNOWN
    if site.frame is None or site.node is None or not number.isdigit():
        return UNKNOWN
    index = int(number)
    key = site.args[index].const if index < len(site.args) else None
    holder = Val(type=type_name) if type_name else site.receiver or UNKNOWN
    if not isinstance(site.node, ast.expr):
        return UNKNOWN
    value = item_of(site.frame, holder, key, site.node)
    if len(site.args) > index + 1 and not site.args[index + 1].is_plain():
        value = join(value, site.args[index + 1])
    if isinstance(key, str) and value.opaque and not value.tags:
        value = by_name(site.frame, site.node, key, (), value)
    default = getattr(site.node, "args", [])[index + 1 : index + 2]
    is_open = any(fields.is_open_address(getattr(node, "value", None)) for node in default)
    return doubted(value) if is_open else value


def instance_of(args: Sequence[Val], index: int) -> Val | None:
    """An instance of the class given as that argument (a manager or query counts by its model)."""
    if index >= len(args):
        return None
    given = args[index]
    if isinstance(given.ref, Class):
        return Val(type=given.ref)
    if given.element is not None:
        return given.element
    return Val(type=given.ref) if isinstance(given.ref, str) else None


# the engine is one recursion: facts need what is read from a text, which needs names and sinks
from gdprlint.engine import contents, fields, relations  # noqa: E402
