"""What the text of an instance shows, as verified per kind of class
(rules/catalogue/language.toml): a method of the project, generated from fields, or nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gdprlint.engine.consulted import fact_of_class
from gdprlint.engine.declared import Class, Function
from gdprlint.engine.fields import declared_value, field_names, field_of, field_span
from gdprlint.engine.frame import Frame
from gdprlint.engine.lineage import bases_of, decorated_kind, kind_of
from gdprlint.engine.observations import ClassSeen, Shown
from gdprlint.engine.places import span_of
from gdprlint.engine.reveal import Revealed, reveal, through
from gdprlint.engine.substitute import Call, substitute
from gdprlint.engine.values import (
    MAX_TAGS,
    POSSIBLE,
    Dep,
    Tag,
    Val,
    merge_deps,
    merge_tags,
)
from gdprlint.model import Confidence, Span
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.program import Program

_MAPPINGS = frozenset(("typeddict",))
"""Kinds whose instances are plain mappings: no class makes their text, none could hide a field."""


def shown(frame: Frame, value: Val, cls: Class, mode: str, depth: int) -> Revealed:
    """What the text of an instance of a project class reveals."""
    program = frame.program
    provider = text_provider(program, cls, mode)
    if isinstance(provider, Function):
        if provider in program.showing:
            return (), ()
        program.showing.append(provider)
        try:
            return _by_method(frame, value, provider, depth)
        finally:
            program.showing.pop()
    if provider == "fields":
        tags: tuple[Tag, ...] = ()
        deps: tuple[Dep, ...] = ()
        for name, part in _visible(frame, value, cls):
            more, inputs = reveal(frame, part, "repr", depth + 1)
            place = field_span(program, cls, name)
            text = f"`{cls.name}` shows its field `{name}`"
            tags, deps = merge_tags(tags, through(more, place, text)), merge_deps(deps, inputs)
            if len(tags) >= MAX_TAGS and value.fields is None:
                break
        return tags, deps
    if provider.startswith("fact:"):
        from gdprlint.engine.reveal import library_text

        return library_text(frame, provider[5:], mode), ()
    return (), ()


def _by_method(frame: Frame, value: Val, method: Function, depth: int) -> Revealed:
    summary = frame.program.summary_of(method)
    name = method.params[0].name if method.params else "self"
    place = ast.Name("", ast.Load(), lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)
    text = substitute(frame, summary.returns, Call(method.id, {name: value}, place, {}), depth)
    tags, deps = reveal(frame, text, "str", depth + 1)
    span = Span(method.module.path, method.line, 1, method.line, 1)
    return through(tags, span, f"`{method.qualname}` puts it into the text"), deps


def is_written(program: Program, cls: Class, mode: str) -> bool:
    """Whether a method of the project makes the text of an instance: what else a caller keeps in
    the object, or hands in where another class was asked for, is not shown."""
    return isinstance(text_provider(program, cls, mode), Function)


@fact_of_class
def text_provider(program: Program, cls: Class, mode: str) -> Function | str:
    """Who makes the text: a method of the project, "fields", `fact:DOTTED`, or "nothing"."""
    key = "text:" + mode
    known = cls.cache.get(key)
    if known is None:
        since = len(program.pending)
        known = program.keep(cls.cache, key, _find_provider(program, cls, mode), since)
    return known  # type: ignore[return-value]


def _find_provider(program: Program, cls: Class, mode: str) -> Function | str:
    catalogue = program.catalogue
    dunder = "__str__" if mode == "str" else "__repr__"
    last = ""
    for base in bases_of(program, cls):
        if isinstance(base, Class):
            method = base.methods.get(dunder)
            if method is not None:
                return method
            row = catalogue.kinds.get(decorated_kind(program, base), {})
        else:
            if catalogue.text_of(base, mode) not in ("", "nothing"):
                return "fact:" + base
            row = catalogue.kinds.get(catalogue.kind_of_base.get(base, ""), {})
        text = row.get("str" if mode == "str" else "repr", "")
        if text == "fields" and not _turned_off(base):
            return "fields"
        last = last or text
    if last == "str" and mode == "repr":
        return text_provider(program, cls, "str")
    if last:
        return "nothing"
    return text_provider(program, cls, "repr") if mode == "str" else "nothing"


def _turned_off(base: Class | str) -> bool:
    """`@dataclass(repr=False)`."""
    if isinstance(base, str):
        return False
    for node in base.decorators:
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "repr" and isinstance(keyword.value, ast.Constant):
                    return not keyword.value.value
    return False


def _visible(frame: Frame, value: Val, cls: Class) -> Iterator[tuple[str, Val]]:
    for name in field_names(frame.program, cls):
        field = field_of(frame.program, cls, name)
        if field is None or field.hidden:
            continue
        known = value.fields.get(name) if value.fields else None
        if known is None or not (known.tags or known.deps):
            known = declared_value(frame, cls, name, field)
        yield name, known


def observe_class(program: Program, cls: Class) -> ClassSeen | None:
    """A class whose generated text reveals fields."""
    kind = kind_of(program, cls)
    if not kind or text_provider(program, cls, "repr") != "fields":
        return None
    own = text_provider(program, cls, "str") != "fields"
    seen = []
    names = field_names(program, cls)
    for name, raw in cls.fields.items():
        field = field_of(program, cls, name) if name in names else None
        if field is not None and field.category and not field.hidden:
            span = span_of(cls.module, raw.place)
            doubtful = field.confidence == POSSIBLE or kind in _MAPPINGS
            sure: Confidence = "possible" if doubtful else "certain"
            seen.append(Shown(name, field.category, span, field.reason, sure))
    if not seen:
        return None
    span = Span(cls.module.path, cls.line, 1, cls.line, 1)
    return ClassSeen(cls.qualname, kind, span, tuple(seen), own)
