"""Names as evidence: what an identifier says when the value behind it is not known."""

from __future__ import annotations

import ast
from functools import cache

from gdprlint.engine.declared import Class, Lazy, bare_name
from gdprlint.engine.frame import Frame
from gdprlint.engine.places import span_of, text_of
from gdprlint.engine.values import FULL, LIKELY, POSSIBLE, Tag, Val
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from gdprlint.engine.language import Language

MAX_RECEIVERS = 12
SHORT_NAME = 2
"""Letters of a name that says nothing of what it stands for."""
_UNASKED: Any = object()


def by_name(frame: Frame, node: ast.AST, name: str, receivers: tuple[str, ...], value: Val) -> Val:
    """The value, with what its name says of it added as a tag (or unchanged)."""
    is_call = node.__class__ is ast.Call
    key = (name, receivers, is_call)
    known = frame.module.names
    match = known.get(key, _UNASKED)
    if match is _UNASKED:
        classify = frame.program.lexicon.classify
        match = known[key] = classify(name, receivers, is_call, frame.module.context)
    if match is None:
        return value
    confidence = POSSIBLE if match.confidence == "possible" else LIKELY
    return value.replace(tags=(make_tag(frame, node, match.category, confidence, match.why),))


def corroborated(frame: Frame, node: ast.Name, value: Val) -> Val:
    """A doubtful object, or datum of one family, that the name of its variable confirms."""
    if frame.program.silent[node.id] or any(t.confidence > POSSIBLE for t in value.tags):
        return value
    tag = by_name(frame, node, node.id, (), value).tags[0]
    if tag.confidence == POSSIBLE:
        return value
    family = tag.category.partition(".")[0]
    for known in value.tags:
        if known.form != "object" and known.category.partition(".")[0] != family:
            return value
    return value.replace(tags=(tag,))


def make_tag(frame: Frame, node: ast.AST, category: str, confidence: int, reason: str) -> Tag:
    """Personal data that enters at `node`."""
    form = "object" if category.startswith("container.") else "value"
    return Tag(
        category,
        text_of(frame.module, node),
        span_of(frame.module, node),
        FULL,
        confidence,
        reason,
        (),
        form,
    )


def keyed(frame: Frame, key: str, value: Val, node: ast.expr) -> Val:
    """A value stored under a constant key: the key is evidence while the value is not known."""
    if value.opaque and not any(t.confidence > POSSIBLE for t in value.tags):
        category = frame.program.catalogue.secret_header(key)
        if category:
            reason = f"the header `{key}` holds it"
            return value.replace(tags=(make_tag(frame, node, category, LIKELY, reason),))
    if value.opaque and not value.tags and not frame.program.silent[key]:
        if is_judged_harmless(frame, node):
            return value
        return by_name(frame, node, key, (), value)
    return value


def is_judged_harmless(frame: Frame, node: ast.expr) -> bool:
    """True if the expression's own name holds a word of interest and yet is no personal data
    (`service.email_message_limit`): then the key it is stored under says no more."""
    name = bare_name(node)
    if not name or frame.program.silent[name]:
        return False
    lexicon = frame.program.lexicon
    return (
        lexicon.classify(name, receivers_of(frame, node)[:-1], False, frame.module.context) is None
    )


def typed_by_name(frame: Frame, node: ast.expr, value: Val) -> Val:
    """A bare name that is the snake_case of a class is taken for an instance, if the class is
    visible in the module, or the only one of that name in its folder and the name is a parameter's
    or a person's: `answer` in a function is whatever came back."""
    if value.type is not None or value.ref is not None or not value.opaque:
        return value
    name = bare_name(node)
    if not name or any(t.confidence > POSSIBLE for t in value.tags):
        return value
    title = "".join(word.capitalize() for word in name.strip("_").split("_"))
    if title == name or _is_told(frame, name, node):
        return value
    known = frame.module.env.get(title)
    if known is None:
        if value.deps or _is_person(frame, name):
            known = frame.program.class_beside(frame.module, title)
    elif known.ref.__class__ is Lazy:
        known = frame.program.global_of(frame.module, title)
    if known is None or not isinstance(known.ref, Class):
        return value
    return Val((), value.deps, type=known.ref, fields=value.fields)


def _is_told(frame: Frame, name: str, node: ast.expr) -> bool:
    """`error.message`: a text of the exception, not the message of a chat."""
    language = frame.program.language
    return name in language.caught_parts and _holder(node) in language.caught_names


def _is_person(frame: Frame, name: str) -> bool:
    match = frame.program.lexicon.classify(name, (), False, frame.module.context)
    return match is not None and match.category == "container.person"


def named_where_shown(frame: Frame, node: ast.expr, value: Val) -> Val:
    """An object that a framework shows as the name of a person, by the name it goes by here or
    where it was read (`user = session.user if session else None`)."""
    catalogue = frame.program.catalogue
    name = bare_name(node)
    if not value.tags:
        if name not in catalogue.shown_names:
            return value
    elif any(t.confidence > POSSIBLE for t in value.tags):
        return value
    readings = [(name, _holder(node))]
    readings.extend(_read_from(tag.expr) for tag in value.tags if "." in tag.expr)
    for name, owner in readings:
        for spec in catalogue.shown:
            if name not in spec.names or spec.imports.isdisjoint(frame.module.imports):
                continue
            if owner not in spec.except_receivers and (
                not spec.receivers or owner in spec.receivers
            ):
                tag = make_tag(frame, node, spec.category, LIKELY, spec.because)
                return value.replace(tags=(tag,))
    return value


def _holder(node: ast.expr) -> str:
    """The name that an attribute is read from: `self.session.user` -> session."""
    base = node.value if isinstance(node, ast.Attribute) else None
    return base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")


def _read_from(text: str) -> tuple[str, str]:
    owner, _, name = text.rpartition(".")
    return name, owner.rpartition(".")[2]


def receivers_of(frame: Frame, node: ast.expr, base: Val | None = None) -> tuple[str, ...]:
    """The names a part is read from, outermost first: `order.customer` -> (order, customer).

    `self` is replaced by the name of the class; a known class of the receiver comes last. Of a
    long chain the nearest names count.
    """
    names: list[str] = []
    current: ast.AST = node
    while len(names) < MAX_RECEIVERS:
        kind = current.__class__
        if kind is ast.Attribute:
            names.append(current.attr)  # type: ignore[attr-defined]
            current = current.value  # type: ignore[attr-defined]
        elif kind is ast.Subscript:
            key = current.slice  # type: ignore[attr-defined]
            if key.__class__ is ast.Constant and isinstance(key.value, str):
                names.append(key.value)
            current = current.value  # type: ignore[attr-defined]
        elif kind is ast.Call or kind is ast.Await:
            current = current.func if kind is ast.Call else current.value  # type: ignore[attr-defined]
        elif kind is ast.Name:
            names.append(_own_name(frame, current.id))  # type: ignore[attr-defined]
            break
        else:
            break
    names.reverse()
    type_name = type_label(frame, base)
    if type_name and (not names or names[-1] != type_name):
        names.append(type_name)
    return tuple(n for n in names if n)


def _own_name(frame: Frame, name: str) -> str:
    if name in ("self", "cls"):
        cls = frame.function.cls
        return person_label(frame, cls.name) if cls is not None else ""
    drawn = frame.drawn.get(name)
    return drawn if drawn is not None and _are_people(frame, drawn) else name


def _are_people(frame: Frame, name: str) -> bool:
    """Whether a `name` in a collection would be a person's."""
    match = frame.program.lexicon.classify("name", (name,), False, frame.module.context)
    return match is not None and match.confidence != "possible"


def note_drawn(frame: Frame, target: ast.expr, source: ast.expr) -> None:
    """Remember what a loop draws its variable from: `u` in `for u in users` says nothing itself."""
    while isinstance(target, ast.Tuple) and target.elts:
        target = target.elts[-1]
    if isinstance(target, ast.Name):
        name = target.id
        if len(name) <= SHORT_NAME or name in frame.program.language.neutral_holders:
            frame.drawn[name] = _collection(source, frame.program.language)


def _collection(node: ast.expr, language: Language) -> str:
    """The last word of the name of a collection: `enumerate(self.users)`, `get_users()`."""
    while isinstance(node, ast.Call):
        name = bare_name(node.func)
        if isinstance(node.func, ast.Name) and node.args and name in language.ordering_functions:
            node = node.args[0]
        elif isinstance(node.func, ast.Attribute) and name in language.view_methods:
            node = node.func.value
        else:
            node = node.func
    return bare_name(node).rpartition("_")[2]


def type_label(frame: Frame, value: Val | None) -> str:
    """The bare class name of a value's type, "" when it is unknown or names a technical thing."""
    kind = None if value is None else value.type
    if kind is None:
        return ""
    name = kind.name if isinstance(kind, Class) else kind.rpartition(".")[2]
    return person_label(frame, name) if name[:1].isupper() else ""


def person_label(frame: Frame, name: str) -> str:
    """A class name as receiver; `UserError` or `UserManager` is no user (head-final rule), and
    `GetUsers` is an action."""
    language = frame.program.language
    if name.endswith(language.technical_heads) or _first_word(name) in language.acting_verbs:
        return ""
    return name


@cache
def _first_word(name: str) -> str:
    """The first capitalised word of a class name before another: `GetUsers` -> "Get"."""
    end = next((i for i, letter in enumerate(name) if i and letter.isupper()), 0)
    return name[:end]
