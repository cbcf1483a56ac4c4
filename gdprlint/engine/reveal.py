"""What becomes readable when a value is turned into text.

`mode` is "str" (`str()`, `%s`, f-strings) or "repr" (`repr()`, `%r`, elements of containers).
"""

from __future__ import annotations

from gdprlint.engine.declared import Class
from gdprlint.engine.frame import Frame
from gdprlint.engine.values import (
    CERTAIN,
    CLEAN,
    MAX_DEPTH,
    MAX_TAGS,
    OBJECT,
    Dep,
    Tag,
    Val,
    merge_deps,
    merge_tags,
)
from gdprlint.model import Span, Step

Revealed = tuple[tuple[Tag, ...], tuple[Dep, ...]]
NOTHING: Revealed = ((), ())
TEXT_FIELD = "__text__"


def text_value(frame: Frame, value: Val, mode: str) -> Val:
    """The text of a value, as a value."""
    if value.is_plain() and value.type is None:
        return CLEAN if not value.opaque else Val(opaque=True)
    if value.type == "str" and not value.fields and value.element is None:
        return value
    tags, deps = reveal(frame, value, mode)
    return Val(tags, deps, type="str", opaque=value.opaque)


def reveal(frame: Frame, value: Val, mode: str, depth: int = 0) -> Revealed:
    """Tags and symbolic inputs that the text of `value` shows."""
    if depth > MAX_DEPTH:
        return value.tags, ()
    kind = value.type
    fields = value.fields
    if fields is not None and TEXT_FIELD in fields:
        return _exception_text(frame, fields[TEXT_FIELD], depth)
    tags, deps = value.tags, tuple(_shown(d, mode) for d in value.deps)
    if isinstance(kind, Class):
        more, inputs = texts.shown(frame, value, kind, mode, depth)
        if kind is not frame.function.cls and texts.is_written(frame.program, kind, mode):
            deps = ()
        return merge_tags(tags, more), merge_deps(deps, inputs)
    if kind is not None and kind not in ("str", "dict", "list"):
        known = {tag.category for tag in tags}
        more = tuple(t for t in library_text(frame, kind, mode) if t.category not in known)
        if value.element is not None and frame.program.catalogue.text_of(kind, mode) == "elements":
            more, deps = reveal(frame, value.element, "repr", depth + 1)
        return merge_tags(tags, more), deps
    if fields and (kind is not None or OBJECT not in fields):
        for part in fields.values():
            if part.type is None and part.is_plain():
                continue
            if len(tags) >= MAX_TAGS:  # more would not be kept
                break
            more, inputs = reveal(frame, part, "repr", depth + 1)
            tags, deps = merge_tags(tags, more), merge_deps(deps, inputs)
    for part_or_none in (value.element, value.keys):
        if part_or_none is not None:
            more, inputs = reveal(frame, part_or_none, "repr", depth + 1)
            tags, deps = merge_tags(tags, more), merge_deps(deps, inputs)
    return tags, deps


def _shown(dep: Dep, mode: str) -> Dep:
    return dep if dep.show else Dep(dep.owner, dep.name, dep.path, mode, dep.disclosure)


def _exception_text(frame: Frame, text: Val, depth: int) -> Revealed:
    tags, deps = reveal(frame, text, "str", depth + 1)
    return tuple(t._replace(form="exception") for t in tags), deps


def library_text(frame: Frame, kind: str, mode: str) -> tuple[Tag, ...]:
    """What the text of a library's object shows, by the catalogue."""
    fact = frame.program.catalogue.text_of(kind, mode)
    if not fact or fact in ("nothing", "unknown", "elements"):
        return ()
    span = Span(frame.module.path, 0, 0, 0, 0)
    if fact == "fields":
        reason = f"the text of {kind} shows its fields"
        shown = frame.program.catalogue.categories_of(kind)
        return tuple(Tag(c, "", span, 3, CERTAIN, reason, (), "object") for c in shown)
    if fact.startswith("attribute:"):
        name = fact[10:]
        found = frame.program.catalogue.member(kind, name, is_call=False) or ""
        category = found.removeprefix("category:") if "category:" in found else ""
        reason = f"the text of {kind} is its {name}"
    else:
        category = fact.removeprefix("category:")
        reason = f"the text of {kind} shows it"
    if not category:
        return ()
    return (Tag(category, "", span, 3, CERTAIN, reason, (), "object"),)


def through(tags: tuple[Tag, ...], span: Span, text: str) -> tuple[Tag, ...]:
    """The tags of an object's text, each with the method that puts it there as a hop."""
    hop = Step(span, "hop", text)
    return tuple(
        t._replace(hops=(*t.hops, hop) if hop not in t.hops else t.hops, form="object")
        for t in tags
    )


# the engine is one recursion: values of calls need classes, texts of classes need calls
from gdprlint.engine import texts  # noqa: E402
