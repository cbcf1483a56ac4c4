"""Declared fields of project classes: what each holds, by its type, declaration and name."""

from __future__ import annotations

import ast
from collections.abc import Set

from gdprlint.engine.consulted import fact_of_class
from gdprlint.engine.declared import Class, RawField, bare_name
from gdprlint.engine.frame import Frame
from gdprlint.engine.lineage import bases_of, kind_of, member_of
from gdprlint.engine.naming import make_tag
from gdprlint.engine.places import span_of
from gdprlint.engine.relations import related
from gdprlint.engine.types import annotated
from gdprlint.engine.values import (
    CERTAIN,
    CLEAN,
    LIKELY,
    NEVER_NUMBERS,
    NONE,
    POSSIBLE,
    UNKNOWN,
    Tag,
    Val,
)
from gdprlint.model import Span
from gdprlint.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gdprlint.engine.program import Program


class Field(NamedTuple):
    """A declared field: its category ("" for none), the evidence, and what its type is."""

    category: str
    confidence: int
    reason: str
    value: Val
    hidden: bool
    raw: RawField


@fact_of_class
def field_of(program: Program, cls: Class, name: str) -> Field | None:
    """The declared field of that name, through the bases."""
    home = member_of(program, cls, name).home
    return None if home is None else _field(program, home, name, home.fields[name])


def _field(program: Program, cls: Class, name: str, raw: RawField) -> Field:
    key = "field:" + name
    known = cls.cache.get(key)
    if known is None:
        cls.cache[key] = Field("", 0, "", UNKNOWN, False, raw)
        since = len(program.pending)
        known = program.keep(cls.cache, key, _interpret(program, cls, name, raw), since)
    return known  # type: ignore[return-value]


def _interpret(program: Program, cls: Class, name: str, raw: RawField) -> Field:
    value = annotated(program, cls.module, raw.annotation)
    hidden = _is_hidden(raw)
    explicit = _explicit_category(raw)
    typed = explicit or _typed_category(program, raw)
    if typed in ("hidden", "clean") or value is CLEAN:
        return Field("", CERTAIN, "its type", CLEAN, hidden or typed == "hidden", raw)
    if typed and typed != "unknown":
        reason = f"declared as {typed}" if explicit else f"field type of `{cls.name}.{name}`"
        level = CERTAIN if explicit or not _is_of_a_thing(program, cls, typed) else POSSIBLE
        return Field(typed, level, reason, value or UNKNOWN, hidden, raw)
    target = related(program, cls, raw)
    if target is not None:
        return Field("", 0, "", target, hidden, raw)
    if value is not None and value.type not in (None, "str") and not value.opaque:
        return Field("", 0, "", value, hidden, raw)
    if raw.annotation is None and isinstance(raw.value, ast.Constant):
        return Field("", 0, "", NONE if raw.value.value is None else CLEAN, hidden, raw)
    match = program.lexicon.classify(name, (cls.name,), False, cls.module.context)
    if match is None or (match.category.startswith(NEVER_NUMBERS) and _is_number(program, raw)):
        return Field("", 0, "", value or UNKNOWN, hidden, raw)
    doubtful = (
        match.confidence == "possible"
        or match.category == "container.request"  # a payload that an object keeps is its own
        or _is_without_user(match.category, raw.value)
        or _is_sentence(program, raw.value)
        or _is_login_of_machine(program, cls, match.category)
    )
    confidence = POSSIBLE if doubtful else LIKELY
    reason = f"field `{cls.name}.{name}`: {match.why}"
    return Field(match.category, confidence, reason, value or UNKNOWN, hidden, raw)


def _is_of_a_thing(program: Program, cls: Class, category: str) -> bool:
    """A mailbox of a room or a department, which several people or none read."""
    if category != "contact.email":
        return False
    return program.lexicon.classify("email", (cls.name,), False, cls.module.context) is None


def _is_number(program: Program, raw: RawField) -> bool:
    """`int`, `float | None`, `Optional[int]`, `Column(Integer, ...)`, `IntegerField()`."""
    if raw.annotation is not None:
        names = {node.id for node in ast.walk(raw.annotation) if isinstance(node, ast.Name)}
        kinds = names - {"Optional", "Union"}
        return bool(kinds) and kinds <= {"int", "float"}
    if not isinstance(raw.value, ast.Call):
        return False
    declared = (raw.value.func, *raw.value.args[:2])
    counters = program.language.counter_fields
    return any(bare_name(n) in counters for n in declared)


def _is_without_user(category: str, default: ast.expr | None) -> bool:
    """A service that is reached without a password unless told otherwise: `redis://localhost`."""
    while isinstance(default, ast.BinOp):
        default = default.left
    if isinstance(default, ast.JoinedStr) and default.values:
        default = default.values[0]
    return (
        category == "credential.dsn"
        and isinstance(default, ast.Constant)
        and is_open_address(default.value)
    )


def is_open_address(text: object) -> bool:
    """An address without an account: `redis://localhost`."""
    return isinstance(text, str) and "://" in text and "@" not in text


def _is_sentence(program: Program, default: ast.expr | None) -> bool:
    """What a class says itself unless told otherwise, to be translated: `_("Enter a number.")`."""
    if not (isinstance(default, ast.Call) and default.args):
        return False
    text, translates = default.args[0], getattr(default.func, "id", "")
    is_translated = translates in program.language.translation_functions
    return is_translated and isinstance(text, ast.Constant)


def _is_login_of_machine(program: Program, cls: Class, category: str) -> bool:
    """What a program logs in with: the class keeps a place to go to and a secret beside it."""
    if category not in ("account.username", "container.person"):
        return False
    language = program.language
    return not language.login_places.isdisjoint(cls.fields) and (
        category == "container.person" or not language.login_secrets.isdisjoint(cls.fields)
    )


def _is_hidden(raw: RawField) -> bool:
    if not isinstance(raw.value, ast.Call):
        return False
    for keyword in raw.value.keywords:
        if keyword.arg == "repr":
            shown = keyword.value
            return not (isinstance(shown, ast.Constant) and shown.value)
    return False


def _explicit_category(raw: RawField) -> str:
    """`Annotated[str, "gdpr:contact.email"]`."""
    node = raw.annotation
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        for item in node.slice.elts[1:]:
            if isinstance(item, ast.Constant) and str(item.value).startswith("gdpr:"):
                return str(item.value)[5:].strip()
    return ""


def _typed_category(program: Program, raw: RawField) -> str:
    table = program.catalogue.field_types
    for node in (raw.annotation, raw.value):
        while isinstance(node, ast.Subscript):
            inner = node.slice
            node = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
        if isinstance(node, ast.BinOp):
            node = node.left
        if isinstance(node, ast.Call):
            names = [node.func, *(a.func if isinstance(a, ast.Call) else a for a in node.args[:2])]
        else:
            names = [node] if node is not None else []
        for name in names:
            known = table.get(bare_name(name))
            if known:
                return known
    return ""


def field_value(frame: Frame, cls: Class, name: str, node: ast.expr) -> Val | None:
    """The value of a declared field read at `node`, with the tag its declaration gives it."""
    field = field_of(frame.program, cls, name)
    if field is None:
        return None
    value = field.value
    if not field.category:
        return CLEAN if value is UNKNOWN and field.raw.annotation is not None else value
    tag = make_tag(frame, node, field.category, field.confidence, field.reason)
    return value.replace(tags=(tag,), opaque=False)


@fact_of_class
def field_names(program: Program, cls: Class) -> Set[str]:
    """Names of the declared fields, bases first, in order of declaration."""
    known = cls.cache.get("fields")
    if known is None:
        since = len(program.pending)
        known = program.keep(cls.cache, "fields", _find_field_names(program, cls), since)
    return known  # type: ignore[return-value]


def _find_field_names(program: Program, cls: Class) -> Set[str]:
    names: dict[str, None] = {}
    is_private_left_out = kind_of(program, cls) in ("pydantic", "sqlmodel")
    for base in reversed(bases_of(program, cls)):
        if isinstance(base, Class):
            for name, raw in base.fields.items():
                if is_private_left_out and name.startswith("_"):
                    continue
                if _is_class_level(raw):
                    continue
                if raw.annotation is not None or isinstance(raw.value, ast.Call):
                    names.setdefault(name)
    return names.keys()


def _is_class_level(raw: RawField) -> bool:
    """`ClassVar[str]`: no instance has it."""
    node = raw.annotation.value if isinstance(raw.annotation, ast.Subscript) else raw.annotation
    return bare_name(node) == "ClassVar"


def _home(program: Program, cls: Class, name: str) -> Class:
    for base in bases_of(program, cls):
        if isinstance(base, Class) and name in base.fields:
            return base
    return cls


def field_span(program: Program, cls: Class, name: str) -> Span:
    home = _home(program, cls, name)
    raw = home.fields.get(name)
    if raw is None:
        return Span(home.module.path, home.line, 1, home.line, 1)
    return span_of(home.module, raw.place)


def declared_value(frame: Frame, cls: Class, name: str, field: Field) -> Val:
    if not field.category:
        return field.value
    span = span_of(_home(frame.program, cls, name).module, field.raw.place)
    expr = f"{cls.name}.{name}"
    tag = Tag(field.category, expr, span, 3, field.confidence, field.reason)
    return field.value.replace(tags=(tag,), opaque=False)
