"""Methods of ordinary objects (text, mappings, collections) by their name."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping

from gdprlint.engine import omission
from gdprlint.engine.arguments import Given
from gdprlint.engine.declared import Class
from gdprlint.engine.dispatch import evaluate
from gdprlint.engine.frame import Frame
from gdprlint.engine.naming import keyed
from gdprlint.engine.reveal import text_value
from gdprlint.engine.values import (
    CLEAN,
    NEVER_NUMBERS,
    NONE,
    PARTIAL,
    POSSIBLE,
    TEXT,
    UNKNOWN,
    Tag,
    Val,
    element_of,
    join,
    join_all,
    lower,
    several,
)
from gdprlint.tuples import TYPE_CHECKING

_LONG_TEXTS = ("content.", "container.", "online.user_agent", "online.url")

if TYPE_CHECKING:
    from gdprlint.engine.language import Language

    Method = Callable[[Frame, ast.Call, Val, str, Given], Val | None]


def method_call(frame: Frame, node: ast.Call, base: Val, method: str, given: Given) -> Val | None:
    """The result of `base.method(...)` when the name alone settles it, else None."""
    handler = _table(frame.program.language).get(method)
    return None if handler is None else handler(frame, node, base, method, given)


def is_known_method(language: Language, method: str) -> bool:
    """Whether a method's name alone tells what it does."""
    return method in _table(language)


def _table(language: Language) -> Mapping[str, Method]:
    table = language.methods
    if not table:
        table.update(_methods_of(language))
    return table


def _methods_of(language: Language) -> Mapping[str, Method]:
    """What to do for each method that is known by its name; an earlier row wins."""
    rows: tuple[tuple[Iterable[str], Method], ...] = (
        (language.keep_methods, _keep),
        ((*language.item_methods, *language.item_list_methods), _item),
        (language.clear_methods, lambda frame, node, base, method, given: CLEAN),
        (language.text_clear_methods, _clear_text),
        (("items", "values", "keys"), _view),
        (("join",), _join),
        (language.element_methods, _element),
        (language.dump_methods, _dump),
        (("json",), _json),
        ((*language.add_methods, *language.merge_methods), _mutate),
        (language.row_methods, _add_row),
        ((*language.query_methods, *language.query_row_methods), _query),
        (language.fetch_methods, _fetch),
    )
    return {name: method for names, method in reversed(rows) for name in names}


def _clear_text(frame: Frame, node: ast.Call, base: Val, method: str, given: Given) -> Val:
    return CLEAN if base.type == "str" or base.tags else UNKNOWN


def _keep(frame: Frame, node: ast.Call, base: Val, method: str, given: Given) -> Val:
    if isinstance(base.type, Class):
        return base
    if base.is_plain():
        return Val(opaque=True) if base.opaque else base
    if method == "replace" and len(given.args) == 2 and not isinstance(node.args[0], ast.Constant):
        return omission.rewritten(base, given.args[0], given.args[1])
    return base


def _item(frame: Frame, node: ast.Call, base: Val, method: str, given: Given) -> Val:
    if not given.args:
        return element_of(base) if method == "pop" else UNKNOWN
    key = given.args[0].const
    value = attributes.item_of(frame, base, key, _holder(node))
    if method == "pop" and isinstance(node.func, ast.Attribute):
        stores.take_out(frame, node.func.value, key)
    for default in given.args[1:2]:
        if default.const.__class__ in (int, float):
            kept = tuple(t for t in value.tags if not t.category.startswith(NEVER_NUMBERS))
            value = value.replace(tags=kept)
        if default is not NONE and not default.is_plain():
            value = join(value, default)
    return value


def _holder(node: ast.Call) -> ast.expr:
    """A node that stands where the call stands and reads from the call's receiver."""
    func = node.func
    base = func.value if isinstance(func, ast.Attribute) else func
    key = node.args[0]
    return ast.copy_location(ast.Subscript(base, key, ast.Load()), node)


def _view(frame: Frame, node: ast.Call, base: Val, method: str, given: Given) -> Val:
    return view_of(base, method)


def view_of(base: Val, method: str) -> Val:
    """What `items()`, `keys()` or `values()` of a mapping goes through."""
    keys = base.keys or TEXT
    fields = base.fields or {}
    parts = [v for v in (base.element, *fields.values()) if v is not None]
    if not parts and (base.tags or base.deps):
        parts = [Val(base.tags, base.deps, opaque=base.opaque)]
    values = join_all(parts) if parts else UNKNOWN
    if method == "keys":
        return Val(type="list", element=keys)
    if method == "values":
        return Val(type="list", element=values)
    return Val(type="list", element=Val(type="list", fields={"0": keys, "1": values}))


def _join(frame: Frame, node: ast.Call, base: Val, method: str, given: Given) -> Val:
    if not given.args:
        return UNKNOWN
    source = given.args[0]
    return text_value(frame, element_of(source), "str")


def _element(frame: Frame, node: ast.Call, base: Val, method: str, given: Given) -> Val | None:
    if method in ("split", "rsplit", "partition", "rpartition", "splitlines", "group", "groups"):
        named = _named_group(frame, node, base, method, given)
        if base.is_plain() or named.tags:
            return named
        tags = base.tags
        if method in ("group", "groups"):
            is_part = bool(node.args) and getattr(node.args[0], "value", 1) != 0
            tags = _matched(tags, is_named=base.opaque and is_part)
        part = Val(tags, base.deps, type="str", opaque=base.opaque)
        if _splits_at(node, "@"):
            domain = lower(part, PARTIAL)
            parts = {"0": part, "1": domain, "2": domain, "-1": domain, "-2": part}
            return Val(type="list", element=part, fields=parts)
        if _splits_at(node, "?") and method in ("split", "partition"):
            return Val(type="list", element=part, fields={"0": _without_query(part)})
        if _splits_words(node, method):
            return Val(
                type="list", element=part, fields={"0": part.replace(tags=_matched(part.tags))}
            )
        return Val(type="list", element=part)
    return base.element


def _named_group(frame: Frame, node: ast.Call, base: Val, method: str, given: Given) -> Val:
    """`match.group("email")`: a pattern that names a part of what it finds says what that is."""
    name = given.args[0].const if method == "group" and len(given.args) == 1 else None
    if not isinstance(name, str) or base.tags:
        return UNKNOWN
    return attributes.item_of(frame, base, name, _holder(node))


def _matched(tags: tuple[Tag, ...], *, is_named: bool = False) -> tuple[Tag, ...]:
    """What a pattern finds in a longer text (a ticket's number in a subject) is a part of it; of a
    match that only its name tells of (`found_email.group(1)`), any part may be the harmless one."""
    if is_named:
        tags = tuple(t._replace(confidence=POSSIBLE) for t in tags)
    return tuple(
        t._replace(disclosure=PARTIAL) if t.category.startswith(_LONG_TEXTS) else t for t in tags
    )


def _without_query(part: Val) -> Val:
    """What stands before the question mark of a URL: its parameters are gone."""
    tags = tuple(
        t._replace(disclosure=PARTIAL) if t.category == "online.url" else t for t in part.tags
    )
    return part.replace(tags=tags)


def _splits_words(node: ast.Call, method: str) -> bool:
    """Whether the first part is the first word: of a message to a bot, the command."""
    if method not in ("split", "partition"):
        return False
    sign = node.args[0] if node.args else None
    return sign is None or (isinstance(sign, ast.Constant) and sign.value in (" ", None))


def _splits_at(node: ast.Call, sign: str) -> bool:
    return bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value == sign


def _dump(frame: Frame, node: ast.Call, base: Val, method: str, given: Given) -> Val | None:
    from gdprlint.engine.transfer import dump

    if base is UNKNOWN or base is CLEAN:
        return None
    result = dump(frame, base)
    left_out, kept = _names(given, "exclude"), _names(given, "include")
    if result.fields and (left_out or kept):
        fields = {
            name: part
            for name, part in result.fields.items()
            if name not in left_out and (not kept or name in kept)
        }
        return Val(type="dict", fields=fields)
    return result


def _json(frame: Frame, node: ast.Call, base: Val, method: str, given: Given) -> Val | None:
    """`user.json()`: what a model keeps, or what a service says of somebody."""
    is_person = any(t.category == "container.person" for t in base.tags)
    return _dump(frame, node, base, method, given) if is_person and base.type is None else None


def _names(given: Given, keyword: str) -> frozenset[str]:
    """Field names in a set, list, tuple or mapping that is handed on by keyword."""
    node = given.keyword_nodes.get(keyword)
    parts: list[ast.expr | None] = []
    if isinstance(node, (ast.Set, ast.List, ast.Tuple)):
        parts.extend(node.elts)
    elif isinstance(node, ast.Dict):
        parts.extend(node.keys)
    elif keyword in given.keywords:
        const = given.keywords[keyword].const
        return const if isinstance(const, frozenset) else frozenset()
    return frozenset(
        p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)
    )


def _mutate(frame: Frame, node: ast.Call, base: Val, method: str, given: Given) -> Val:
    func = node.func
    if not isinstance(func, ast.Attribute) or not (given.args or given.keywords):
        return NONE
    if not isinstance(func.value, ast.Name):
        if given.args and method in frame.program.language.add_methods:
            _add_to_part(frame, func.value, _added(method, given))
        return NONE
    name = func.value.id
    if name not in frame.env:
        return NONE
    if method in frame.program.language.merge_methods:
        parts = {
            key: keyed(frame, key, value, given.keyword_nodes.get(key, node))
            for key, value in given.keywords.items()
        }
        added = Val(type="dict", fields=parts)
        for arg in given.args:
            added = join(added, arg)
        frame.assign(name, _updated(frame, base, added) if base is not UNKNOWN else added)
        return NONE
    if not given.args:
        return NONE
    added = _added(method, given)
    is_open = added.opaque and base.type == "list"
    if is_open or not added.is_plain() or added.type is not None:
        frame.assign(name, join(base, several(added)))
    return NONE


def _updated(frame: Frame, base: Val, added: Val) -> Val:
    """A mapping in which others were written over what stood under their keys."""
    for key in added.fields or ():
        base = omission.without_asked(frame, base, key)
    return join(base, added)


def _added(method: str, given: Given) -> Val:
    added = given.args[-1]
    return element_of(added) if method.startswith("extend") else added


def _add_to_part(frame: Frame, part: ast.expr, added: Val) -> None:
    """`groups[key].append(value)` and `groups.setdefault(key, []).append(value)`: the collection
    that a variable keeps under a key that is not constant holds the value."""
    if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
        holder = part.func.value if part.func.attr == "setdefault" else None
        is_constant = bool(part.args) and isinstance(part.args[0], ast.Constant)
    else:
        holder = part.value if isinstance(part, ast.Subscript) else None
        is_constant = isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant)
    if is_constant or not isinstance(holder, ast.Name):
        return
    if added.is_plain() and added.type is None:
        return
    base = frame.env.get(holder.id)
    if base is not None and base.type in (None, "dict") and base.ref is None:
        element = Val(type="list", element=added)
        known = base.element
        element = element if known is None else join(known, element)
        frame.assign(holder.id, base.replace(type="dict", element=element))


def _add_row(frame: Frame, node: ast.Call, base: Val, method: str, given: Given) -> Val:
    """A table that is filled row by row holds what is in each."""
    func = node.func
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and given.args:
        row = join_all(given.args)
        if func.value.id in frame.env and not row.is_plain():
            element = row if base.element is None else join(base.element, row)
            frame.assign(func.value.id, base.replace(element=element))
    return NONE


def _query(frame: Frame, node: ast.Call, base: Val, method: str, given: Given) -> Val | None:
    """`cursor.execute("SELECT ...")`: the cursor hands out rows of the columns that it names."""
    row = contents.row_of_query(frame, node, given.args[0].const) if given.args else None
    if row is not base.element and isinstance(node.func, ast.Attribute):
        cursor = Val(base.tags, base.deps, type=base.type, element=row, opaque=base.opaque)
        _keep_cursor(frame, node.func.value, cursor)
    if row is None or method in frame.program.language.query_row_methods:
        return row
    return Val(type="list", element=row)


def _keep_cursor(frame: Frame, holder: ast.expr, cursor: Val) -> None:
    """Bind a cursor with its rows to the variable, or attribute of one, that it is kept in."""
    if isinstance(holder, ast.Name) and holder.id in frame.env:
        frame.assign(holder.id, cursor)
    elif isinstance(holder, ast.Attribute):
        owner = evaluate(frame, holder.value)
        if owner.ref is None:
            _keep_cursor(frame, holder.value, stores.with_field(owner, holder.attr, cursor))


def _fetch(frame: Frame, node: ast.Call, base: Val, method: str, given: Given) -> Val | None:
    return None if base.element is None else Val(type="list", element=base.element)


# the engine is one recursion: values of calls need classes, texts of classes need calls
from gdprlint.engine import attributes, contents, stores  # noqa: E402
